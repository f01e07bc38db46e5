package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.security.Scram;
import io.ansermq.remoting.security.SystemRandom;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds a broker: tries the addresses in order, and where a name server answers, the brokers that it names. An address
 * that cannot be reached or has no room leads on to the next; a broker that says no (wrong password, client ID in use)
 * ends the search, for the others would say the same.
 */
final class Connector {
    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);

    static final int PROTOCOL_VERSION = 1;

    private final ClientOptions options;
    private final @Nullable String session;
    private final TransportOptions transport;

    /** A connection that a broker has welcomed. */
    record Opened(Connection connection, ConnectionHeader.Connected greeting, SessionHandler handler) {}

    /** @param session what the broker is to know the session by when it comes back, or null when it does not */
    Connector(final ClientOptions options, final @Nullable String session) {
        this.options = options;
        this.session = session;
        transport = TransportOptions.builder()
                .name("anser-client")
                .encryption(options.encryption())
                .build();
    }

    /** For a session that is new. */
    static Connector of(final ClientOptions options) {
        return new Connector(options, options.reconnect().enabled() ? newSession() : null);
    }

    /** Nobody can guess it, for whoever knows it can take the session's place. */
    private static String newSession() {
        final byte[] random = new byte[16];
        SystemRandom.INSTANCE.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    /** The session's first connection: tries as often as the {@link ReconnectOptions} say. */
    Opened openFirst() throws BrokerException {
        final ReconnectOptions retries = options.reconnect();
        for (int attempt = 1; ; attempt++) {
            try {
                return open();
            } catch (BrokerException e) {
                final boolean again = e.error() == BrokerException.UNREACHABLE
                        || e.error() == BrokerException.TIMEOUT
                        || e.error() == BrokerException.CONNECTION_LOST
                        || e.error() == ErrorCodes.SHUTTING_DOWN;
                if (!again || (retries.startupAttempts() >= 0 && attempt > retries.startupAttempts())) {
                    throw e;
                }
                LOG.info("no broker yet, trying again: {}", e.getMessage());
                pause(retries.delayBeforeMs(
                        Math.min(attempt, 1_000), ThreadLocalRandom.current().nextDouble()));
            }
        }
    }

    private static void pause(final long delayMs) throws BrokerException {
        try {
            TimeUnit.MILLISECONDS.sleep(delayMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException(BrokerException.INTERRUPTED, "interrupted while connecting", e);
        }
    }

    /** A connection to the first broker that takes it. */
    Opened open() throws BrokerException {
        final List<SocketAddress> addresses = new ArrayList<>(options.addresses());
        if (options.reconnect().randomize()) {
            Collections.shuffle(addresses);
        }
        return firstOf(addresses, true);
    }

    private Opened firstOf(final List<? extends SocketAddress> addresses, final boolean nameServers)
            throws BrokerException {
        final List<BrokerException> failures = new ArrayList<>();
        for (final SocketAddress address : addresses) {
            try {
                return connectTo(address, nameServers);
            } catch (BrokerException e) {
                if (isFinal(e)) {
                    throw e;
                }
                failures.add(e);
            }
        }
        throw noneOf(failures);
    }

    private static boolean isFinal(final BrokerException e) {
        return switch (e.error()) {
            case ErrorCodes.AUTHENTICATION,
                    ErrorCodes.AUTHORIZATION,
                    ErrorCodes.CLIENT_ID_IN_USE,
                    ErrorCodes.VERSION,
                    BrokerException.INTERRUPTED -> true;
            default -> false;
        };
    }

    private static BrokerException noneOf(final List<BrokerException> failures) {
        final BrokerException last = failures.get(failures.size() - 1);
        if (failures.size() == 1) {
            return last;
        }
        final List<String> texts =
                failures.stream().map(BrokerException::textOf).toList();
        return new BrokerException(
                BrokerException.UNREACHABLE, "no broker could be reached: " + String.join("; ", texts), last);
    }

    private Opened connectTo(final SocketAddress address, final boolean maybeNameServer) throws BrokerException {
        final SessionHandler handler = new SessionHandler();
        final Connection connection = open(address, handler);
        try {
            final ConnectionHeader.Connected broker =
                    options.user() == null ? ask(connection, greeting()) : new Login(connection).ask(options.user());
            connection.startHeartbeat(heartbeatMs(broker));
            return new Opened(connection, broker, handler);
        } catch (BrokerException e) {
            try {
                if (maybeNameServer && e.error() == ErrorCodes.PROTOCOL) {
                    return firstOf(brokersOf(connection, e), false);
                }
                throw e;
            } finally {
                connection.close("no session came of it");
            }
        }
    }

    /** Three of them make the longest silence. */
    private int heartbeatMs(final ConnectionHeader.Connected broker) {
        return options.idleTimeoutMs() == 0
                ? broker.heartbeatMs()
                : Math.min(broker.heartbeatMs(), Math.max(1, options.idleTimeoutMs() / 3));
    }

    private ConnectionHeader.Connect greeting() {
        return new ConnectionHeader.Connect(
                PROTOCOL_VERSION, options.clientName(), options.clientId(), options.user(), null, session);
    }

    private ConnectionHeader.Connected ask(final Connection connection, final ControlHeader question)
            throws BrokerException {
        return Requests.await(
                Requests.send(connection, question, ConnectionHeader.Connected.class, options.connectTimeoutMs()));
    }

    /** Proves who the user is without sending the password, and that the broker is the one that knows it. */
    private final class Login {
        private final Connection connection;

        Login(final Connection connection) {
            this.connection = connection;
        }

        ConnectionHeader.Connected ask(final String user) throws BrokerException {
            final ConnectionHeader.Challenge challenge = Requests.await(Requests.send(
                    connection, greeting(), ConnectionHeader.Challenge.class, options.connectTimeoutMs()));
            final String password = options.password();
            final Scram.Keys keys;
            try {
                keys = Scram.keys(password == null ? "" : password, challenge.salt(), challenge.iterations());
            } catch (IllegalArgumentException e) {
                throw new BrokerException(
                        ErrorCodes.PROTOCOL,
                        connection.remote() + " asks for an impossible proof: " + e.getMessage(),
                        e);
            }
            final Scram.Exchange exchange = new Scram.Exchange(
                    user, challenge.salt(), challenge.iterations(), challenge.nonce(), Scram.nonce());
            final ConnectionHeader.Connected connected = Connector.this.ask(
                    connection, new ConnectionHeader.Prove(exchange.clientNonce(), keys.proof(exchange)));
            final String proof = connected.serverProof();
            if (proof == null || !keys.isServer(exchange, proof)) {
                throw new BrokerException(
                        ErrorCodes.AUTHENTICATION,
                        connection.remote() + " does not know the password of '" + user
                                + "': this is not the broker that it says it is");
            }
            return connected;
        }
    }

    private Connection open(final SocketAddress address, final SessionHandler handler) throws BrokerException {
        try {
            return RemotingClient.connect(address, transport, options.connectTimeoutMs(), connection -> handler);
        } catch (IOException e) {
            throw new BrokerException(BrokerException.UNREACHABLE, BrokerException.textOf(e), e);
        }
    }

    /** Asks a peer that did not understand {@code Connect} for brokers, as a name server would know them. */
    private List<? extends SocketAddress> brokersOf(final Connection connection, final BrokerException refusal)
            throws BrokerException {
        final ConnectionHeader.Routes routes;
        try {
            routes = Requests.await(Requests.send(
                    connection,
                    new ConnectionHeader.GetRoutes(null),
                    ConnectionHeader.Routes.class,
                    options.connectTimeoutMs()));
        } catch (BrokerException e) {
            refusal.addSuppressed(e);
            throw refusal;
        }
        if (routes.brokers().isEmpty()) {
            throw new BrokerException(
                    BrokerException.UNREACHABLE,
                    "the name server at " + connection.remote()
                            + " knows no broker yet: start one that registers there, or connect to a broker directly");
        }
        return routes.brokers().stream().map(ClientOptions::parse).toList();
    }
}
