package io.ansermq.ra;

import io.ansermq.jms.AnserConnectionFactory;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a broker: the properties that adapter, connection factories and activation specifications have in common. What
 * one of the latter does not set is what the adapter has. Several names of one property are for those who come from another
 * adapter; the last one set counts.
 *
 * <p>Values are checked when they are used, not when they are set: a server sets them in any order. Configured by one thread,
 * then read by any.
 */
public abstract class ConnectionProperties implements Serializable {
    private static final long serialVersionUID = 1;

    private static final String SERVER_URL = "ServerUrl";
    private static final String CONNECTOR = "Connector";
    private static final String PARAMETERS = "Parameters";
    private static final String BROKER_TYPE = "BrokerType";
    private static final String BROKER_NAME = "BrokerName";
    private static final String DATA_DIRECTORY = "DataDirectory";
    private static final String BROKER_OPTIONS = "BrokerOptions";
    private static final String SETUP_ATTEMPTS = "SetupAttempts";
    private static final String SETUP_INTERVAL = "SetupInterval";
    private static final String MAX_SETUP_INTERVAL = "MaxSetupInterval";
    private static final String DISABLE_SAME_RM = "DisableSameRm";

    private static final String EMBEDDED = "EMBEDDED";
    private static final String DEFAULT_NAME = "resource-adapter";

    /** What was set, by option of the provider or by one of the names above. */
    private final TreeMap<String, String> values = new TreeMap<>();

    ConnectionProperties() {}

    // ---- What is made of them

    /** These properties, and what they leave open as {@code defaults} have it. */
    final Effective over(final @Nullable ConnectionProperties defaults) {
        return over(new Effective(defaults == null ? Map.of() : defaults.values));
    }

    /** These properties alone. */
    final Effective alone() {
        return new Effective(values);
    }

    /** The same over what counts for something else. */
    final Effective over(final Effective defaults) {
        final Map<String, String> merged = new TreeMap<>(defaults.values);
        if (values.containsKey(PARAMETERS) && !values.containsKey(SERVER_URL)) {
            merged.remove(SERVER_URL);
        }
        merged.putAll(values);
        return new Effective(merged);
    }

    /** What counts in the end. Immutable; equal when all values are. */
    static final class Effective implements Serializable {
        private static final long serialVersionUID = 1;

        private final TreeMap<String, String> values;

        private Effective(final Map<String, String> values) {
            this.values = new TreeMap<>(values);
        }

        /** The address, with the options of an embedded broker. */
        String url() {
            if (isEmbedded()) {
                return "vm://" + brokerName() + brokerQuery();
            }
            final String url = values.get(SERVER_URL);
            if (url != null && !url.isBlank()) {
                return url.strip();
            }
            final String parameters = values.get(PARAMETERS);
            if (parameters == null) {
                throw new IllegalArgumentException("where is the broker? Set ServerUrl of the resource adapter (as"
                        + " anser://host:10911), or BrokerType to EMBEDDED");
            }
            return ofParameters(parameters);
        }

        /** Whether the broker runs in this server. */
        boolean isEmbedded() {
            final String type = values.getOrDefault(BROKER_TYPE, "REMOTE").toUpperCase(Locale.ROOT);
            return switch (type) {
                case "REMOTE" -> false;
                case EMBEDDED, "LOCAL" -> true;
                default ->
                    throw new IllegalArgumentException(
                            "BrokerType is '" + type + "', but should be REMOTE or EMBEDDED");
            };
        }

        String brokerName() {
            return values.getOrDefault(BROKER_NAME, DEFAULT_NAME);
        }

        /** The options of the embedded broker. */
        Map<String, String> brokerOptions() {
            final Map<String, String> options = new LinkedHashMap<>();
            final String data = values.get(DATA_DIRECTORY);
            if (data != null) {
                options.put("data", data);
            }
            for (final String part : values.getOrDefault(BROKER_OPTIONS, "").split("[;\n]", -1)) {
                final int equals = part.indexOf('=');
                if (equals > 0) {
                    options.put(
                            part.substring(0, equals).strip(),
                            part.substring(equals + 1).strip());
                } else if (!part.isBlank()) {
                    throw new IllegalArgumentException("BrokerOptions has '" + part + "', but should be name=value");
                }
            }
            return options;
        }

        private String brokerQuery() {
            final StringBuilder query = new StringBuilder();
            brokerOptions().forEach((name, value) -> query.append(query.isEmpty() ? '?' : '&')
                    .append("broker.")
                    .append(name)
                    .append('=')
                    .append(value.replace("%", "%25").replace("&", "%26")));
            return query.toString();
        }

