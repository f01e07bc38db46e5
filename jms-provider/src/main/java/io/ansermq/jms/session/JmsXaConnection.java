package io.ansermq.jms.session;

import io.ansermq.client.BrokerSession;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.remoting.transport.SystemClock;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A connection that makes XA sessions, and others. Thread safe.
 *
 * <p>Its XA sessions work in the branches of their broker, which it shares with other connections from the first such session
 * on, unless the settings say that it has its own.
 */
public final class JmsXaConnection extends JmsConnection implements XAQueueConnection, XATopicConnection {

    /** What the XA sessions of a connection share, with the broker whose branches they are. */
    record Xa(XaLink link, XaBranches branches, long incarnation) {}

    /** Not held together with the connection's. */
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock. Null until the first XA session.
    private @Nullable Xa xa;

    JmsXaConnection(
            final ConnectionSettings settings,
            final Domain domain,
            final BrokerAccess access,
            final BrokerSession broker) {
        super(settings, domain, access, broker);
    }

    /** Connects; what goes wrong is what {@link JmsConnection#open} says. */
    public static JmsXaConnection openXa(final ConnectionSettings settings, final Domain domain) throws JMSException {
        return open(settings, domain, JmsXaConnection::new);
    }

    @Override
    public XASession createXASession() throws JMSException {
        return newXaSession(Domain.ANY);
    }

    @Override
    public XAQueueSession createXAQueueSession() throws JMSException {
        return newXaSession(Domain.QUEUE);
    }

    @Override
    public XATopicSession createXATopicSession() throws JMSException {
        return newXaSession(Domain.TOPIC);
    }

    /** A session that works in the branches of a transaction manager. */
    JmsXaSession newXaSession(final Domain sessionDomain) throws JMSException {
        use();
        final Xa shared = xa();
        return add(sessionName -> new JmsXaSession(sessionName, this, sessionDomain, shared));
    }

    private Xa xa() {
        lock.lock();
        try {
            if (xa == null) {
                final BrokerSession broker = broker();
                final long incarnation = broker.brokerIncarnation();
                xa = new Xa(
                        new XaLink(broker, access()::stateOfTransaction),
                        settings().shareBranches() ? XaManagers.join(incarnation) : new XaBranches(SystemClock.NANOS),
                        incarnation);
            }
            return xa;
        } finally {
            lock.unlock();
        }
    }

    /** What the sessions have done in branches that are not prepared is gone: else these could be prepared without it. */
    @Override
    void linkLost() {
        final Xa lost;
        lock.lock();
        try {
            lost = xa;
        } finally {
            lock.unlock();
        }
        if (lost != null) {
            lost.branches.gone(lost.link);
        }
    }

    @Override
    void closed() {
        linkLost();
        lock.lock();
        try {
            if (xa != null && settings().shareBranches()) {
                XaManagers.leave(xa.incarnation);
            }
            xa = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The simplified API on an XA session of this connection, for a resource adapter that pools the session. Closing the context
     * closes its producers; its consumers are for the caller to close, and the session and this connection stay open.
     *
     * @throws IllegalArgumentException when the session is not one of this connection
     */
    public JMSContext contextOf(final XASession session) throws JMSException {
        if (!(session instanceof JmsXaSession ours) || !ours.isOf(this)) {
            throw new IllegalArgumentException("not a session of " + this + ": " + session);
        }
        return new LentContext(this, ours);
    }
}
