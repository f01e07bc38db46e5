package io.ansermq.jms.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be set on a connection factory. The name of an option is its name in a URI and, with {@code set} in
 * front, its bean setter; aliases are what users of other providers type.
 */
public enum Option {
    USER_NAME(
            "userName",
            OptionType.TEXT,
            "",
            "the user to connect as, unless createConnection names one",
            "user",
            "username",
            "jms.userName",
            "jms.username"),
    PASSWORD("password", OptionType.SECRET, "", "the user's password", "jms.password"),
    CLIENT_ID(
            "clientID",
            OptionType.TEXT,
            "",
            "the client identifier of every connection; set here, applications cannot change it",
            "clientId",
            "jms.clientID",
            "jms.clientId"),
    CONNECT_TIMEOUT(
            "connectTimeout",
            OptionType.DURATION,
            "10s",
            "the longest wait for one address to accept a connection",
            "transport.connectTimeout",
            "jms.connectTimeout"),
    REQUEST_TIMEOUT(
            "requestTimeout",
            OptionType.DURATION,
            "30s",
            "the longest wait for the broker's answer to a request",
            "callTimeout",
            "jms.requestTimeout"),
    SEND_TIMEOUT(
            "sendTimeout",
            OptionType.DURATION,
            "30s",
            "the longest wait of a send, for room and for its answer; then it throws ResourceAllocationException",
            "jms.sendTimeout"),
    MAX_RECONNECT_ATTEMPTS(
            "maxReconnectAttempts",
            OptionType.ATTEMPTS,
            "",
            "how often a lost connection is tried to be restored; -1: until it is, which holds for failover:(...) and lists in"
                    + " parentheses when not set; 0: never, which holds for the others",
            "failover.maxReconnectAttempts",
            "reconnectAttempts"),
    STARTUP_MAX_RECONNECT_ATTEMPTS(
            "startupMaxReconnectAttempts",
            OptionType.ATTEMPTS,
            "10",
            "how often more createConnection tries when nobody answers at first, if lost connections are restored; -1: until"
                    + " somebody does",
            "failover.startupMaxReconnectAttempts",
            "initialConnectAttempts"),
    INITIAL_RECONNECT_DELAY(
            "initialReconnectDelay",
            OptionType.DELAY,
            "10ms",
            "how long to wait before the first attempt to restore a connection",
            "failover.initialReconnectDelay"),
    RECONNECT_DELAY(
            "reconnectDelay",
            OptionType.DELAY,
            "50ms",
            "how long to wait before the second attempt; each further delay is longer",
            "failover.reconnectDelay",
            "retryInterval"),
    RECONNECT_BACK_OFF_MULTIPLIER(
            "reconnectBackOffMultiplier",
            OptionType.FACTOR,
            "2",
            "by how much each delay is longer than the one before",
            "failover.reconnectBackOffMultiplier",
            "failover.backOffMultiplier",
            "retryIntervalMultiplier"),
    MAX_RECONNECT_DELAY(
            "maxReconnectDelay",
            OptionType.DURATION,
            "5s",
            "the longest delay between two attempts",
            "failover.maxReconnectDelay",
            "maxRetryInterval"),
    RANDOMIZE(
            "randomize",
            OptionType.BOOLEAN,
            "false",
            "whether to try several addresses in any order, instead of as they are listed",
            "failover.randomize"),
    IDLE_TIMEOUT(
            "idleTimeout",
            OptionType.DURATION,
            "",
            "how long nothing may come from the broker before the connection counts as lost; three times the broker's"
                    + " heartbeat when not set, and never longer than that",
            "connectionTTL",
            "clientFailureCheckPeriod",
            "jms.idleTimeout"),
    PREFETCH(
            "prefetch",
            OptionType.COUNT,
            "256",
            "how many messages a consumer may hold that the application has not received; 0: it asks for each",
            "jms.prefetchPolicy.all"),
    QUEUE_PREFETCH(
            "queuePrefetch",
            OptionType.COUNT,
            "",
            "the same for consumers of queues; prefetch when not set",
            "jms.prefetchPolicy.queuePrefetch"),
    TOPIC_PREFETCH(
            "topicPrefetch",
            OptionType.COUNT,
            "",
            "the same for consumers of topics; prefetch when not set",
            "jms.prefetchPolicy.topicPrefetch"),
    PREFETCH_BYTES(
            "prefetchBytes",
            OptionType.SIZE,
            "1MiB",
            "how many bytes of messages a consumer may hold that the application has not received",
            "consumerWindowSize"),
    MIN_LARGE_MESSAGE_SIZE(
            "minLargeMessageSize",
            OptionType.SIZE,
            "1MiB",
            "bodies longer than this are sent and stored in parts; at most the broker's max-message-size"),
    MAX_LARGE_MESSAGE_SIZE(
            "maxLargeMessageSize",
            OptionType.SIZE,
            "1GiB",
            "longest body that is received in parts: a sender says how long one is before any of it has come"),
    COMPRESSION(
            "compression",
            OptionType.COMPRESSION,
            "none",
            "how bodies are compressed; lz4 and zstd need at.yawk.lz4:lz4-java or com.github.luben:zstd-jni at both ends"),
    MIN_COMPRESSED_SIZE(
            "minCompressedSize",
            OptionType.SIZE,
            "4KiB",
            "bodies longer than this are compressed, when that makes them shorter"),
    SHARE_BRANCHES(
            "shareBranches",
            OptionType.BOOLEAN,
            "true",
            "whether XA resources of all connections to one broker are the same resource manager (isSameRM), so that their"
                    + " sessions work in one branch; false: only those of one connection"),
    STRICT_ACK(
            "strictAck",
            OptionType.BOOLEAN,
            "false",
            "whether AUTO_ACKNOWLEDGE waits until the broker has stored each acknowledgement",
            "blockOnAcknowledge"),
    BLOCK_ON_DURABLE_SEND(
            "blockOnDurableSend",
            OptionType.BOOLEAN,
            "true",
            "whether sending a PERSISTENT message waits until the broker has stored it"),
    BLOCK_ON_NON_DURABLE_SEND(
            "blockOnNonDurableSend",
            OptionType.BOOLEAN,
            "false",
            "whether sending a NON_PERSISTENT message waits for the broker's answer"),
    DESERIALIZATION_ALLOW_LIST(
            "deserializationAllowList",
            OptionType.LIST,
            "",
            "classes and packages that the body of an ObjectMessage may name, besides those of java.lang, java.util,"
                    + " java.math and java.time; * for all",
            "jms.deserializationPolicy.allowList"),
    DESERIALIZATION_DENY_LIST(
            "deserializationDenyList",
            OptionType.LIST,
            "",
            "classes and packages that it may not name, whatever is allowed",
            "jms.deserializationPolicy.denyList"),
    VALIDATE_PROPERTY_NAMES(
            "validatePropertyNames",
            OptionType.BOOLEAN,
            "true",
            "whether property names must be identifiers of the selector language, as the specification has it",
            "jms.validatePropertyNames"),
    TLS("tls", OptionType.BOOLEAN, "false", "whether connections are encrypted, as with anser+tls://", "sslEnabled"),
    TRUST_STORE(
            "trustStore",
            OptionType.TEXT,
            "",
            "the file (PKCS#12, JKS or PEM) of those who may have signed the broker's certificate; those that Java trusts"
                    + " when not set",
            "transport.trustStoreLocation",
            "trustStorePath"),
    TRUST_STORE_PASSWORD("trustStorePassword", OptionType.SECRET, "", "what opens it", "transport.trustStorePassword"),
    KEY_STORE(
            "keyStore",
            OptionType.TEXT,
            "",
            "the file (PKCS#12 or JKS) with this client's private key and certificates, for brokers that ask for them",
            "transport.keyStoreLocation",
            "keyStorePath"),
    KEY_STORE_PASSWORD("keyStorePassword", OptionType.SECRET, "", "what opens it", "transport.keyStorePassword"),
    VERIFY_HOST(
            "verifyHost",
            OptionType.BOOLEAN,
            "true",
            "whether the broker's certificate must name the host that is connected to",
            "transport.verifyHost"),
    TRUST_ALL(
            "trustAll",
            OptionType.BOOLEAN,
            "false",
            "for experiments: take any certificate, so that anybody can be in the middle",
            "transport.trustAll"),
    CREATE("create", OptionType.BOOLEAN, "true", "vm:// only: whether to start the broker when it does not run"),
    TYPE(
            "type",
            OptionType.FACTORY_TYPE,
            "CF",
            "accepted from URIs of other providers; one class is all types of connection factory here");

