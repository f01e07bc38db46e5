package io.ansermq.ra;

import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a broker: the properties that adapter, connection factories and activation specifications have in common. What
 * one of the latter does not set is what the adapter has. What is made of them is {@link ConnectionSettings}.
 *
 * <p>Values are checked when they are used, not when they are set: a server sets them in any order. Configured by one thread,
 * then read by any.
 */
public abstract class ConnectionProperties implements Serializable {
    private static final long serialVersionUID = 1;

    /** What was set, by option of the provider or by one of the names in {@link ConnectionSettings}. */
    private final TreeMap<String, String> values = new TreeMap<>();

    ConnectionProperties() {}

    // ---- What is made of them

    /** These properties, and what they leave open as {@code defaults} have it. */
    final ConnectionSettings over(final @Nullable ConnectionProperties defaults) {
        return over(new ConnectionSettings(defaults == null ? Map.of() : defaults.values));
    }

    /** These properties alone. */
    final ConnectionSettings alone() {
        return new ConnectionSettings(values);
    }

    /** The same over what counts for something else. */
    final ConnectionSettings over(final ConnectionSettings defaults) {
        return defaults.under(values);
    }

    // ---- Properties

    /** See {@link #setServerUrl}; null when not set. */
    public @Nullable String getServerUrl() {
        return get(ConnectionSettings.SERVER_URL);
    }

    /** Where the broker is: {@code anser://host:port}, several addresses, {@code vm://name}; with options. */
    public void setServerUrl(final @Nullable String value) {
        set(ConnectionSettings.SERVER_URL, value);
    }

    /** See {@link #setConnectionParameters}; null when not set. */
    public @Nullable String getConnectionParameters() {
        return get(ConnectionSettings.PARAMETERS);
    }

    /** Where the broker is, as {@code host=h;port=p}, with commas for several; {@code ServerUrl} wins. */
    public void setConnectionParameters(final @Nullable String value) {
        set(ConnectionSettings.PARAMETERS, value);
    }

    /** See {@link #setUserName}; null when not set. */
    public @Nullable String getUserName() {
        return get("userName");
    }

    /** The user, unless a request or a Subject names one. */
    public void setUserName(final @Nullable String value) {
        set("userName", value);
    }

    /** See {@link #setPassword}; null when not set. */
    public @Nullable String getPassword() {
        return get("password");
    }

    /** The user's password. */
    public void setPassword(final @Nullable String value) {
        set("password", value);
    }

    /** See {@link #setClientID}; null when not set. */
    public @Nullable String getClientID() {
        return get("clientID");
    }

    /** The client identifier of each connection; the pool can have only one connection then. */
    public void setClientID(final @Nullable String value) {
        set("clientID", value);
    }

    /** See {@link #setConnectTimeout}; null when not set. */
    public @Nullable String getConnectTimeout() {
        return get("connectTimeout");
    }

    /** The longest wait for one address: milliseconds, or a number with {@code s} or {@code m}. */
    public void setConnectTimeout(final @Nullable String value) {
        set("connectTimeout", value);
    }

    /** See {@link #setCallTimeout}; null when not set. */
    public @Nullable String getCallTimeout() {
        return get("requestTimeout");
    }

    /** The longest wait for an answer; units as in {@link #setConnectTimeout}. */
    public void setCallTimeout(final @Nullable String value) {
        set("requestTimeout", value);
    }

    /** See {@link #setSendTimeout}; null when not set. */
    public @Nullable String getSendTimeout() {
        return get("sendTimeout");
    }

    /** The longest wait of a send; units as in {@link #setConnectTimeout}. */
    public void setSendTimeout(final @Nullable String value) {
        set("sendTimeout", value);
    }

    /** See {@link #setPrefetch}; null when not set. */
    public @Nullable Integer getPrefetch() {
        return integer("prefetch");
    }

    /** Messages that a consumer may hold that the application has not received. */
    public void setPrefetch(final @Nullable Integer value) {
        set("prefetch", value);
    }

    /** See {@link #setQueuePrefetch}; null when not set. */
    public @Nullable Integer getQueuePrefetch() {
        return integer("queuePrefetch");
    }

    /** The same for consumers of queues. */
    public void setQueuePrefetch(final @Nullable Integer value) {
        set("queuePrefetch", value);
    }

    /** See {@link #setTopicPrefetch}; null when not set. */
    public @Nullable Integer getTopicPrefetch() {
        return integer("topicPrefetch");
    }

