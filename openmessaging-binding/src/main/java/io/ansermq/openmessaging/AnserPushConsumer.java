package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.openmessaging.KeyValue;
import io.openmessaging.OMS;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.interceptor.ConsumerInterceptor;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Calls listeners: for each queue one thread, so that the messages of a queue come one by one and in their order, and a
 * slow listener holds up its own queue alone.
 *
 * <p>A message that its listener has neither acknowledged nor thrown about stays with this consumer, to be acknowledged
 * later by any thread; when the consumer leaves the queue, or is gone, it comes again. One whose listener throws comes
 * again soon, as the broker's policy for redelivery says.
 *
 * <p>{@link #shutdown} and {@link #detachQueue} wait for the listener that runs, which may still acknowledge: when they
 * return, it is not called any more. Called by a listener they do not wait, for that would be for itself. Thread safe.
 */
final class AnserPushConsumer extends Service implements PushConsumer {
    private static final int PREFETCH = 64;
    private static final int PREFETCH_BYTES = 1 << 20;

    private final Consumers<MessageListener> consumers = new Consumers<>(this, this::begin);
    private final Interceptors<ConsumerInterceptor> interceptors = new Interceptors<>();
    /** One for each queue while this is started. */
    private final List<QueueListener> listeners = new CopyOnWriteArrayList<>();

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
        listeners.forEach(QueueListener::close);
    }

    @Override
    void quiesce() {
        close(List.copyOf(listeners));
    }

    /** Ends these, and waits for them unless one of them asks for it. */
    private void close(final List<QueueListener> some) {
        some.forEach(QueueListener::close);
        if (listeners.stream().noneMatch(QueueListener::isCaller)) {
            some.forEach(QueueListener::awaitEnd);
        }
    }

    @Override
    void stopping() {
        listeners.forEach(QueueListener::close);
        consumers.stopping();
        listeners.clear();
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
        consumers.attach(queueName, attributes, Errors.required(listener, "a listener"));
        return this;
    }

    @Override
    public PushConsumer detachQueue(final String queueName) {
        final String queue = QueueNames.check(queueName, "queue");
        final List<QueueListener> left =
                listeners.stream().filter(each -> each.queue().equals(queue)).toList();
        close(left);
        listeners.removeAll(left);
        consumers.detach(queueName);
        return this;
    }

    private Attachment begin(final String queue, final @Nullable String group, final MessageListener listener) {
        final QueueListener calls = new QueueListener(queue, listener, interceptors);
        suspension.lock();
        try {
            if (isSuspendedNow()) {
                calls.inbox().pause(leftMs());
            }
            listeners.add(calls);
        } finally {
            suspension.unlock();
        }
        try {
            final Attachment attachment = new Attachment(this, queue, group, PREFETCH, PREFETCH_BYTES, calls.inbox());
            calls.begin();
            return attachment;
        } catch (RuntimeException e) {
            listeners.remove(calls);
            throw e;
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
            listeners.forEach(each -> each.inbox().pause(timeout));
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
            listeners.forEach(each -> each.inbox().resume());
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
