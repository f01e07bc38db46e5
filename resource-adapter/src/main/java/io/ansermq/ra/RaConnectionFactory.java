package io.ansermq.ra;

import io.ansermq.jms.session.JmsErrors;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.resource.Referenceable;
import jakarta.resource.spi.ConnectionManager;
import java.io.Serializable;
import javax.naming.NamingException;
import javax.naming.Reference;
import org.jspecify.annotations.Nullable;

/**
 * What applications look up: their connections' sessions come from the server's pool and take part in its transactions. Making
 * a connection reaches no broker, except to check a password that the application gives. Thread safe.
 */
public final class RaConnectionFactory
        implements ConnectionFactory, QueueConnectionFactory, TopicConnectionFactory, Referenceable, Serializable {
    private static final long serialVersionUID = 1;

    private final AnserManagedConnectionFactory factory;
    private final ConnectionManager manager;
    private @Nullable Reference reference;

    RaConnectionFactory(final AnserManagedConnectionFactory factory, final ConnectionManager manager) {
        this.factory = factory;
        this.manager = manager;
    }

    /** For activation specifications that name this factory. */
    AnserManagedConnectionFactory managedFactory() {
        return factory;
    }

    // ---- Connections

    @Override
    public Connection createConnection() {
        return connection(null, null, RaDomain.ANY).as(Connection.class);
    }

    @Override
    public Connection createConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return checked(connection(userName, password, RaDomain.ANY)).as(Connection.class);
    }

    @Override
    public QueueConnection createQueueConnection() {
        return connection(null, null, RaDomain.QUEUE).as(QueueConnection.class);
    }

    @Override
    public QueueConnection createQueueConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return checked(connection(userName, password, RaDomain.QUEUE)).as(QueueConnection.class);
    }

    @Override
    public TopicConnection createTopicConnection() {
        return connection(null, null, RaDomain.TOPIC).as(TopicConnection.class);
    }

    @Override
    public TopicConnection createTopicConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return checked(connection(userName, password, RaDomain.TOPIC)).as(TopicConnection.class);
    }

    private RaConnection connection(
            final @Nullable String userName, final @Nullable String password, final RaDomain sessions) {
        return new RaConnection(factory, manager, new RaConnectionRequest(userName, password, null, sessions));
    }

    /** Section 6.1.1: a wrong password is said when the connection is made. */
    private static RaConnection checked(final RaConnection made) throws JMSException {
        made.createSession().close();
        return made;
    }

    @Override
    public JMSContext createContext() {
        return context(null, null, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(final int sessionMode) {
        return context(null, null, sessionMode);
    }

    @Override
    public JMSContext createContext(final @Nullable String userName, final @Nullable String password) {
        return context(userName, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(
            final @Nullable String userName, final @Nullable String password, final int sessionMode) {
        return context(userName, password, sessionMode);
    }

    private JMSContext context(
            final @Nullable String userName, final @Nullable String password, final int sessionMode) {
        if (sessionMode < JMSContext.SESSION_TRANSACTED || sessionMode > JMSContext.DUPS_OK_ACKNOWLEDGE) {
            throw new JMSRuntimeException("there is no session mode " + sessionMode);
        }
        final RaConnection connection = connection(userName, password, RaDomain.ANY);
        try {
            return new RaContext(
                            connection,
                            connection.newSession(sessionMode == JMSContext.SESSION_TRANSACTED, sessionMode))
                    .as(JMSContext.class);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    // ---- JNDI

    @Override
    public void setReference(final Reference newReference) {
        reference = newReference;
    }

    @Override
    public Reference getReference() throws NamingException {
        final Reference set = reference;
        if (set == null) {
            throw new NamingException("the server has set no reference");
        }
        return set;
    }
}