    /** In front of an option for the broker that a {@code vm://} address starts. */
    public static final String BROKER_PREFIX = "broker.";

    private static final Map<String, Option> BY_NAME = new HashMap<>();

    static {
        for (final Option option : values()) {
            BY_NAME.put(option.optionName, option);
            for (final String alias : option.aliases) {
                BY_NAME.put(alias, option);
            }
        }
    }

    private final String optionName;
    private final OptionType type;
    private final String defaultText;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> aliases;

    Option(
            final String optionName,
            final OptionType type,
            final String defaultText,
            final String description,
            final String... aliases) {
        this.optionName = optionName;
        this.type = type;
        this.defaultText = defaultText;
        this.description = description;
        this.aliases = List.of(aliases);
    }

    /** The name in URIs. */
    public String optionName() {
        return optionName;
    }

    /** Other names in URIs. */
    public List<String> aliases() {
        return aliases;
    }

    /** What holds when nothing is set; empty for nothing. */
    public String defaultText() {
        return defaultText;
    }

    /** One sentence for the guide. */
    public String description() {
        return description;
    }

    /** The option of a name or alias, or null. */
    public static @Nullable Option named(final String name) {
        return BY_NAME.get(name);
    }

    /**
     * The option of a name or alias.
     *
     * @throws IllegalArgumentException naming the one that comes nearest
     */
    public static Option require(final String name) {
        final Option option = named(name);
        if (option == null) {
            throw new IllegalArgumentException("unknown option '" + name + "'; did you mean '" + nearest(name)
                    + "'? docs/guide/connecting.md lists all options");
        }
        return option;
    }

    /** The value of a text, of the type's class; the text is known to be valid when it was {@link #checked}. */
    Object read(final String text) {
        return type.read(text);
    }

    /**
     * Passes a text that is a value of this option.
     *
     * @throws IllegalArgumentException saying what a value looks like
     */
    String checked(final String text) {
        try {
            type.read(text);
            return text;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "option '" + optionName + "' is '" + text + "', but should be " + type.description(), e);
        }
    }

    private static String nearest(final String name) {
        String best = "";
        int bestDistance = Integer.MAX_VALUE;
        for (final String known : BY_NAME.keySet().stream().sorted().toList()) {
            final int distance = EditDistance.between(name, known);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = known;
            }
        }
        return best;
    }
}