    /** The same for consumers of topics. */
    public void setTopicPrefetch(final @Nullable Integer value) {
        set("topicPrefetch", value);
    }

    /** See {@link #setConsumerWindowSize}; null when not set. */
    public @Nullable String getConsumerWindowSize() {
        return get("prefetchBytes");
    }

    /** Bytes that a consumer may hold that the application has not received, as {@code 1MiB}. */
    public void setConsumerWindowSize(final @Nullable String value) {
        set("prefetchBytes", value);
    }

    /** See {@link #setMinLargeMessageSize}; null when not set. */
    public @Nullable String getMinLargeMessageSize() {
        return get("minLargeMessageSize");
    }

    /** Bodies longer than this go in parts. */
    public void setMinLargeMessageSize(final @Nullable String value) {
        set("minLargeMessageSize", value);
    }

    /** See {@link #setCompression}; null when not set. */
    public @Nullable String getCompression() {
        return get("compression");
    }

    /** How bodies are compressed: {@code none}, {@code lz4}, {@code zstd}. */
    public void setCompression(final @Nullable String value) {
        set("compression", value);
    }

    /** See {@link #setStrictAck}; null when not set. */
    public @Nullable Boolean getStrictAck() {
        return flag("strictAck");
    }

    /** Whether automatic acknowledgements are waited for. */
    public void setStrictAck(final @Nullable Boolean value) {
        set("strictAck", value);
    }

    /** See {@link #setBlockOnDurableSend}; null when not set. */
    public @Nullable Boolean getBlockOnDurableSend() {
        return flag("blockOnDurableSend");
    }

    /** Whether sends of PERSISTENT messages are waited for. */
    public void setBlockOnDurableSend(final @Nullable Boolean value) {
        set("blockOnDurableSend", value);
    }

    /** See {@link #setBlockOnNonDurableSend}; null when not set. */
    public @Nullable Boolean getBlockOnNonDurableSend() {
        return flag("blockOnNonDurableSend");
    }

    /** Whether sends of NON_PERSISTENT messages are waited for. */
    public void setBlockOnNonDurableSend(final @Nullable Boolean value) {
        set("blockOnNonDurableSend", value);
    }

    /** See {@link #setDeserializationAllowList}; null when not set. */
    public @Nullable String getDeserializationAllowList() {
        return get("deserializationAllowList");
    }

    /** Classes and packages that an ObjectMessage may name. */
    public void setDeserializationAllowList(final @Nullable String value) {
        set("deserializationAllowList", value);
    }

    /** See {@link #setDeserializationDenyList}; null when not set. */
    public @Nullable String getDeserializationDenyList() {
        return get("deserializationDenyList");
    }

    /** Classes and packages that it may not name. */
    public void setDeserializationDenyList(final @Nullable String value) {
        set("deserializationDenyList", value);
    }

    /** See {@link #setTls}; null when not set. */
    public @Nullable Boolean getTls() {
        return flag("tls");
    }

    /** Whether connections are encrypted. */
    public void setTls(final @Nullable Boolean value) {
        set("tls", value);
    }

    /** See {@link #setTrustStore}; null when not set. */
    public @Nullable String getTrustStore() {
        return get("trustStore");
    }

    /** The file of those who may have signed the broker's certificate. */
    public void setTrustStore(final @Nullable String value) {
        set("trustStore", value);
    }

    /** See {@link #setTrustStorePassword}; null when not set. */
    public @Nullable String getTrustStorePassword() {
        return get("trustStorePassword");
    }

    /** What opens it. */
    public void setTrustStorePassword(final @Nullable String value) {
        set("trustStorePassword", value);
    }

    /** See {@link #setKeyStore}; null when not set. */
    public @Nullable String getKeyStore() {
        return get("keyStore");
    }

    /** The file with this client's private key and certificates. */
    public void setKeyStore(final @Nullable String value) {
        set("keyStore", value);
    }

    /** See {@link #setKeyStorePassword}; null when not set. */
    public @Nullable String getKeyStorePassword() {
        return get("keyStorePassword");
    }

    /** What opens it. */
    public void setKeyStorePassword(final @Nullable String value) {
        set("keyStorePassword", value);
    }

    /** See {@link #setVerifyHost}; null when not set. */
    public @Nullable Boolean getVerifyHost() {
        return flag("verifyHost");
    }

    /** Whether the broker's certificate must name its host. */
    public void setVerifyHost(final @Nullable Boolean value) {
        set("verifyHost", value);
    }

    /** See {@link #setTrustAll}; null when not set. */
    public @Nullable Boolean getTrustAll() {
        return flag("trustAll");
    }

