package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.client.ReconnectOptions;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.transport.Encryption;
import io.ansermq.remoting.vm.VmBrokers;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How one connection gets to its broker, as often as it needs to: over the network, or inside this JVM, where a broker that
 * was made for it stays for as long as this is open. Thread safe.
 */
final class BrokerAccess implements AutoCloseable {
    /** Between two attempts to find out what became of a transaction. */
    private static final long ASK_AGAIN_NS = 100_000_000;

    private final ConnectionSettings settings;
    private final VmBrokers.@Nullable Lease embedded;

    private BrokerAccess(final ConnectionSettings settings, final VmBrokers.@Nullable Lease embedded) {
        this.settings = settings;
        this.embedded = embedded;
    }

    /**
     * The access that the settings describe; nothing is connected yet.
     *
     * @throws JMSException when a broker in this JVM is neither there nor can be made
     */
    static BrokerAccess to(final ConnectionSettings settings) throws JMSException {
        return new BrokerAccess(settings, settings.uri().embedded() ? acquire(settings) : null);
    }

    private static VmBrokers.Lease acquire(final ConnectionSettings settings) throws JMSException {
        try {
            return VmBrokers.acquire(settings.uri().address(), settings.uri().brokerOptions(), settings.createBroker());
        } catch (IOException e) {
            throw JmsErrors.withCause(new JMSException(e.getMessage()), e);
        }
    }

    /**
     * Connects.
     *
     * @param clientId the client identifier to have, or null for none
     * @throws JMSSecurityException when the broker does not accept the user
     * @throws InvalidClientIDException when the client identifier is in use
     * @throws JMSException when there is no broker, naming the address and what to do
     */
    BrokerSession connect(final @Nullable String clientId) throws JMSException {
        return connect(clientId, settings.reconnect());
    }

    private BrokerSession connect(final @Nullable String clientId, final ReconnectOptions reconnect)
            throws JMSException {
        final ClientOptions.Builder options = ClientOptions.builder()
                .clientName("jms")
                .clientId(clientId)
                .user(settings.user())
                .password(settings.password())
                .connectTimeoutMs(settings.connectTimeoutMs())
                .requestTimeoutMs(settings.requestTimeoutMs())
                .sendTimeoutMs(settings.sendTimeoutMs())
                .reconnect(reconnect)
                .idleTimeoutMs(settings.idleTimeoutMs())
                .minLargeMessageBytes(settings.minLargeMessageBytes())
                .maxLargeMessageBytes(settings.maxLargeMessageBytes());
        if (embedded != null) {
            options.address(embedded.address());
        } else {
            options.addresses(settings.uri().address()).encryption(encryption());
        }
        try {
            return BrokerSession.connect(options.build());
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }

    private Encryption encryption() throws JMSException {
        try {
            return settings.tls().encryption();
        } catch (IOException e) {
            throw JmsErrors.withCause(new JMSSecurityException(e.getMessage()), e);
        }
    }

    /**
     * What became of a transaction whose connection is lost, asked on another one. Tries until the time for a request is over,
     * for the broker may be starting again.
     */
    TransactionState stateOfTransaction(final TransactionId id) throws JMSException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMs());
        while (true) {
            try (BrokerSession other = connect(null, ReconnectOptions.NONE)) {
                return other.transactions().state(id);
            } catch (BrokerException | JMSException e) {
                if (System.nanoTime() >= deadlineNs || Thread.currentThread().isInterrupted()) {
                    throw e instanceof BrokerException failure ? JmsErrors.of(failure) : (JMSException) e;
                }
            }
            LockSupport.parkNanos(ASK_AGAIN_NS);
        }
    }

    /** To be called once, when all that was connected is closed: a broker that was made for its connections may now end. */
    @Override
    public void close() {
        if (embedded != null) {
            embedded.close();
        }
    }
}
