package io.ansermq.jms.session;

import io.ansermq.jms.config.ConnectionSettings;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.XAJMSContext;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;

/** The simplified API on an XA session. */
public final class JmsXaContext extends JmsContext implements XAJMSContext {

    private final JmsXaConnection connection;

    private JmsXaContext(final JmsXaConnection connection, final AtomicInteger users) throws JMSException {
        super(connection, users, JMSContext.SESSION_TRANSACTED);
        this.connection = connection;
    }

    /** A context with a connection of its own; what goes wrong is what {@link JmsConnection#open} says. */
    public static JmsXaContext openXa(final ConnectionSettings settings) {
        return Calls.unchecked(() -> {
            final JmsXaConnection connection = JmsXaConnection.openXa(settings, Domain.ANY);
            return new JmsXaContext(connection, new AtomicInteger(1));
        });
    }

    @Override
    JmsSession newSession(final JmsConnection of) throws JMSException {
        return connection.newXaSession(Domain.ANY);
    }

    @Override
    public JMSContext getContext() {
        return this;
    }

    @Override
    public XAResource getXAResource() {
        return Calls.unchecked(() -> session().xaResource());
    }
}