        private static String ofParameters(final String parameters) {
            final Map<String, String[]> lists = new LinkedHashMap<>();
            for (final String part : parameters.split(";", -1)) {
                final int equals = part.indexOf('=');
                if (part.isBlank()) {
                    continue;
                }
                if (equals < 0) {
                    throw new IllegalArgumentException(
                            "ConnectionParameters has '" + part + "', but should be like host=broker;port=10911");
                }
                lists.put(
                        part.substring(0, equals).strip(),
                        part.substring(equals + 1).split(",", -1));
            }
            final String[] hosts = lists.getOrDefault("host", new String[] {"127.0.0.1"});
            final String[] ports = lists.getOrDefault("port", new String[0]);
            final StringBuilder url = new StringBuilder("anser://");
            for (int i = 0; i < hosts.length; i++) {
                url.append(i == 0 ? "" : ",").append(hosts[i].strip());
                if (ports.length > 0) {
                    url.append(':').append(ports[Math.min(i, ports.length - 1)].strip());
                }
            }
            return url.toString();
        }

        /**
         * A factory of the provider with these options.
         *
         * @throws IllegalArgumentException naming the property that is wrong
         */
        AnserConnectionFactory factory() {
            final AnserConnectionFactory factory = new AnserConnectionFactory(url());
            values.forEach((name, value) -> {
                // Options of the provider begin with a small letter.
                if (Character.isLowerCase(name.charAt(0))) {
                    factory.setOption(name, value);
                }
            });
            return factory;
        }

        /** Who connects when nobody is named. */
        @Nullable
        String user() {
            return values.get("userName");
        }

        @Nullable
        String password() {
            return values.get("password");
        }

        @Nullable
        String clientId() {
            return values.get("clientID");
        }

        boolean isSet(final String option) {
            return values.containsKey(option);
        }

        Backoff backoff() {
            return new Backoff(
                    Long.parseLong(values.getOrDefault(SETUP_INTERVAL, "1000")),
                    Long.parseLong(values.getOrDefault(MAX_SETUP_INTERVAL, "30000")),
                    Integer.parseInt(values.getOrDefault(SETUP_ATTEMPTS, "-1")));
        }

        boolean joinsBranches() {
            return !Boolean.parseBoolean(values.get(DISABLE_SAME_RM));
        }

        @Override
        public boolean equals(final @Nullable Object other) {
            return other instanceof Effective that && values.equals(that.values);
        }

        @Override
        public int hashCode() {
            return values.hashCode();
        }

        /** The address, without options: one of them may be a password. */
        @Override
        public String toString() {
            final String url = url();
            final int question = url.indexOf('?');
            return question < 0 ? url : url.substring(0, question);
        }
    }

    // ---- Properties

    /** See {@link #setServerUrl}; null when not set. */
    public @Nullable String getServerUrl() {
        return get(SERVER_URL);
    }

    /** Where the broker is: {@code anser://host:port}, several addresses, {@code vm://name}; with options. */
    public void setServerUrl(final @Nullable String value) {
        set(SERVER_URL, value);
    }

    /** See {@link #setConnectionURL}; null when not set. */
    public @Nullable String getConnectionURL() {
        return get(SERVER_URL);
    }

    /** The same as {@link #setServerUrl}. */
    public void setConnectionURL(final @Nullable String value) {
        set(SERVER_URL, value);
    }

    /** See {@link #setBrokerURL}; null when not set. */
    public @Nullable String getBrokerURL() {
        return get(SERVER_URL);
    }

    /** The same as {@link #setServerUrl}. */
    public void setBrokerURL(final @Nullable String value) {
        set(SERVER_URL, value);
    }

    /** See {@link #setAddressList}; null when not set. */
    public @Nullable String getAddressList() {
        return get(SERVER_URL);
    }

    /** The same as {@link #setServerUrl}. */
    public void setAddressList(final @Nullable String value) {
        set(SERVER_URL, value);
    }

    /** See {@link #setConnectorClassName}; null when not set. */
    public @Nullable String getConnectorClassName() {
        return get(CONNECTOR);
    }

    /** Accepted for configurations of other adapters; only {@link #setConnectionParameters} counts. */
    public void setConnectorClassName(final @Nullable String value) {
        set(CONNECTOR, value);
    }

    /** See {@link #setConnectionParameters}; null when not set. */
    public @Nullable String getConnectionParameters() {
        return get(PARAMETERS);
    }

