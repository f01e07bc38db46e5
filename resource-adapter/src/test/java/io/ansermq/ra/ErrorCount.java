package io.ansermq.ra;

import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the errors that a managed connection reports. */
final class ErrorCount implements ConnectionEventListener {
    private final AtomicInteger errors = new AtomicInteger();

    int count() {
        return errors.get();
    }

    @Override
    public void connectionErrorOccurred(final ConnectionEvent event) {
        errors.incrementAndGet();
    }

    @Override
    public void connectionClosed(final ConnectionEvent event) {}

    @Override
    public void localTransactionStarted(final ConnectionEvent event) {}

    @Override
    public void localTransactionCommitted(final ConnectionEvent event) {}

    @Override
    public void localTransactionRolledback(final ConnectionEvent event) {}
}
