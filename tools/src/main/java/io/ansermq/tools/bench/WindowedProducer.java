package io.ansermq.tools.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous sends with a bound on how many wait for their completion.
 *
 * <p>{@link #send} and {@link #drain} belong to the thread of the session, the completions to the provider's thread.
 * Completions come in the order of the sends (Jakarta Messaging 3.1, section 7.3), so the times of the sends wait in a
 * ring and no message needs a listener of its own.
 */
final class WindowedProducer implements CompletionListener {

    private final MessageProducer producer;
    private final int window;
    private final Semaphore permits;
    private final LongConsumer latencies;
    private final long[] sentNs;

    /** The session's thread alone. */
    private long sent;
    /** The provider's thread alone. */
    private long completed;

    private volatile @Nullable Exception failure;

    /**
     * A producer.
     *
     * @param window how many sends may wait for their completion
     * @param latencies gets nanoseconds from send to completion, on the provider's thread
     */
    WindowedProducer(final MessageProducer producer, final int window, final LongConsumer latencies) {
        this.producer = producer;
        this.window = window;
        this.permits = new Semaphore(window);
        this.latencies = latencies;
        this.sentNs = new long[window];
    }

    /**
     * Sends, after waiting for room in the window.
     *
     * @throws LoadException an earlier send failed, or nothing is completed any more
     */
    void send(final BytesMessage message) throws JMSException, InterruptedException {
        await(1);
        sentNs[(int) (sent++ % window)] = System.nanoTime();
        producer.send(message, this);
    }

    /**
     * Waits until all that was sent is completed.
     *
     * @throws LoadException a send failed, or nothing is completed any more
     */
    void drain() throws InterruptedException {
        await(window);
        permits.release(window);
    }

    @Override
    public void onCompletion(final Message message) {
        latencies.accept(System.nanoTime() - sentNs[(int) (completed++ % window)]);
        permits.release();
    }

    @Override
    public void onException(final Message message, final Exception exception) {
        completed++;
        failure = exception;
        permits.release();
    }

    private void await(final int count) throws InterruptedException {
        check();
        if (!permits.tryAcquire(count) && !permits.tryAcquire(count, Workers.STALL_MS, TimeUnit.MILLISECONDS)) {
            throw new LoadException("No completion for " + Workers.STALL_MS + " ms with "
                    + (window - permits.availablePermits()) + " sends waiting");
        }
        check();
    }

    private void check() {
        final Exception cause = failure;
        if (cause != null) {
            throw new LoadException("A send failed: " + cause.getMessage(), cause);
        }
    }
}
