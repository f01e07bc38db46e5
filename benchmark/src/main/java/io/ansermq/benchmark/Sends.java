package io.ansermq.benchmark;

import io.ansermq.tools.bench.LoadException;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Asynchronous sends, so many at a time. Owned by the thread that sends. */
final class Sends implements CompletionListener {
    private static final int WINDOW = 2000;
    private static final long PATIENCE_MS = 60_000;

    private final Semaphore window = new Semaphore(WINDOW);
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    void send(final MessageProducer producer, final Message message) throws Exception {
        begin();
        producer.send(message, this);
    }

    void send(final MessageProducer producer, final Destination destination, final Message message) throws Exception {
        begin();
        producer.send(destination, message, this);
    }

    private void begin() throws Exception {
        if (!window.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
            throw new LoadException("no send was answered for a minute");
        }
        failIfFailed();
    }

    void await() throws Exception {
        if (!window.tryAcquire(WINDOW, PATIENCE_MS, TimeUnit.MILLISECONDS)) {
            throw new LoadException("the last sends were not answered for a minute");
        }
        window.release(WINDOW);
        failIfFailed();
    }

    private void failIfFailed() throws Exception {
        final Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void onCompletion(final Message message) {
        window.release();
    }

    @Override
    public void onException(final Message message, final Exception exception) {
        failure.set(exception);
        window.release();
    }
}
