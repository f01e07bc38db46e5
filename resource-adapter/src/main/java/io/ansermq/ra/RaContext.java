package io.ansermq.ra;

import io.ansermq.jms.session.Calls;
import io.ansermq.jms.session.JmsErrors;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.lang.reflect.Method;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The simplified API of an application: a connection and its session in one. What Jakarta Messaging 3.1 forbids in an
 * application server throws. Used by one thread at a time, except {@link #close}.
 */
final class RaContext extends Facade {
    private static final Methods METHODS = new Methods(RaContext.class, JMSContext.class);

    /** What is the server's business. */
    private static final Set<String> FORBIDDEN = Set.of("createContext", "setClientID", "setExceptionListener", "stop");

    private final RaConnection connection;
    private final RaSession session;

    /** The provider's, on the same session. */
    private final JMSContext context;

    private volatile boolean autoStart = true;

    RaContext(final RaConnection connection, final RaSession session) throws JMSException {
        super(METHODS);
        this.connection = connection;
        this.session = session;
        context = session.newContext();
        context.setAutoStart(false);
    }

    /** The provider's context, while the session is open. */
    private JMSContext open() {
        return Calls.unchecked(() -> {
            session.requireOpen();
            return context;
        });
    }

    private JMSConsumer started(final JMSConsumer consumer) {
        final RaContextConsumer made = new RaContextConsumer(session, consumer);
        session.opened(made);
        if (autoStart) {
            start();
        }
        return made;
    }

    // ---- State

    @Nullable
    String getClientID() {
        try {
            return connection.getClientID();
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    ConnectionMetaData getMetaData() {
        return open().getMetaData();
    }

    void start() {
        Calls.unchecked(connection::start);
    }

    void setAutoStart(final boolean start) {
        autoStart = start;
    }

    boolean getAutoStart() {
        return autoStart;
    }

    void close() {
        Calls.unchecked(() -> {
            context.close();
            connection.close();
        });
    }

    boolean getTransacted() {
        return Calls.unchecked(session::getTransacted);
    }

    int getSessionMode() {
        return Calls.unchecked(session::getAcknowledgeMode);
    }

    void commit() {
        Calls.unchecked(session::commit);
    }

    void rollback() {
        Calls.unchecked(session::rollback);
    }

    void recover() {
        Calls.unchecked(session::recover);
    }

    /** Does nothing: in an application server sessions acknowledge by themselves or with the transaction. */
    void acknowledge() {
        Calls.unchecked(session::requireOpen);
    }

    @Nullable
    ExceptionListener getExceptionListener() {
        open();
        return null;
    }

    // ---- What the provider's context does

    @Override
    @Nullable
    Object otherwise(final Method method, final @Nullable Object @Nullable [] arguments) throws Throwable {
        final JMSContext provider = open();
        if (FORBIDDEN.contains(method.getName())) {
            throw new IllegalStateRuntimeException(
                    RaConnection.forbidden(method.getName()).getMessage());
        }
        final Object made = call(provider, method, arguments);
        return made instanceof JMSConsumer consumer ? started(consumer) : session.kept(made);
    }
}
