package io.ansermq.broker;

import io.ansermq.broker.core.DestinationPolicy;
import io.ansermq.broker.rocketmq.CheckBack;
import io.ansermq.broker.security.Anonymous;
import io.ansermq.broker.security.CertificateUser;
import io.ansermq.broker.security.NamePattern;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.transport.KeyFile;
import io.ansermq.remoting.transport.ServerTls;
import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All options of a broker, checked. Immutable and thread safe; made by {@link #builder()}.
 *
 * <p>The one table of options is {@link #specs()}: the command line, the properties file, {@code vm://} options and the
 * reference are all read from it. An unknown name or an unreadable value is an {@link IllegalArgumentException} whose
 * text names the option and says what would be right.
 */
public final class BrokerOptions {

    private static final long MAX_SEGMENT_BYTES = 1L << 30;
    private static final String FLUSH_PREFIX = "flush.";
    private static final String DEAD_LETTER_PREFIX = "DLQ.";

    private static final List<OptionSpec> SPECS = List.of(
            spec("bind", "127.0.0.1", OptionSpec.Type.TEXT, "Address to listen on; 0.0.0.0 for all."),
            spec("port", "10911", OptionSpec.Type.NUMBER, "Port to listen on; 0 lets the system choose."),
            spec(
                    "advertise",
                    "",
                    OptionSpec.Type.TEXT,
                    "Host name or address, optionally with :port, under which clients reach this broker; empty: the one"
                            + " it listens on, and with bind=0.0.0.0 the first one that leads here from elsewhere."),
            spec(
                    "cluster",
                    "DefaultCluster",
                    OptionSpec.Type.TEXT,
                    "Name of the cluster, as RocketMQ's clients and tools show it."),
            spec(
                    "retention",
                    "72h",
                    OptionSpec.Type.DURATION,
                    "How long the messages of topics that RocketMQ clients made are kept, consumed or not."),
            spec(
                    "check-back-after",
                    "6s",
                    OptionSpec.Type.DURATION,
                    "How old a half message of a RocketMQ producer is when its group is asked for the first time what became"
                            + " of it, unless the message says otherwise."),
            spec("check-back-interval", "30s", OptionSpec.Type.DURATION, "How long after that it is asked again."),
            spec(
                    "check-back-max",
                    "15",
                    OptionSpec.Type.NUMBER,
                    "How often it is asked; then the message is rolled back, and kept in topic"
                            + " TRANS_CHECK_MAX_TIME_TOPIC."),
            spec(
                    "data",
                    "anser-data",
                    OptionSpec.Type.TEXT,
                    "Directory of the log and the indexes; created when missing."),
            spec("name", "anser", OptionSpec.Type.TEXT, "Name of this broker, as clients and tools show it."),
            spec(
                    "flush",
                    "async",
                    OptionSpec.Type.FLUSH,
                    "When a persistent send is answered: async = written (survives a crash of the process), sync = forced"
                            + " to disk (survives a power loss)."),
            spec("flush.*", "", OptionSpec.Type.FLUSH, "The same for one destination: flush.orders=sync."),
            spec(
                    "max-deliveries",
                    "10",
                    OptionSpec.Type.NUMBER,
                    "After so many deliveries that were not acknowledged a message goes to the dead letter queue; 0 ="
                            + " never."),
            spec(
                    "max-deliveries.*",
                    "",
                    OptionSpec.Type.NUMBER,
                    "The same for one destination, or by a pattern: max-deliveries.orders=3, max-deliveries.audit.*=0."),
            spec(
                    "dead-letter-queue",
                    "DLQ.*",
                    OptionSpec.Type.TEXT,
                    "Queue for messages that were delivered too often; * stands for the name of the destination; none ="
                            + " they are dropped."),
            spec("dead-letter-queue.*", "", OptionSpec.Type.TEXT, "The same for one destination, or by a pattern."),
            spec(
                    "exclusive",
                    "false",
                    OptionSpec.Type.FLAG,
                    "Whether only the first of a queue's consumers gets messages; when it closes, the next one does."),
            spec("exclusive.*", "", OptionSpec.Type.FLAG, "The same for one destination, or by a pattern."),
            spec(
                    "redelivery-delay",
                    "0ms",
                    OptionSpec.Type.DURATION,
                    "How long a message waits before it is delivered again; those behind it do not wait."),
            spec("redelivery-delay.*", "", OptionSpec.Type.DURATION, "The same for one destination, or by a pattern."),
            spec(
                    "redelivery-delay-multiplier",
                    "1",
                    OptionSpec.Type.DECIMAL,
                    "By what that wait is multiplied with each further delivery."),
            spec(
                    "redelivery-delay-multiplier.*",
                    "",
                    OptionSpec.Type.DECIMAL,
                    "The same for one destination, or by a pattern."),
            spec("max-redelivery-delay", "1h", OptionSpec.Type.DURATION, "The longest of these waits."),
            spec(
                    "max-redelivery-delay.*",
                    "",
                    OptionSpec.Type.DURATION,
                    "The same for one destination, or by a pattern."),
            spec(
                    "expiry-queue",
                    "none",
                    OptionSpec.Type.TEXT,
                    "Queue for messages whose time to live is over; * stands for the name of the destination; none ="
                            + " they are dropped."),
            spec("expiry-queue.*", "", OptionSpec.Type.TEXT, "The same for one destination, or by a pattern."),
            spec(
                    "append-mode",
                    "auto",
                    OptionSpec.Type.APPEND_MODE,
                    "How the log is written: channel = write calls, mapped = stores into the mapping, auto = the one"
                            + " measured faster for the flush option."),
            spec("segment-size", "128MiB", OptionSpec.Type.SIZE, "Size of one file of the log."),
            spec("staging-size", "16MiB", OptionSpec.Type.SIZE, "Memory in which frames wait to be written."),
            spec(
                    "max-message-size",
                    "4MiB",
                    OptionSpec.Type.SIZE,
                    "Largest record: a message with its headers and properties, or the part of a longer one."),
            spec(
                    "max-large-message-size",
                    "1GiB",
                    OptionSpec.Type.SIZE,
                    "Largest body of a message; what is longer than a record comes in parts."),
            spec(
                    "send-window",
                    "1MiB",
                    OptionSpec.Type.SIZE,
                    "Unanswered bytes that one connection may have in flight."),
            spec(
                    "connection-memory",
                    "4MiB",
                    OptionSpec.Type.SIZE,
                    "Received bytes of one connection that may wait; then it is not read."),
            spec(
                    "memory",
                    "64MiB",
                    OptionSpec.Type.SIZE,
                    "Received bytes of all connections that may wait; then none is read."),
            spec(
                    "max-connections",
                    "10000",
                    OptionSpec.Type.NUMBER,
                    "Connections served at a time; further ones are refused."),
            spec(
                    "heartbeat",
                    "10s",
                    OptionSpec.Type.DURATION,
                    "Interval of heartbeats; a peer silent for three of them is dropped."),
            spec(
                    "tls",
                    "off",
                    OptionSpec.Type.TLS,
                    "Encryption of connections: optional = encrypted and plain ones on the same port, required = plain ones"
                            + " are refused."),
            spec(
                    "tls-key-store",
                    "",
                    OptionSpec.Type.TEXT,
                    "Key store (PKCS#12 or JKS) with the broker's private key and certificates."),
            spec("tls-key-store-password", "", OptionSpec.Type.TEXT, "What opens it."),
            spec(
                    "tls-trust-store",
                    "",
                    OptionSpec.Type.TEXT,
                    "Key store, or PEM file, of the authorities that sign clients' certificates; without it those that Java"
                            + " trusts."),
            spec("tls-trust-store-password", "", OptionSpec.Type.TEXT, "What opens it."),
            spec(
                    "tls-client-certificate",
                    "none",
                    OptionSpec.Type.CLIENT_CERTIFICATE,
                    "Whether clients must show a certificate: wanted = checked when there is one."),
            spec(
                    "tls-user",
                    "none",
                    OptionSpec.Type.CERTIFICATE_USER,
                    "Which user a client is that shows a certificate and names none: its common name, or its subject as a"
                            + " whole."),
            spec(
                    "users",
                    "",
                    OptionSpec.Type.TEXT,
                    "File with the users and what is kept of their passwords, see 'anser user'; empty = users in the data"
                            + " directory."),
            spec(
                    "anonymous",
                    "loopback",
                    OptionSpec.Type.ANONYMOUS,
                    "From where clients may connect without a user: loopback = this machine."),
            spec(
                    "roles",
                    "",
                    OptionSpec.Type.TEXT,
                    "File with the roles of users and what they may do, see 'anser role'; empty = roles in the data"
                            + " directory."),
            spec(
                    "anonymous-admin",
                    "loopback",
                    OptionSpec.Type.ANONYMOUS,
                    "From where clients without a user may administer the broker and do everything else: loopback = this"
                            + " machine."),
            spec(
                    "http",
                    "",
                    OptionSpec.Type.ADDRESS,
                    "Where metrics (/metrics) and health (/health/live, /health/ready) are shown over HTTP, without a login: a"
                            + " port of this machine or host:port, port 0 lets the system choose; empty for nowhere."),
            spec("jmx", "false", OptionSpec.Type.FLAG, "Whether the metrics are shown as an MBean, too."),
            spec("io-threads", "2", OptionSpec.Type.NUMBER, "Threads that read and write connections."),
            spec("auto-create", "true", OptionSpec.Type.FLAG, "Create a destination when a client first names it."),
            spec(
                    "min-free-disk",
                    "256MiB",
                    OptionSpec.Type.SIZE,
                    "Free disk space below which producers are blocked, and no new data directory is begun."),
            spec(
                    "max-disk",
                    "0",
                    OptionSpec.Type.SIZE,
                    "The most that log and queue index may take; 0 for what the disk has."),
            spec(
                    "disk-clean",
                    "75",
                    OptionSpec.Type.NUMBER,
                    "Percent of that from which on old messages are cleaned out without delay."),
            spec(
                    "disk-forget",
                    "85",
                    OptionSpec.Type.NUMBER,
                    "Percent of that from which on messages that only wait for the end of retention are given up, the"
                            + " oldest first."),
            spec(
                    "disk-block",
                    "90",
                    OptionSpec.Type.NUMBER,
                    "Percent of that from which on producers are blocked; the rest is for consumers."),
            spec(
                    "disk-wait",
                    "5s",
                    OptionSpec.Type.DURATION,
                    "How long a blocked send waits for room before it is refused."),
            spec(
                    "background-force",
                    "500ms",
                    OptionSpec.Type.DURATION,
                    "With flush=async: how often written data is forced to disk."),
            spec(
                    "image-interval",
                    "60s",
                    OptionSpec.Type.DURATION,
                    "How often the state is saved so that a restart reads less of the log."),
            spec(
                    "cleaner-delay",
                    "10m",
                    OptionSpec.Type.DURATION,
                    "How long the oldest file of the log may be kept by messages that nobody settles before these are"
                            + " copied to the end of the log."),
            spec(
                    "cleaner-ratio",
                    "2",
                    OptionSpec.Type.NUMBER,
                    "How many times as large as the unsettled messages in it the log may stay."),
            spec("cleaner-rate", "20MiB", OptionSpec.Type.SIZE, "Bytes per second that are copied at most."),
            spec(
                    "unread-timeout",
                    "60s",
                    OptionSpec.Type.DURATION,
                    "How long a client may leave what is written to it unread before its connection is closed."));

    private final Map<String, String> values;

    private BrokerOptions(final Map<String, String> values) {
        this.values = values;
    }

    private static OptionSpec spec(
            final String name, final String value, final OptionSpec.Type type, final String text) {
        return new OptionSpec(name, value, type, text);
    }

    /** Every option there is, in the order of the reference. */
    public static List<OptionSpec> specs() {
        return SPECS;
    }

    /** A builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    public String bind() {
        return text("bind");
    }

    public int port() {
        return (int) number("port");
    }

    /** The file with the users. */
    public Path users() {
        return text("users").isEmpty() ? Path.of(data(), "users") : Path.of(text("users"));
    }

    /** Which user a client is that shows a certificate. */
    public CertificateUser certificateUser() {
        return CertificateUser.valueOf(text("tls-user").toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** The file with the roles of users. */
    public Path roles() {
        return text("roles").isEmpty() ? Path.of(data(), "roles") : Path.of(text("roles"));
    }

    /** From where clients without a user may do everything. */
    public Anonymous anonymousAdministrators() {
        return Anonymous.valueOf(text("anonymous-admin").toUpperCase(Locale.ROOT));
    }

    /** From where clients may connect without a user. */
    public Anonymous anonymous() {
        return Anonymous.valueOf(text("anonymous").toUpperCase(Locale.ROOT));
    }

    public String data() {
        return text("data");
    }

    public String name() {
        return text("name");
    }

    /** Where metrics and health are shown over HTTP; null for nowhere. */
    public @Nullable InetSocketAddress http() {
        return text("http").isEmpty() ? null : OptionValues.address(text("http"));
    }

    /** Whether the metrics are shown as an MBean. */
    public boolean jmx() {
        return number("jmx") == 1;
    }

    /** The broker-wide level of persistent sends. */
    public FlushLevel flush() {
        return OptionValues.flush(text("flush"));
    }

    /** The level of one destination: its own option, else {@link #flush()}. */
    public FlushLevel flush(final String destination) {
        final String own = values.get(FLUSH_PREFIX + destination);
        return own == null ? flush() : OptionValues.flush(own);
    }

    /** To whom messages of this destination go, and what becomes of those that cannot be delivered. */
    public DestinationPolicy policy(final String destination) {
        if (destination.startsWith(DEAD_LETTER_PREFIX)) {
            // What is in such a queue stays there until somebody takes it out.
            return DestinationPolicy.NONE;
        }
        return new DestinationPolicy(
                (int) OptionValues.number(specOf("max-deliveries"), textFor("max-deliveries", destination)),
                OptionValues.number(specOf("redelivery-delay"), textFor("redelivery-delay", destination)),
                Double.parseDouble(textFor("redelivery-delay-multiplier", destination)),
                OptionValues.number(specOf("max-redelivery-delay"), textFor("max-redelivery-delay", destination)),
                queueName(textFor("dead-letter-queue", destination), destination),
                queueName(textFor("expiry-queue", destination), destination),
                Boolean.parseBoolean(textFor("exclusive", destination)));
    }

    private static String queueName(final String option, final String destination) {
        return option.equals("none") ? "" : option.replace("*", destination);
    }

    /** The option of one destination: under its own name, else under the pattern with the most text, else the broker's. */
    private String textFor(final String option, final String destination) {
        final String own = values.get(option + '.' + destination);
        if (own != null) {
            return own;
        }
        String best = text(option);
        int bestLength = -1;
        for (final Map.Entry<String, String> value : values.entrySet()) {
            final String name = value.getKey();
            if (name.startsWith(option + '.') && name.indexOf('*') >= 0) {
                final String pattern = name.substring(option.length() + 1);
                final int length = pattern.replace("*", "").length();
                if (length > bestLength && NamePattern.matches(pattern, destination)) {
                    best = value.getValue();
                    bestLength = length;
                }
            }
        }
        return best;
    }

    public AppendMode appendMode() {
        return AppendMode.valueOf(text("append-mode").toUpperCase(Locale.ROOT));
    }

    public int segmentBytes() {
        return (int) number("segment-size");
    }

    public int stagingBytes() {
        return (int) number("staging-size");
    }

    public int maxMessageBytes() {
        return (int) number("max-message-size");
    }

    /** The longest body of a message that comes in parts. */
    public long maxLargeMessageBytes() {
        return number("max-large-message-size");
    }

    public int sendWindowBytes() {
        return (int) number("send-window");
    }

    public long connectionMemoryBytes() {
        return number("connection-memory");
    }

    public long memoryBytes() {
        return number("memory");
    }

    /** When producers are asked what became of their half messages. */
    public CheckBack checkBack() {
        return new CheckBack(number("check-back-after"), number("check-back-interval"), (int) number("check-back-max"));
    }

    public long retentionMs() {
        return number("retention");
    }

    public String cluster() {
        return text("cluster");
    }

    /**
     * Where clients reach a broker that listens on {@code bound}.
     *
     * @throws IllegalArgumentException when the {@code advertise} option names no known host
     */
    public SocketAddress advertised(final SocketAddress bound) {
        return AdvertisedAddress.of(text("advertise"), bound);
    }

    public int maxConnections() {
        return (int) number("max-connections");
    }

    public int heartbeatMs() {
        return (int) number("heartbeat");
    }

    public int ioThreads() {
        return (int) number("io-threads");
    }

    public boolean autoCreate() {
        return number("auto-create") == 1;
    }

    public long minFreeDiskBytes() {
        return number("min-free-disk");
    }

    /** 0 for what the disk has. */
    public long maxDiskBytes() {
        return number("max-disk");
    }

    public int diskCleanPercent() {
        return (int) number("disk-clean");
    }

    public int diskForgetPercent() {
        return (int) number("disk-forget");
    }

    public int diskBlockPercent() {
        return (int) number("disk-block");
    }

    public long diskWaitMs() {
        return number("disk-wait");
    }

    public long backgroundForceMs() {
        return number("background-force");
    }

    public long imageIntervalMs() {
        return number("image-interval");
    }

    public long cleanerDelayMs() {
        return number("cleaner-delay");
    }

    public int cleanerRatio() {
        return (int) number("cleaner-ratio");
    }

    public long cleanerBytesPerSecond() {
        return number("cleaner-rate");
    }

    public long unreadTimeoutMs() {
        return number("unread-timeout");
    }

    /**
     * What encrypts connections.
     *
     * @throws IOException in one clear line when a key store is missing or cannot be read
     */
    public Encryption encryption() throws IOException {
        final String mode = text("tls");
        if (mode.equals("off")) {
            return Encryption.NONE;
        }
        final KeyFile own = keyFile("tls-key-store");
        if (own == null) {
            throw new IOException(
                    "tls is " + mode + ", but tls-key-store is not set: it must name the key store with the"
                            + " broker's private key and certificates");
        }
        return ServerTls.load(
                mode.equals("required"),
                own,
                keyFile("tls-trust-store"),
                ServerTls.ClientCertificate.valueOf(
                        text("tls-client-certificate").toUpperCase(Locale.ROOT)));
    }

    private @Nullable KeyFile keyFile(final String option) {
        final String path = text(option);
        final String password = text(option + "-password");
        return path.isEmpty() ? null : new KeyFile(Path.of(path), password.isEmpty() ? null : password);
    }

    /** Name and text of every option as it is in force, in the order of {@link #specs()}. */
    public Map<String, String> asMap() {
        final Map<String, String> all = new LinkedHashMap<>();
        for (final OptionSpec spec : SPECS) {
            if (!spec.name().endsWith("*")) {
                all.put(spec.name(), text(spec.name()));
            }
        }
        values.forEach(all::putIfAbsent);
        return all;
    }

    private String text(final String name) {
        final String value = values.get(name);
        return value == null ? specOf(name).defaultText() : value;
    }

    private long number(final String name) {
        return OptionValues.number(specOf(name), text(name));
    }

    private static OptionSpec specOf(final String name) {
        final OptionSpec spec = findSpec(name);
        if (spec == null) {
            throw new IllegalStateException("no option " + name);
        }
        return spec;
    }

    private static @Nullable OptionSpec findSpec(final String name) {
        for (final OptionSpec spec : SPECS) {
            final boolean family = spec.name().endsWith("*")
                    && name.startsWith(spec.name().substring(0, spec.name().length() - 1))
                    && name.length() >= spec.name().length();
            if (family || spec.name().equals(name)) {
                return spec;
            }
        }
        return null;
    }

    /** Collects options; every call checks at once. Not thread safe. */
    public static final class Builder {
        private final Map<String, String> values = new TreeMap<>();

        private Builder() {}

        /**
         * Sets one option from text.
         *
         * @throws IllegalArgumentException when the name is unknown or the value cannot be read; the text says what would be right
         */
        public Builder set(final String name, final String value) {
            final OptionSpec spec = findSpec(name);
            final boolean noName = name.endsWith(".*") && (spec == null || name.equals(spec.name()));
            final boolean noPattern = name.endsWith("*") && name.startsWith(FLUSH_PREFIX);
            if (spec == null || noName || noPattern) {
                throw new IllegalArgumentException(
                        "unknown option '" + name + "'" + nearest(name) + "; 'anser server --help' lists all options");
            }
            OptionValues.check(spec, name, value.trim());
            values.put(name, value.trim());
            return this;
        }

        /** Sets all options of a map. */
        public Builder setAll(final Map<String, String> options) {
            options.forEach(this::set);
            return this;
        }

        /**
         * The checked options.
         *
         * @throws IllegalArgumentException when two options do not go together
         */
        public BrokerOptions build() {
            final BrokerOptions options = new BrokerOptions(Map.copyOf(values));
            for (final String size : List.of("segment-size", "staging-size", "max-message-size", "send-window")) {
                if (options.number(size) > MAX_SEGMENT_BYTES) {
                    throw new IllegalArgumentException("option " + size + " must be at most 1GiB");
                }
            }
            if (options.maxDiskBytes() != 0 && options.maxDiskBytes() < 8L * options.segmentBytes()) {
                throw new IllegalArgumentException("max-disk must hold eight segments: set it to at least "
                        + 8L * options.segmentBytes() + " bytes, or make segment-size smaller");
            }
            if (options.diskCleanPercent() > options.diskForgetPercent()
                    || options.diskForgetPercent() > options.diskBlockPercent()
                    || options.diskBlockPercent() > 95
                    || options.diskBlockPercent() < 10) {
                throw new IllegalArgumentException(
                        "disk-block must be 10 to 95, disk-forget not above it, and disk-clean not above that: consumers need"
                                + " the rest");
            }
            if (options.cleanerRatio() < 1 || options.cleanerBytesPerSecond() < 1) {
                throw new IllegalArgumentException("options cleaner-ratio and cleaner-rate must be at least 1");
            }
            final long record = options.maxMessageBytes() + 64L * 1024;
            if (options.stagingBytes() < 2 * record) {
                throw new IllegalArgumentException(
                        "staging-size must hold two messages of max-message-size: set it to at" + " least " + 2 * record
                                + " bytes");
            }
            if (options.segmentBytes() < 2 * record) {
                throw new IllegalArgumentException(
                        "segment-size must hold two messages of max-message-size: set it to at" + " least " + 2 * record
                                + " bytes");
            }
            return options;
        }

        private static String nearest(final String name) {
            String best = "";
            int bestDistance = Math.max(2, name.length() / 3) + 1;
            for (final OptionSpec spec : SPECS) {
                final int distance = OptionValues.editDistance(name, spec.name());
                if (distance < bestDistance) {
                    bestDistance = distance;
                    best = spec.name();
                }
            }
            return best.isEmpty() ? "" : ", did you mean '" + best + "'?";
        }
    }
}
