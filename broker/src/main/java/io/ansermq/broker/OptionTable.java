package io.ansermq.broker;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one table of a broker's options: names, defaults and what they mean. Stateless. {@link BrokerOptions} is what
 * somebody has set them to.
 */
final class OptionTable {

    /** Every option there is, in the order of the reference. */
    static final List<OptionSpec> SPECS = List.of(
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
                    "retention.*",
                    "",
                    OptionSpec.Type.DURATION,
                    "The same for one topic, or by a pattern; with it topics of Jakarta Messaging keep their messages, too, so"
                            + " that a subscription can be rewound."),
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

    private OptionTable() {}

    private static OptionSpec spec(
            final String name, final String value, final OptionSpec.Type type, final String text) {
        return new OptionSpec(name, value, type, text);
    }

    /** The option of this name. */
    static OptionSpec of(final String name) {
        final OptionSpec spec = find(name);
        if (spec == null) {
            throw new IllegalStateException("no option " + name);
        }
        return spec;
    }

    /** What an option is set to, or its default. */
    static String text(final Map<String, String> values, final String name) {
        final String value = values.get(name);
        return value == null ? of(name).defaultText() : value;
    }

    /** The option, or family of options, that a name belongs to. */
    static @Nullable OptionSpec find(final String name) {
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

    /** The option that somebody may have meant who wrote this name, as the end of a sentence. */
    static String nearest(final String name) {
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
