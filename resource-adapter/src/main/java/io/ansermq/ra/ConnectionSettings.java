package io.ansermq.ra;

import io.ansermq.jms.AnserConnectionFactory;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What counts in the end of the properties of an adapter and of what inherits them: the address and who connects. Immutable; equal when all values are. */
final class ConnectionSettings implements Serializable {
    private static final long serialVersionUID = 1;

    static final String SERVER_URL = "ServerUrl";
    static final String CONNECTOR = "Connector";
    static final String PARAMETERS = "Parameters";
    static final String BROKER_TYPE = "BrokerType";
    static final String BROKER_NAME = "BrokerName";
    static final String DATA_DIRECTORY = "DataDirectory";
    static final String BROKER_OPTIONS = "BrokerOptions";
    static final String SETUP_ATTEMPTS = "SetupAttempts";
    static final String SETUP_INTERVAL = "SetupInterval";
    static final String MAX_SETUP_INTERVAL = "MaxSetupInterval";
    static final String DISABLE_SAME_RM = "DisableSameRm";

    private static final String EMBEDDED = "EMBEDDED";
    private static final String DEFAULT_NAME = "resource-adapter";

    private final TreeMap<String, String> values;

    ConnectionSettings(final Map<String, String> values) {
        this.values = new TreeMap<>(values);
    }

    /** These, under what {@code own} has set. */
    ConnectionSettings under(final Map<String, String> own) {
        final Map<String, String> merged = new TreeMap<>(values);
        if (own.containsKey(PARAMETERS) && !own.containsKey(SERVER_URL)) {
            merged.remove(SERVER_URL);
        }
        merged.putAll(own);
        return new ConnectionSettings(merged);
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
                throw new IllegalArgumentException("BrokerType is '" + type + "', but should be REMOTE or EMBEDDED");
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
        return other instanceof ConnectionSettings that && values.equals(that.values);
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
