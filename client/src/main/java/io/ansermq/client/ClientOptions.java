package io.ansermq.client;

import io.ansermq.remoting.transport.Encryption;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How to reach a broker and how long to wait for it. Immutable; made by {@link #builder()}. */
public final class ClientOptions {
    /** Where a broker listens when nothing else is said. */
    public static final int DEFAULT_PORT = 10911;

    private final List<SocketAddress> addresses;
    private final String clientName;
    private final @Nullable String clientId;
    private final @Nullable String user;
    private final @Nullable String password;
    private final int connectTimeoutMs;
    private final int requestTimeoutMs;
    private final int sendTimeoutMs;
    private final Encryption encryption;
    private final int minLargeMessageBytes;
    private final int maxLargeMessageBytes;
    private final ReconnectOptions reconnect;
    private final int idleTimeoutMs;

    private ClientOptions(final Builder builder) {
        addresses = builder.addresses.isEmpty()
                ? List.of(InetSocketAddress.createUnresolved("127.0.0.1", DEFAULT_PORT))
                : List.copyOf(builder.addresses);
        clientName = builder.clientName;
        clientId = builder.clientId;
        user = builder.user;
        password = builder.password;
        connectTimeoutMs = builder.connectTimeoutMs;
        requestTimeoutMs = builder.requestTimeoutMs;
        sendTimeoutMs = builder.sendTimeoutMs;
        encryption = builder.encryption;
        minLargeMessageBytes = builder.minLargeMessageBytes;
        maxLargeMessageBytes = builder.maxLargeMessageBytes;
        reconnect = builder.reconnect;
        idleTimeoutMs = builder.idleTimeoutMs;
    }

    /** A builder with the defaults: the broker at 127.0.0.1:10911, no user. */
    public static Builder builder() {
        return new Builder();
    }

    /** Brokers or name servers, tried in this order; never empty. */
    public List<SocketAddress> addresses() {
        return addresses;
    }

    /** What the broker shows to its operator for this connection. */
    public String clientName() {
        return clientName;
    }

    /** The JMS client identifier, unique among the broker's connections. */
    public @Nullable String clientId() {
        return clientId;
    }

    /** The user to authenticate as. */
    public @Nullable String user() {
        return user;
    }

    /** The user's password. */
    public @Nullable String password() {
        return password;
    }

    /** Longest wait for one address to accept the connection. */
    public int connectTimeoutMs() {
        return connectTimeoutMs;
    }

    /** Longest wait for the answer to a request. */
    public int requestTimeoutMs() {
        return requestTimeoutMs;
    }

    /** Bodies longer than this are stored in parts, so that neither side needs them in one piece on the way. */
    public int minLargeMessageBytes() {
        return minLargeMessageBytes;
    }

    /** The longest body that is received in parts: its sender says how long it is before any of it has come. */
    public int maxLargeMessageBytes() {
        return maxLargeMessageBytes;
    }

    /** Longest wait of a send for room in the send window, and of a synchronous send for its answer. */
    public int sendTimeoutMs() {
        return sendTimeoutMs;
    }

    /** What encrypts connections over TCP. */
    public Encryption encryption() {
        return encryption;
    }

    /** How the session comes back after its connection is lost. */
    public ReconnectOptions reconnect() {
        return reconnect;
    }

    /** How long nothing may come from the broker before the connection counts as lost; 0 for what the broker says. */
    public int idleTimeoutMs() {
        return idleTimeoutMs;
    }

    /** Collects options; not thread safe. */
    public static final class Builder {
        private final List<SocketAddress> addresses = new ArrayList<>();
        private String clientName = "anser-client";
        private @Nullable String clientId;
        private @Nullable String user;
        private @Nullable String password;
        private int connectTimeoutMs = 10_000;
        private int requestTimeoutMs = 30_000;
        private int sendTimeoutMs = 30_000;
        private Encryption encryption = Encryption.NONE;
        private int minLargeMessageBytes = 1 << 20;
        private int maxLargeMessageBytes = 1 << 30;
        private ReconnectOptions reconnect = ReconnectOptions.NONE;
        private int idleTimeoutMs;

        private Builder() {}

        /** Adds one more address to try; an address inside this JVM is possible too. */
        public Builder address(final SocketAddress address) {
            addresses.add(address);
            return this;
        }

        /** Adds one more address to try; the name is looked up when it is tried. */
        public Builder address(final String host, final int port) {
            return address(InetSocketAddress.createUnresolved(host, port));
        }

        /**
         * Adds the addresses of a text {@code host[:port],...}; an IPv6 address stands in brackets.
         *
         * @throws IllegalArgumentException naming the part that is not an address
         */
        public Builder addresses(final String list) {
            for (final String part : list.split(",", -1)) {
                address(parse(part.strip()));
            }
            return this;
        }

        /** See {@link ClientOptions#clientName()}. */
        public Builder clientName(final String name) {
            clientName = name;
            return this;
        }

        /** See {@link ClientOptions#clientId()}. */
        public Builder clientId(final @Nullable String id) {
            clientId = id;
            return this;
        }

        /** See {@link ClientOptions#user()}. */
        public Builder user(final @Nullable String name) {
            user = name;
            return this;
        }

        /** See {@link ClientOptions#password()}. */
        public Builder password(final @Nullable String text) {
            password = text;
            return this;
        }

        /** See {@link ClientOptions#connectTimeoutMs()}; 10 s unless set. */
        public Builder connectTimeoutMs(final int timeoutMs) {
            connectTimeoutMs = positive("connectTimeoutMs", timeoutMs);
            return this;
        }

        /** See {@link ClientOptions#requestTimeoutMs()}; 30 s unless set. */
        public Builder requestTimeoutMs(final int timeoutMs) {
            requestTimeoutMs = positive("requestTimeoutMs", timeoutMs);
            return this;
        }

        /** See {@link ClientOptions#minLargeMessageBytes()}; 1 MiB unless set. */
        public Builder minLargeMessageBytes(final int bytes) {
            minLargeMessageBytes = positive("minLargeMessageBytes", bytes);
            return this;
        }

        /** See {@link ClientOptions#maxLargeMessageBytes()}; 1 GiB unless set, as at the broker. */
        public Builder maxLargeMessageBytes(final int bytes) {
            maxLargeMessageBytes = positive("maxLargeMessageBytes", bytes);
            return this;
        }

        /** See {@link ClientOptions#sendTimeoutMs()}; 30 s unless set. */
        public Builder sendTimeoutMs(final int timeoutMs) {
            sendTimeoutMs = positive("sendTimeoutMs", timeoutMs);
            return this;
        }

        /** See {@link ClientOptions#encryption()}; none unless set. */
        public Builder encryption(final Encryption how) {
            encryption = how;
            return this;
        }

        /** See {@link ClientOptions#reconnect()}; not at all unless set. */
        public Builder reconnect(final ReconnectOptions how) {
            reconnect = how;
            return this;
        }

        /** See {@link ClientOptions#idleTimeoutMs()}; what the broker says unless set. */
        public Builder idleTimeoutMs(final int timeoutMs) {
            idleTimeoutMs = timeoutMs;
            return this;
        }

        /** The options as set so far. */
        public ClientOptions build() {
            return new ClientOptions(this);
        }

        private static int positive(final String name, final int valueMs) {
            if (valueMs <= 0) {
                throw new IllegalArgumentException(name + " must be at least 1 ms, not " + valueMs);
            }
            return valueMs;
        }
    }

    /** One {@code host[:port]} of an address list. */
    static InetSocketAddress parse(final String text) {
        final int colon = text.lastIndexOf(':');
        final boolean portGiven = colon > text.lastIndexOf(']');
        final String hostPart = portGiven ? text.substring(0, colon) : text;
        final boolean bracketed = hostPart.startsWith("[") && hostPart.endsWith("]");
        final String host = bracketed ? hostPart.substring(1, hostPart.length() - 1) : hostPart;
        if (host.isEmpty() || (!bracketed && host.indexOf(':') >= 0)) {
            throw notAnAddress(text);
        }
        return InetSocketAddress.createUnresolved(
                host, portGiven ? parsePort(text, text.substring(colon + 1)) : DEFAULT_PORT);
    }

    private static int parsePort(final String text, final String port) {
        try {
            final int number = Integer.parseInt(port);
            if (number >= 1 && number <= 65_535) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below, with the whole address
        }
        throw notAnAddress(text);
    }

    private static IllegalArgumentException notAnAddress(final String text) {
        return new IllegalArgumentException(
                "'" + text + "' is not an address: write host:port, [ipv6]:port or host (port 10911)");
    }
}
