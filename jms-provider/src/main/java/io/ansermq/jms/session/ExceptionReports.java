package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.SendCallback;
import jakarta.jms.ExceptionListener;
import jakarta.jms.JMSException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The problems of one connection that no call can throw, on their way to its exception listener (Jakarta Messaging 3.1,
 * section 6.1.7): one after the other, on a callback thread, and into the log while nobody listens. As the callback of sends
 * that nobody waits for it reports those that failed. Thread safe.
 */
final class ExceptionReports implements SendCallback {
    private static final Logger LOG = LoggerFactory.getLogger(ExceptionReports.class);

    private final String name;
    private final Object address;
    private final SerialExecutor reports;
    private volatile @Nullable ExceptionListener listener;

    /**
     * Reports to nobody yet.
     *
     * @param name of the connection
     * @param address where it is connected to, for the log
     * @param callbacks whose threads call the listener
     */
    ExceptionReports(final String name, final Object address, final Executor callbacks) {
        this.name = name;
        this.address = address;
        reports = new SerialExecutor(name, callbacks);
    }

    @Nullable
    ExceptionListener listener() {
        return listener;
    }

    void listener(final @Nullable ExceptionListener newListener) {
        listener = newListener;
    }

    void report(final JMSException problem) {
        reports.execute(() -> {
            final ExceptionListener current = listener;
            if (current == null) {
                LOG.warn("{} to {}: {}", name, address, problem.getMessage());
            } else {
                current.onException(problem);
            }
        });
    }

    @Override
    public void stored(final long sequence) {
        // As it should be.
    }

    @Override
    public void failed(final long sequence, final BrokerException e) {
        // The end of the connection is reported once, not for each send that went with it.
        if (e.error() != BrokerException.CONNECTION_LOST && e.error() != BrokerException.CLOSED) {
            report(JmsErrors.ofSend(e));
        }
    }
}