    /** For experiments: take any certificate. */
    public void setTrustAll(final @Nullable Boolean value) {
        set("trustAll", value);
    }

    /** See {@link #setBrokerType}; null when not set. */
    public @Nullable String getBrokerType() {
        return get(ConnectionSettings.BROKER_TYPE);
    }

    /** {@code REMOTE}, or {@code EMBEDDED}: a broker inside this server, without an address. */
    public void setBrokerType(final @Nullable String value) {
        set(ConnectionSettings.BROKER_TYPE, value);
    }

    /** See {@link #setBrokerName}; null when not set. */
    public @Nullable String getBrokerName() {
        return get(ConnectionSettings.BROKER_NAME);
    }

    /** The name of the embedded broker. */
    public void setBrokerName(final @Nullable String value) {
        set(ConnectionSettings.BROKER_NAME, value);
    }

    /** See {@link #setDataDirectory}; null when not set. */
    public @Nullable String getDataDirectory() {
        return get(ConnectionSettings.DATA_DIRECTORY);
    }

    /** Where the embedded broker keeps its files; without it they go away with the broker. */
    public void setDataDirectory(final @Nullable String value) {
        set(ConnectionSettings.DATA_DIRECTORY, value);
    }

    /** See {@link #setBrokerOptions}; null when not set. */
    public @Nullable String getBrokerOptions() {
        return get(ConnectionSettings.BROKER_OPTIONS);
    }

    /** Further options of the embedded broker: {@code flush=sync;max-deliveries=5}. */
    public void setBrokerOptions(final @Nullable String value) {
        set(ConnectionSettings.BROKER_OPTIONS, value);
    }

    /** See {@link #setSetupAttempts}; null when not set. */
    public @Nullable Integer getSetupAttempts() {
        return integer(ConnectionSettings.SETUP_ATTEMPTS);
    }

    /** How often an endpoint tries to connect before it gives up; -1 for ever. */
    public void setSetupAttempts(final @Nullable Integer value) {
        set(ConnectionSettings.SETUP_ATTEMPTS, value);
    }

    /** See {@link #setSetupInterval}; null when not set. */
    public @Nullable Long getSetupInterval() {
        return number(ConnectionSettings.SETUP_INTERVAL);
    }

    /** Milliseconds before an endpoint tries again; doubled each time up to {@link #setMaxSetupInterval}. */
    public void setSetupInterval(final @Nullable Long value) {
        set(ConnectionSettings.SETUP_INTERVAL, value);
    }

    /** See {@link #setMaxSetupInterval}; null when not set. */
    public @Nullable Long getMaxSetupInterval() {
        return number(ConnectionSettings.MAX_SETUP_INTERVAL);
    }

    /** The longest of these waits, in milliseconds. */
    public void setMaxSetupInterval(final @Nullable Long value) {
        set(ConnectionSettings.MAX_SETUP_INTERVAL, value);
    }

    /** See {@link #setDisableSameRM}; null when not set. */
    public @Nullable Boolean getDisableSameRM() {
        return flag(ConnectionSettings.DISABLE_SAME_RM);
    }

    /** Whether branches are never joined, for servers that join them wrongly. */
    public void setDisableSameRM(final @Nullable Boolean value) {
        set(ConnectionSettings.DISABLE_SAME_RM, value);
    }

    // ---- Values

    final @Nullable String get(final String name) {
        return values.get(name);
    }

    final @Nullable Integer integer(final String name) {
        return parsed(name, Integer::valueOf);
    }

    final @Nullable Long number(final String name) {
        return parsed(name, Long::valueOf);
    }

    final @Nullable Double decimal(final String name) {
        return parsed(name, Double::valueOf);
    }

    final @Nullable Boolean flag(final String name) {
        return parsed(name, Boolean::valueOf);
    }

    private <T> @Nullable T parsed(final String name, final Function<String, T> parse) {
        final String value = values.get(name);
        return value == null ? null : parse.apply(value);
    }

    /** Sets a value; null, and a text that is empty, as servers pass for what is not configured, mean not set. */
    final void set(final String name, final @Nullable Object value) {
        if (value == null || value.toString().isEmpty()) {
            values.remove(name);
        } else {
            values.put(name, value.toString());
        }
    }

    /** Whether everything that was set here is the same there. */
    final boolean sameValues(final ConnectionProperties other) {
        return values.equals(other.values);
    }

    final int hashOfValues() {
        return Objects.hashCode(values);
    }
}
