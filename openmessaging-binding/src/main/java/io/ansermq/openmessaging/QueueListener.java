package io.ansermq.openmessaging;

import io.ansermq.openmessaging.Attachment.Received;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.OMS;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.interceptor.ConsumerInterceptor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the listener of one queue, on a thread of its own, from {@link #begin} to {@link #close}. Thread safe.
 */
final class QueueListener implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(QueueListener.class);

    private final String queue;
    private final MessageListener listener;
    private final Interceptors<ConsumerInterceptor> interceptors;
    private final Inbox inbox = new Inbox();
    private final Thread thread;

    QueueListener(
            final String queue, final MessageListener listener, final Interceptors<ConsumerInterceptor> interceptors) {
        this.queue = queue;
        this.listener = listener;
        this.interceptors = interceptors;
        thread = new Thread(this, "anser-openmessaging-" + queue);
        thread.setDaemon(true);
    }

    String queue() {
        return queue;
    }

    Inbox inbox() {
        return inbox;
    }

    void begin() {
        thread.start();
    }

    /** No further call; one that runs goes on. */
    void close() {
        inbox.close();
    }

    /** Whether it is the listener, or something that it calls, that asks. */
    boolean isCaller() {
        return Thread.currentThread() == thread;
    }

    /** After {@link #close}: waits for the call that runs, if there is one. Interrupted, it waits no longer. */
    void awaitEnd() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void run() {
        try {
            for (Received next = inbox.take(Inbox.FOREVER_NS); next != null; next = inbox.take(Inbox.FOREVER_NS)) {
                call(next);
            }
        } catch (InterruptedException e) {
            LOG.error(
                    "the thread of the listener of queue '{}' was interrupted by somebody else: the queue is not consumed any"
                            + " more until the consumer is attached to it again",
                    queue,
                    e);
        }
    }

    private void call(final Received received) {
        final KeyValue attributes = OMS.newKeyValue();
        final OneMessage context = new OneMessage(received, attributes);
        try {
            final Message message = received.message();
            interceptors.before(each -> each.preReceive(message, attributes));
            listener.onReceived(message, context);
            interceptors.after(each -> each.postReceive(message, attributes));
        } catch (RuntimeException | Error e) {
            LOG.error(
                    "the listener of queue '{}' threw; the message {}",
                    queue,
                    context.isAcknowledged() ? "was acknowledged before that" : "comes again",
                    e);
            context.giveBack();
        } finally {
            // A listener that interrupts its thread means this call, and not those that follow.
            final boolean unused = Thread.interrupted();
        }
    }

    /** What a listener is given with a message. */
    private static final class OneMessage implements MessageListener.Context {
        private final Received received;
        private final KeyValue attributes;
        private final AtomicBoolean settled = new AtomicBoolean();

        OneMessage(final Received received, final KeyValue attributes) {
            this.received = received;
            this.attributes = attributes;
        }

        @Override
        public KeyValue attributes() {
            return attributes;
        }

        /** Waits until the broker has stored it; a second call changes nothing. */
        @Override
        public void ack() {
            if (settled.compareAndSet(false, true)) {
                received.from().acknowledge(received);
            }
        }

        boolean isAcknowledged() {
            return settled.get();
        }

        void giveBack() {
            if (settled.compareAndSet(false, true)) {
                received.from().giveBack(received);
            }
        }
    }
}
