package io.ansermq.broker;

import io.ansermq.broker.core.DestinationPolicy;
import io.ansermq.broker.core.DestinationSettings;
import io.ansermq.broker.rocketmq.CheckBack;
import io.ansermq.broker.rocketmq.RocketMqSettings;
import io.ansermq.broker.security.Anonymous;
import io.ansermq.broker.security.CertificateUser;
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
public final class BrokerOptions implements DestinationSettings, RocketMqSettings.RetentionOf {

    private static final long MAX_SEGMENT_BYTES = 1L << 30;

    private final Map<String, String> values;
    private final DestinationOptions destinations;

    private BrokerOptions(final Map<String, String> values) {
        this.values = values;
        this.destinations = new DestinationOptions(values);
    }

    /** Every option there is, in the order of the reference. */
    public static List<OptionSpec> specs() {
        return OptionTable.SPECS;
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
    @Override
    public FlushLevel flush(final String destination) {
        return destinations.flush(destination);
    }

    /** To whom messages of this destination go, and what becomes of those that cannot be delivered. */
    @Override
    public DestinationPolicy policy(final String destination) {
        return destinations.policy(destination);
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

    /** How long messages of one topic are kept: its own option, else {@code otherwise}. */
    @Override
    public long retentionMs(final String topic, final long otherwise) {
        return destinations.retentionMs(topic, otherwise);
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
        for (final OptionSpec spec : OptionTable.SPECS) {
            if (!spec.name().endsWith("*")) {
                all.put(spec.name(), text(spec.name()));
            }
        }
        values.forEach(all::putIfAbsent);
        return all;
    }

    private String text(final String name) {
        return OptionTable.text(values, name);
    }

    private long number(final String name) {
        return OptionValues.number(OptionTable.of(name), text(name));
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
            final OptionSpec spec = OptionTable.find(name);
            final boolean noName = name.endsWith(".*") && (spec == null || name.equals(spec.name()));
            final boolean noPattern = name.endsWith("*") && name.startsWith(DestinationOptions.FLUSH_PREFIX);
            if (spec == null || noName || noPattern) {
                throw new IllegalArgumentException("unknown option '" + name + "'" + OptionTable.nearest(name)
                        + "; 'anser server --help' lists all options");
            }
            OptionValues.check(spec, name, value.trim());
            values.put(name, value.trim());
            return this;
        }

        /** Sets all options of a map. */
        public Builder setAll(final Map<String, String> options) {
            for (final Map.Entry<String, String> each : options.entrySet()) {
                set(each.getKey(), each.getValue());
            }
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
    }
}
