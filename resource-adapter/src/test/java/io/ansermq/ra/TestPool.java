package io.ansermq.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import jakarta.transaction.RollbackException;
import jakarta.transaction.Synchronization;
import jakarta.transaction.SystemException;
import jakarta.transaction.Transaction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.Subject;
import org.jspecify.annotations.Nullable;

/**
 * A pool as servers have it: one connection for each transaction and request, enlisted; matched when it comes back; destroyed
 * on error. All on the test's thread, except errors.
 */
final class TestPool implements ConnectionManager {
    private static final long serialVersionUID = 1;

    private final transient Map<Transaction, Map<Object, ManagedConnection>> byTransaction = new HashMap<>();
    private final transient Set<ManagedConnection> idle = new LinkedHashSet<>();

    final transient List<ManagedConnection> made = new ArrayList<>();
    final transient List<ManagedConnection> destroyed = new ArrayList<>();
    final transient List<Integer> events = new ArrayList<>();
    transient @Nullable Subject subject;

    @Override
    public synchronized Object allocateConnection(
            final ManagedConnectionFactory factory, final ConnectionRequestInfo request) throws ResourceException {
        try {
            final Transaction transaction = TestServer.transactions().getTransaction();
            final Map<Object, ManagedConnection> shared = transaction == null
                    ? Map.of()
                    : byTransaction.computeIfAbsent(transaction, each -> new HashMap<>());
            ManagedConnection connection = shared.get(List.of(factory, request));
            if (connection == null) {
                connection = take(factory, request);
                if (transaction != null) {
                    shared.put(List.of(factory, request), connection);
                    enlist(transaction, connection);
                }
            }
            return connection.getConnection(subject, request);
        } catch (SystemException | RollbackException e) {
            throw new ResourceException(e);
        }
    }

    private ManagedConnection take(final ManagedConnectionFactory factory, final ConnectionRequestInfo request)
            throws ResourceException {
        final ManagedConnection matched = factory.matchManagedConnections(idle, subject, request);
        if (matched != null) {
            idle.remove(matched);
            return matched;
        }
        final ManagedConnection connection = factory.createManagedConnection(subject, request);
        made.add(connection);
        connection.addConnectionEventListener(new Events(connection));
        return connection;
    }

    private void enlist(final Transaction transaction, final ManagedConnection connection)
            throws RollbackException, SystemException, ResourceException {
        transaction.enlistResource(connection.getXAResource());
        transaction.registerSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // Nothing to do.
            }

            @Override
            public void afterCompletion(final int status) {
                synchronized (TestPool.this) {
                    byTransaction.remove(transaction);
                }
                giveBack(connection);
            }
        });
    }

    private synchronized void giveBack(final ManagedConnection connection) {
        if (destroyed.contains(connection) || idle.contains(connection)) {
            return;
        }
        try {
            connection.cleanup();
            idle.add(connection);
        } catch (ResourceException e) {
            destroy(connection);
        }
    }

    private synchronized void destroy(final ManagedConnection connection) {
        idle.remove(connection);
        if (!destroyed.contains(connection)) {
            destroyed.add(connection);
            try {
                connection.destroy();
            } catch (ResourceException e) {
                throw new AssertionError(e);
            }
        }
    }

    synchronized int idle() {
        return idle.size();
    }

    synchronized Set<ManagedConnection> idleConnections() {
        return new LinkedHashSet<>(idle);
    }

    synchronized void destroyAll() {
        List.copyOf(made).forEach(this::destroy);
    }

    private final class Events implements ConnectionEventListener {
        private final ManagedConnection connection;

        Events(final ManagedConnection connection) {
            this.connection = connection;
        }

        private void note(final ConnectionEvent event) {
            synchronized (TestPool.this) {
                events.add(event.getId());
            }
        }

        @Override
        public void connectionClosed(final ConnectionEvent event) {
            note(event);
            final boolean inTransaction;
            synchronized (TestPool.this) {
                inTransaction = byTransaction.values().stream().anyMatch(each -> each.containsValue(connection));
            }
            if (!inTransaction) {
                giveBack(connection);
            }
        }

        @Override
        public void connectionErrorOccurred(final ConnectionEvent event) {
            note(event);
            destroy(connection);
        }

        @Override
        public void localTransactionStarted(final ConnectionEvent event) {
            note(event);
        }

        @Override
        public void localTransactionCommitted(final ConnectionEvent event) {
            note(event);
        }

        @Override
        public void localTransactionRolledback(final ConnectionEvent event) {
            note(event);
        }
    }
}
