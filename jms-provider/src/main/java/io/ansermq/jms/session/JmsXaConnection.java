package io.ansermq.jms.session;

import io.ansermq.client.BrokerSession;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.remoting.vm.VmBrokers;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XASession;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicSession;
import org.jspecify.annotations.Nullable;

/** A connection that makes XA sessions, and others. Thread safe. */
public final class JmsXaConnection extends JmsConnection implements XAQueueConnection, XATopicConnection {

    JmsXaConnection(
            final ConnectionSettings settings,
            final Domain domain,
            final VmBrokers.@Nullable Lease embedded,
            final BrokerSession broker) {
        super(settings, domain, embedded, broker);
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
