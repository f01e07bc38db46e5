package io.ansermq.ra;

import jakarta.resource.spi.ConnectionEvent;
import jakarta.resource.spi.ConnectionEventListener;
import java.util.function.Consumer;

/** Hears of everything but errors. */
record Closings(Consumer<ConnectionEvent> heard) implements ConnectionEventListener {
    @Override
    public void connectionClosed(final ConnectionEvent event) {
        heard.accept(event);
    }

    @Override
    public void localTransactionStarted(final ConnectionEvent event) {
        heard.accept(event);
    }

    @Override
    public void localTransactionCommitted(final ConnectionEvent event) {
        heard.accept(event);
    }

    @Override
    public void localTransactionRolledback(final ConnectionEvent event) {
        heard.accept(event);
    }

    @Override
    public void connectionErrorOccurred(final ConnectionEvent event) {}
}
