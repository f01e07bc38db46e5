package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.Delivery;
import io.ansermq.openmessaging.Attachment.Received;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.OMS;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.interceptor.ConsumerInterceptor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls listeners: for each queue one thread, so that the messages of a queue come one by one and in their order, and a
 * slow listener holds up its own queue alone.
 *
 * <p>A message that its listener has neither acknowledged nor thrown about stays with this consumer, to be acknowledged
 * later by any thread; when the consumer leaves the queue, or is gone, it comes again. One whose listener throws comes
 * again soon, as the broker's policy for redelivery says. Thread safe.
 */
final class AnserPushConsumer extends Service implements PushConsumer {
    private static final Logger LOG = LoggerFactory.getLogger(AnserPushConsumer.class);
    private static final int PREFETCH = 64;
    private static final int PREFETCH_BYTES = 1 << 20;

    private final Consumers<MessageListener> consumers = new Consumers<>(this, this::begin);
    private final Interceptors<ConsumerInterceptor> interceptors = new Interceptors<>();
    /** Of each queue while this is started. */
    private final Map<Attachment, Inbox> inboxes = new ConcurrentHashMap<>();

    private final ReentrantLock suspension = new ReentrantLock();
    // Guarded by suspension.
    private boolean suspended;
    private boolean suspendedForTime;
    private long suspendedUntilNs;

    AnserPushConsumer(final AnserAccessPoint accessPoint, final KeyValue attributes) {
        super(accessPoint, attributes, "push consumer");
    }

    @Override
    void started() {
        consumers.started();
    }

    @Override
    void lost(final BrokerException reason) {
        super.lost(reason);
        inboxes.values().forEach(Inbox::close);
    }

    @Override
    void stopping() {
        inboxes.values().forEach(Inbox::close);
        consumers.stopping();
        inboxes.clear();
        suspension.lock();
        try {
            suspended = false;
        } finally {
            suspension.unlock();
        }
    }

    // ---- queues

    @Override
    public PushConsumer attachQueue(final String queueName, final MessageListener listener) {
        return attachQueue(queueName, listener, OMS.newKeyValue());
    }

    @Override
    public PushConsumer attachQueue(final String queueName, final MessageListener listener, final KeyValue attributes) {
        consumers.attach(queueName, attributes, listener);
        return this;
    }

    @Override
    public PushConsumer detachQueue(final String queueName) {
        final String queue = QueueNames.check(queueName, "queue");
        inboxes.forEach((attachment, inbox) -> {
            if (attachment.queue().equals(queue)) {
                inbox.close();
                inboxes.remove(attachment);
            }
        });
        consumers.detach(queueName);
        return this;
    }

    private Attachment begin(final String queue, final @Nullable String group, final MessageListener listener) {
        final Inbox inbox = new Inbox();
        suspension.lock();
        try {
            if (isSuspendedNow()) {
                inbox.pause(leftMs());
            }
        } finally {
            suspension.unlock();
        }
        final Attachment attachment = new Attachment(this, queue, group, PREFETCH, PREFETCH_BYTES, inbox);
        inboxes.put(attachment, inbox);
        final Thread thread = new Thread(() -> run(inbox, listener), "anser-openmessaging-" + queue);
        thread.setDaemon(true);
        thread.start();
        return attachment;
    }

    // ---- calling listeners

    private void run(final Inbox inbox, final MessageListener listener) {
        try {
            for (Received next = inbox.take(Inbox.FOREVER_NS); next != null; next = inbox.take(Inbox.FOREVER_NS)) {
                call(next, listener);
            }
        } catch (InterruptedException e) {
            LOG.error("the thread of a listener was interrupted: its queue is not consumed any more", e);
        }
    }

    private void call(final Received received, final MessageListener listener) {
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
                    received.from().queue(),
                    context.isAcknowledged() ? "was acknowledged before that" : "comes again",
                    e);
            context.giveBack();
        }
    }

    /** What a listener is given with a message. */
    private static final class OneMessage implements MessageListener.Context {
        private final Attachment from;
        private final Delivery delivery;
        private final KeyValue attributes;
        private final AtomicBoolean settled = new AtomicBoolean();

        OneMessage(final Received received, final KeyValue attributes) {
            this.from = received.from();
            this.delivery = received.delivery();
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
                from.acknowledge(delivery);
            }
        }

        boolean isAcknowledged() {
            return settled.get();
        }

        void giveBack() {
            if (settled.compareAndSet(false, true)) {
                from.giveBack(delivery);
            }
        }
    }

    // ---- suspension

    @Override
    public void suspend() {
        suspend(0);
    }

    @Override
    public void suspend(final long timeout) {
        if (timeout < 0) {
            throw Errors.of(ErrorCode.BAD_PARAMETER, "cannot suspend for " + timeout + " ms");
        }
        suspension.lock();
        try {
            if (!isStarted()) {
                throw Errors.of(ErrorCode.NOT_STARTED, "this push consumer is not started: call startup() first");
            }
            suspended = true;
            suspendedForTime = timeout > 0;
            suspendedUntilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeout);
            inboxes.values().forEach(inbox -> inbox.pause(timeout));
        } finally {
            suspension.unlock();
        }
    }

    @Override
    public void resume() {
        suspension.lock();
        try {
            if (!isSuspendedNow()) {
                throw Errors.of(ErrorCode.BAD_REQUEST, "this push consumer is not suspended");
            }
            suspended = false;
            inboxes.values().forEach(Inbox::resume);
        } finally {
            suspension.unlock();
        }
    }

    @Override
    public boolean isSuspended() {
        suspension.lock();
        try {
            return isSuspendedNow();
        } finally {
            suspension.unlock();
        }
    }

    private boolean isSuspendedNow() {
        return suspended && !(suspendedForTime && System.nanoTime() - suspendedUntilNs >= 0);
    }

    /** How long it is until the end of the suspension; 0 when that was not said. */
    private long leftMs() {
        return suspendedForTime ? Math.max(1, TimeUnit.NANOSECONDS.toMillis(suspendedUntilNs - System.nanoTime())) : 0;
    }

    // ---- interceptors

    @Override
    public void addInterceptor(final ConsumerInterceptor interceptor) {
        interceptors.add(interceptor);
    }

    @Override
    public void removeInterceptor(final ConsumerInterceptor interceptor) {
        interceptors.remove(interceptor);
    }
}
