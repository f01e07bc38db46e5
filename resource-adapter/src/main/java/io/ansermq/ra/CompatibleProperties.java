package io.ansermq.ra;

import org.jspecify.annotations.Nullable;

/**
 * Names by which users of other adapters know the properties of {@link ConnectionProperties}, so that their configuration serves.
 * Each sets the property that its setter names; the last one set counts.
 */
public abstract class CompatibleProperties extends ConnectionProperties {
    private static final long serialVersionUID = 1;

    CompatibleProperties() {}

    /** See {@link #setConnectionURL}; null when not set. */
    public @Nullable String getConnectionURL() {
        return get(ConnectionSettings.SERVER_URL);
    }

    /** The same as {@link #setServerUrl}. */
    public void setConnectionURL(final @Nullable String value) {
        set(ConnectionSettings.SERVER_URL, value);
    }

    /** See {@link #setBrokerURL}; null when not set. */
    public @Nullable String getBrokerURL() {
        return get(ConnectionSettings.SERVER_URL);
    }

    /** The same as {@link #setServerUrl}. */
    public void setBrokerURL(final @Nullable String value) {
        set(ConnectionSettings.SERVER_URL, value);
    }

    /** See {@link #setAddressList}; null when not set. */
    public @Nullable String getAddressList() {
        return get(ConnectionSettings.SERVER_URL);
    }

    /** The same as {@link #setServerUrl}. */
    public void setAddressList(final @Nullable String value) {
        set(ConnectionSettings.SERVER_URL, value);
    }

    /** See {@link #setConnectorClassName}; null when not set. */
    public @Nullable String getConnectorClassName() {
        return get(ConnectionSettings.CONNECTOR);
    }

    /** Accepted for configurations of other adapters; only {@link #setConnectionParameters} counts. */
    public void setConnectorClassName(final @Nullable String value) {
        set(ConnectionSettings.CONNECTOR, value);
    }

    /** See {@link #setUser}; null when not set. */
    public @Nullable String getUser() {
        return get("userName");
    }

    /** The same as {@link #setUserName}. */
    public void setUser(final @Nullable String value) {
        set("userName", value);
    }

    /** See {@link #setClientId}; null when not set. */
    public @Nullable String getClientId() {
        return get("clientID");
    }

    /** The same as {@link #setClientID}. */
    public void setClientId(final @Nullable String value) {
        set("clientID", value);
    }

    /** See {@link #setClientid}; null when not set. */
    public @Nullable String getClientid() {
        return get("clientID");
    }

    /** The same as {@link #setClientID}. */
    public void setClientid(final @Nullable String value) {
        set("clientID", value);
    }

    /** See {@link #setAllPrefetchValues}; null when not set. */
    public @Nullable Integer getAllPrefetchValues() {
        return integer("prefetch");
    }

    /** The same as {@link #setPrefetch}. */
    public void setAllPrefetchValues(final @Nullable Integer value) {
        set("prefetch", value);
    }

    /** See {@link #setBlockOnAcknowledge}; null when not set. */
    public @Nullable Boolean getBlockOnAcknowledge() {
        return flag("strictAck");
    }

    /** The same as {@link #setStrictAck}. */
    public void setBlockOnAcknowledge(final @Nullable Boolean value) {
        set("strictAck", value);
    }

    /** See {@link #setSslEnabled}; null when not set. */
    public @Nullable Boolean getSslEnabled() {
        return flag("tls");
    }

    /** The same as {@link #setTls}. */
    public void setSslEnabled(final @Nullable Boolean value) {
        set("tls", value);
    }

    /** See {@link #setReconnectInterval}; null when not set. */
    public @Nullable Long getReconnectInterval() {
        return number(ConnectionSettings.SETUP_INTERVAL);
    }

    /** The same as {@link #setSetupInterval}. */
    public void setReconnectInterval(final @Nullable Long value) {
        set(ConnectionSettings.SETUP_INTERVAL, value);
    }
}
