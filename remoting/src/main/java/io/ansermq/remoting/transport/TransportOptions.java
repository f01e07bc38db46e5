package io.ansermq.remoting.transport;

/**
 * Settings of a server or of a client's connections. Immutable.
 *
 * @param name what threads and log lines are called
 * @param maxFrameBytes the longest frame accepted, without its length word; a longer one closes the connection
 * @param idleTimeoutMs closes a connection that sends nothing for so long while no heartbeat runs; 0 for never
 * @param unreadTimeoutMs closes a connection that was not writable for so long, since its peer does not read; 0 for never
 * @param ioThreads event loop threads of a server, or of all clients in this process together
 * @param encryption what encrypts connections over TCP
 */
public record TransportOptions(
        String name,
        int maxFrameBytes,
        long idleTimeoutMs,
        long unreadTimeoutMs,
        int ioThreads,
        Encryption encryption) {

    /** RocketMQ's largest frame and some room for the header. */
    public static final int DEFAULT_MAX_FRAME_BYTES = (16 << 20) + (64 << 10);

    /** What RocketMQ peers expect of each other: their heartbeats come every 30 s. */
    public static final long DEFAULT_IDLE_TIMEOUT_MS = 120_000;

    /** Checks that the settings go together. */
    public TransportOptions {
        check(!name.isBlank(), "name", name);
        check(maxFrameBytes >= 1024, "maxFrameBytes", maxFrameBytes);
        check(idleTimeoutMs >= 0, "idleTimeoutMs", idleTimeoutMs);
        check(unreadTimeoutMs >= 0, "unreadTimeoutMs", unreadTimeoutMs);
        check(ioThreads > 0, "ioThreads", ioThreads);
    }

    /** All defaults. */
    public static TransportOptions defaults() {
        return builder().build();
    }

    /** A builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    private static void check(final boolean holds, final String name, final Object value) {
        if (!holds) {
            throw new IllegalArgumentException("transport option " + name + " cannot be " + value);
        }
    }

    /** Collects the settings. Not thread safe. */
    public static final class Builder {
        private String name = "anser";
        private int maxFrameBytes = DEFAULT_MAX_FRAME_BYTES;
        private long idleTimeoutMs = DEFAULT_IDLE_TIMEOUT_MS;
        private long unreadTimeoutMs;
        private int ioThreads = 2;
        private Encryption encryption = Encryption.NONE;

        private Builder() {}

        /** See {@link TransportOptions#name()}. */
        public Builder name(final String value) {
            this.name = value;
            return this;
        }

        /** See {@link TransportOptions#maxFrameBytes()}. */
        public Builder maxFrameBytes(final int value) {
            this.maxFrameBytes = value;
            return this;
        }

        /** See {@link TransportOptions#idleTimeoutMs()}. */
        public Builder idleTimeoutMs(final long value) {
            this.idleTimeoutMs = value;
            return this;
        }

        /** See {@link TransportOptions#unreadTimeoutMs()}. */
        public Builder unreadTimeoutMs(final long value) {
            this.unreadTimeoutMs = value;
            return this;
        }

        /** See {@link TransportOptions#ioThreads()}. */
        public Builder ioThreads(final int value) {
            this.ioThreads = value;
            return this;
        }

        /** See {@link TransportOptions#encryption()}. */
        public Builder encryption(final Encryption value) {
            this.encryption = value;
            return this;
        }

        /** The options, checked. */
        public TransportOptions build() {
            return new TransportOptions(name, maxFrameBytes, idleTimeoutMs, unreadTimeoutMs, ioThreads, encryption);
        }
    }
}