    /** Where the broker is, as {@code host=h;port=p}, with commas for several; {@code ServerUrl} wins. */
    public void setConnectionParameters(final @Nullable String value) {
        set(PARAMETERS, value);
    }

    /** See {@link #setUserName}; null when not set. */
    public @Nullable String getUserName() {
        return get("userName");
    }

    /** The user, unless a request or a Subject names one. */
    public void setUserName(final @Nullable String value) {
        set("userName", value);
    }

    /** See {@link #setUser}; null when not set. */
    public @Nullable String getUser() {
        return get("userName");
    }

    /** The same as {@link #setUserName}. */
    public void setUser(final @Nullable String value) {
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

    /** See {@link #setAllPrefetchValues}; null when not set. */
    public @Nullable Integer getAllPrefetchValues() {
        return integer("prefetch");
    }

    /** The same as {@link #setPrefetch}. */
    public void setAllPrefetchValues(final @Nullable Integer value) {
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

    /** See {@link #setBlockOnAcknowledge}; null when not set. */
    public @Nullable Boolean getBlockOnAcknowledge() {
        return flag("strictAck");
    }

    /** The same as {@link #setStrictAck}. */
    public void setBlockOnAcknowledge(final @Nullable Boolean value) {
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

    /** See {@link #setSslEnabled}; null when not set. */
    public @Nullable Boolean getSslEnabled() {
        return flag("tls");
    }

    /** The same as {@link #setTls}. */
    public void setSslEnabled(final @Nullable Boolean value) {
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
        return get(BROKER_TYPE);
    }

    /** {@code REMOTE}, or {@code EMBEDDED}: a broker inside this server, without an address. */
    public void setBrokerType(final @Nullable String value) {
        set(BROKER_TYPE, value);
    }

    /** See {@link #setBrokerName}; null when not set. */
    public @Nullable String getBrokerName() {
        return get(BROKER_NAME);
    }

    /** The name of the embedded broker. */
    public void setBrokerName(final @Nullable String value) {
        set(BROKER_NAME, value);
    }

    /** See {@link #setDataDirectory}; null when not set. */
    public @Nullable String getDataDirectory() {
        return get(DATA_DIRECTORY);
    }

    /** Where the embedded broker keeps its files; without it they go away with the broker. */
    public void setDataDirectory(final @Nullable String value) {
        set(DATA_DIRECTORY, value);
    }

    /** See {@link #setBrokerOptions}; null when not set. */
    public @Nullable String getBrokerOptions() {
        return get(BROKER_OPTIONS);
    }

    /** Further options of the embedded broker: {@code flush=sync;max-deliveries=5}. */
    public void setBrokerOptions(final @Nullable String value) {
        set(BROKER_OPTIONS, value);
    }

    /** See {@link #setSetupAttempts}; null when not set. */
    public @Nullable Integer getSetupAttempts() {
        return integer(SETUP_ATTEMPTS);
    }

    /** How often an endpoint tries to connect before it gives up; -1 for ever. */
    public void setSetupAttempts(final @Nullable Integer value) {
        set(SETUP_ATTEMPTS, value);
    }

    /** See {@link #setSetupInterval}; null when not set. */
    public @Nullable Long getSetupInterval() {
        return number(SETUP_INTERVAL);
    }

    /** Milliseconds before an endpoint tries again; doubled each time up to {@link #setMaxSetupInterval}. */
    public void setSetupInterval(final @Nullable Long value) {
        set(SETUP_INTERVAL, value);
    }

    /** See {@link #setReconnectInterval}; null when not set. */
    public @Nullable Long getReconnectInterval() {
        return number(SETUP_INTERVAL);
    }

    /** The same as {@link #setSetupInterval}. */
    public void setReconnectInterval(final @Nullable Long value) {
        set(SETUP_INTERVAL, value);
    }

    /** See {@link #setMaxSetupInterval}; null when not set. */
    public @Nullable Long getMaxSetupInterval() {
        return number(MAX_SETUP_INTERVAL);
    }

    /** The longest of these waits, in milliseconds. */
    public void setMaxSetupInterval(final @Nullable Long value) {
        set(MAX_SETUP_INTERVAL, value);
    }

    /** See {@link #setDisableSameRM}; null when not set. */
    public @Nullable Boolean getDisableSameRM() {
        return flag(DISABLE_SAME_RM);
    }

    /** Whether branches are never joined, for servers that join them wrongly. */
    public void setDisableSameRM(final @Nullable Boolean value) {
        set(DISABLE_SAME_RM, value);
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
