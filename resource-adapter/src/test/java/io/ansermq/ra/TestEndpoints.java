package io.ansermq.ra;

import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.endpoint.MessageEndpoint;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.transaction.Status;
import jakarta.transaction.TransactionManager;
import java.lang.reflect.Method;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;

/** The container of a message-driven bean: the bean is a listener, its transactions are Narayana's. */
final class TestEndpoints implements MessageEndpointFactory {
    private final boolean transacted;
    private final MessageListener bean;
    private final AtomicInteger unavailable = new AtomicInteger();
    private final AtomicInteger beginFailures = new AtomicInteger();

    final AtomicInteger created = new AtomicInteger();
    final AtomicInteger released = new AtomicInteger();
    final AtomicInteger committed = new AtomicInteger();
    final AtomicInteger rolledBack = new AtomicInteger();
    final AtomicInteger atOnce = new AtomicInteger();
    final AtomicInteger mostAtOnce = new AtomicInteger();
    final List<String> wrongOrder = new CopyOnWriteArrayList<>();
    final List<XAResource> resources = new CopyOnWriteArrayList<>();

    TestEndpoints(final boolean transacted, final MessageListener bean) {
        this.transacted = transacted;
        this.bean = bean;
    }

    /** The next so many endpoints are not available. */
    void refuseNext(final int count) {
        unavailable.set(count);
    }

    /** The next so many transactions cannot begin. */
    void failToBegin(final int count) {
        beginFailures.set(count);
    }

    @Override
    public MessageEndpoint createEndpoint(final XAResource resource) throws UnavailableException {
        if (unavailable.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new UnavailableException("not yet");
        }
        created.incrementAndGet();
        if (resource != null && !resources.contains(resource)) {
            resources.add(resource);
        }
        return new Endpoint(resource);
    }

    @Override
    public MessageEndpoint createEndpoint(final XAResource resource, final long timeout) throws UnavailableException {
        return createEndpoint(resource);
    }

    @Override
    public boolean isDeliveryTransacted(final Method method) {
        return transacted;
    }

    @Override
    public String getActivationName() {
        return "TestBean";
    }

    @Override
    public Class<?> getEndpointClass() {
        return bean.getClass();
    }

    private final class Endpoint implements MessageEndpoint, MessageListener {
        private final @Nullable XAResource resource;
        private final TransactionManager transactions = TestServer.transactions();
        private boolean before;

        Endpoint(final @Nullable XAResource resource) {
            this.resource = resource;
        }

        @Override
        public void beforeDelivery(final Method method) throws ResourceException {
            if (before || !method.getName().equals("onMessage")) {
                wrongOrder.add("beforeDelivery");
            }
            if (beginFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new ResourceException("no transaction");
            }
            before = true;
            try {
                transactions.begin();
                transactions.getTransaction().enlistResource(resource);
            } catch (Exception e) {
                throw new ResourceException(e);
            }
        }

        @Override
        public void onMessage(final Message message) {
            if (before != transacted) {
                wrongOrder.add("onMessage");
            }
            mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            Thread.currentThread().setContextClassLoader(new ClassLoader() {});
            try {
                bean.onMessage(message);
            } catch (RuntimeException e) {
                markRollback();
                throw e;
            } finally {
                atOnce.decrementAndGet();
            }
        }

        private void markRollback() {
            try {
                if (before) {
                    transactions.setRollbackOnly();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void afterDelivery() throws ResourceException {
            if (!before) {
                wrongOrder.add("afterDelivery");
            }
            before = false;
            try {
                if (transactions.getStatus() == Status.STATUS_MARKED_ROLLBACK) {
                    transactions.rollback();
                    rolledBack.incrementAndGet();
                } else {
                    transactions.commit();
                    committed.incrementAndGet();
                }
            } catch (Exception e) {
                throw new ResourceException(e);
            }
        }

        @Override
        public void release() {
            released.incrementAndGet();
        }
    }
}
