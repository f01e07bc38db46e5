package io.ansermq.jms.session;

import jakarta.jms.JMSException;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TopicSession;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.XAQueueSession;
import jakarta.jms.XATopicSession;
import javax.transaction.xa.XAResource;

/**
 * A session whose work belongs to the branch that its {@link XAResource} is started for. While it works in none, it sends at
 * once and acknowledges automatically.
 */
final class JmsXaSession extends JmsSession implements XAQueueSession, XATopicSession {

    JmsXaSession(
            final String name,
            final JmsXaConnection connection,
            final Domain domain,
            final JmsXaConnection.Xa ofConnection) {
        super(name, connection, domain, ofConnection);
    }

    @Override
    public XAResource getXAResource() {
        return xaResource();
    }

    @Override
    public Session getSession() throws JMSException {
        requireOpen();
        return this;
    }

    @Override
    public QueueSession getQueueSession() throws JMSException {
        requireOpen();
        return this;
    }

    @Override
    public TopicSession getTopicSession() throws JMSException {
        requireOpen();
        return this;
    }

    @Override
    public void commit() throws JMSException {
        throw inProgress("commit");
    }

    @Override
    public void rollback() throws JMSException {
        throw inProgress("rollback");
    }

    private JMSException inProgress(final String method) throws JMSException {
        requireOpen();
        return new TransactionInProgressException(
                method + " of an XA session is the transaction manager's business, by its XAResource");
    }
}
