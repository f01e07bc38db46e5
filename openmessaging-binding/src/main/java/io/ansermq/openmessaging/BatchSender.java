package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.SharedQueues;
import io.ansermq.client.WorkBatch;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.security.SystemRandom;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.OMS;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ProducerInterceptor;
import io.openmessaging.producer.BatchMessageSender;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Gathers messages and sends them as one transaction of the broker. Messages of a commit that fails stay, to be committed
 * again or discarded. Thread safe.
 */
final class BatchSender implements BatchMessageSender {

    /** More than this goes to the broker ahead of the commit. */
    private static final int AHEAD_BYTES = 1 << 20;

    private record Item(Message message, KeyValue attributes) {}

    private final AnserProducer producer;
    private final Interceptors<ProducerInterceptor> interceptors;
    private final long name = SystemRandom.INSTANCE.nextLong();
    private final AtomicLong sequence = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final List<Item> items = new ArrayList<>();
    private boolean closed;

    BatchSender(final AnserProducer producer, final Interceptors<ProducerInterceptor> interceptors) {
        this.producer = producer;
        this.interceptors = interceptors;
    }

    /** Refuses at once what cannot be sent. */
    @Override
    public BatchMessageSender send(final Message message) {
        final KeyValue attributes = OMS.newKeyValue();
        interceptors.before(each -> each.preSend(message, attributes));
        producer.encode(message, producer.open(MessageEncoder.destination(message)), null);
        lock.lock();
        try {
            requireOpen();
            items.add(new Item(message, attributes));
        } finally {
            lock.unlock();
        }
        return this;
    }

    @Override
    public void commit() {
        lock.lock();
        try {
            requireOpen();
            if (items.isEmpty()) {
                return;
            }
            try {
                store();
            } catch (OMSRuntimeException e) {
                items.forEach(each -> Interceptors.failed(interceptors, each.message(), each.attributes(), e));
                throw e;
            }
            items.forEach(each -> Interceptors.sent(interceptors, each.message(), each.attributes()));
            items.clear();
        } finally {
            lock.unlock();
        }
    }

    private void store() {
        final BrokerSession session = producer.session();
        final TransactionId id = TransactionId.local(name, sequence.incrementAndGet());
        final long timeoutMs = producer.timeoutMs(OMS.newKeyValue());
        boolean stored = false;
        try {
            WorkBatch work = new WorkBatch();
            for (final Item each : items) {
                final SharedQueues.Opened to = producer.open(MessageEncoder.destination(each.message()));
                work.add(to.destination(), session.withBodyStored(producer.encode(each.message(), to, null)));
                if (work.bytes() >= AHEAD_BYTES) {
                    session.transactions().sendAhead(id, 0, work).get(timeoutMs, TimeUnit.MILLISECONDS);
                    work = new WorkBatch();
                }
            }
            session.transactions().commit(id, true, work).get(timeoutMs, TimeUnit.MILLISECONDS);
            stored = true;
        } catch (BrokerException e) {
            throw Errors.of(e);
        } catch (ExecutionException e) {
            throw Errors.of(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw Errors.timeout("the broker did not answer the commit of " + items.size() + " messages within "
                    + timeoutMs + " ms: whether they are stored is unknown");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Errors.of(ErrorCode.APPLICATION, "interrupted while waiting for a commit", e);
        } finally {
            if (!stored) {
                // What went ahead is not to wait for a commit that does not come.
                var unused = session.transactions().rollback(id);
            }
        }
    }

    @Override
    public void rollback() {
        lock.lock();
        try {
            items.clear();
        } finally {
            lock.unlock();
        }
    }

    /** What is not committed is discarded. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            items.clear();
        } finally {
            lock.unlock();
        }
    }

    private void requireOpen() {
        if (closed) {
            throw Errors.of(ErrorCode.NOT_STARTED, "this batch sender is closed: create another one");
        }
    }
}
