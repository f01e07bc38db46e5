package io.ansermq.ra;

import jakarta.resource.ResourceException;
import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import jakarta.resource.spi.ConnectionManager;
import jakarta.resource.spi.ConnectionRequestInfo;
import jakarta.resource.spi.ManagedConnection;
import jakarta.resource.spi.ManagedConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What stands in for a server where there is none: a connection per handle, closed with it. Stateless. */
final class DirectConnectionManager implements ConnectionManager {
    private static final Logger LOG = LoggerFactory.getLogger(DirectConnectionManager.class);
    private static final long serialVersionUID = 1;

    @Override
    public Object allocateConnection(
            final ManagedConnectionFactory factory, final @Nullable ConnectionRequestInfo request)
            throws ResourceException {
        final ManagedConnection connection = factory.createManagedConnection(null, request);
        connection.addConnectionEventListener(new Closer(connection));
        return connection.getConnection(null, request);
    }

    private record Closer(ManagedConnection connection) implements ConnectionEventListener {
        @Override
        public void connectionClosed(final ConnectionEvent event) {
            destroy();
        }

        @Override
        public void connectionErrorOccurred(final ConnectionEvent event) {
            destroy();
        }

        private void destroy() {
            try {
                connection.destroy();
            } catch (ResourceException e) {
                LOG.debug("{}: {}", connection, e.getMessage(), e);
            }
        }

        @Override
        public void localTransactionStarted(final ConnectionEvent event) {
            // The application's business alone.
        }

        @Override
        public void localTransactionCommitted(final ConnectionEvent event) {
            // As above.
        }

        @Override
        public void localTransactionRolledback(final ConnectionEvent event) {
            // As above.
        }
    }
}
