package io.ansermq.ra;

import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageListener;
import jakarta.jms.Queue;
import jakarta.jms.Topic;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.lang.reflect.Method;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps an endpoint supplied with messages from its activation to its deactivation, whatever becomes of the broker: connects on
 * a thread of the server, tries again with growing waits while that fails, and anew when the connection is lost. In between
 * nothing runs. Thread safe; the lock is never held while connecting or closing.
 */
final class Activation {
    private static final Logger LOG = LoggerFactory.getLogger(Activation.class);

    private final Threads threads;
    private final MessageEndpointFactory endpoints;
    private final AnserActivationSpec spec;
    private final boolean transacted;
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private @Nullable Inbound inbound;
    private Threads.@Nullable Pending retry;
    private boolean stopped;

    /** Attempts in a row that failed. */
    private final AtomicInteger failures = new AtomicInteger();

    Activation(final Threads threads, final MessageEndpointFactory endpoints, final AnserActivationSpec spec)
            throws ResourceException {
        this.threads = threads;
        this.endpoints = endpoints;
        this.spec = spec;
        try {
            transacted = endpoints.isDeliveryTransacted(onMessage());
        } catch (NoSuchMethodException e) {
            throw new ResourceException("the endpoint has no onMessage", e);
        }
        if (!spec.withoutEffect().isEmpty()) {
            LOG.warn(
                    "{}: {} have no effect: how often and how late messages come again, and which become dead letters,"
                            + " is the broker's configuration (redelivery-delay, max-deliveries, dead-letter-queue)",
                    this,
                    spec.withoutEffect());
        }
    }

    static Method onMessage() {
        try {
            return MessageListener.class.getMethod("onMessage", Message.class);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    // ---- Connecting

    void start() {
        threads.runSurely(Threads.work(this::connect));
    }

    private void connect() {
        if (isStopped()) {
            return;
        }
        try {
            final ConnectionSettings target = target();
            final Inbound.Source source = destination();
            final Inbound made = Loading.asAdapter(
                    () -> Inbound.open(threads, endpoints, spec, transacted, target, source, this::lost));
            if (!adopt(made)) {
                made.close();
                return;
            }
            final int failed = failures.getAndSet(0);
            if (failed > 0) {
                LOG.info("{}: connected to {} after {} attempts", this, made, failed + 1);
            }
        } catch (JMSException | NamingException | IllegalArgumentException e) {
            failed(e);
        }
    }

    private boolean adopt(final Inbound made) {
        lock.lock();
        try {
            retry = null;
            if (stopped) {
                return false;
            }
            inbound = made;
        } finally {
            lock.unlock();
        }
        made.begin();
        return true;
    }

    private void failed(final Exception e) {
        final Backoff backoff = spec.effective().backoff();
        final int count = failures.incrementAndGet();
        if (!backoff.mayTryAgain(count)) {
            LOG.error("{}: gives up after {} attempts: {}", this, count, e.getMessage(), e);
            return;
        }
        final long waitMs = backoff.waitMs(count);
        if (count == 1) {
            LOG.warn("{}: no messages for now, trying again in {} ms: {}", this, waitMs, e.getMessage());
        } else {
            LOG.debug("{}: attempt {} failed, next in {} ms", this, count, waitMs, e);
        }
        connectIn(waitMs);
    }

    private void connectIn(final long waitMs) {
        lock.lock();
        try {
            if (!stopped) {
                retry = threads.later(waitMs, this::connect);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection of an endpoint is gone; once for each. */
    private void lost(final Inbound which, final JMSException reason) {
        lock.lock();
        try {
            if (stopped || inbound != which) {
                return;
            }
            inbound = null;
        } finally {
            lock.unlock();
        }
        // Apart from the new attempt: whatever the closing of something broken may do must not keep the endpoint dead.
        threads.runSurely(Threads.work(which::close));
        failed(reason);
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    // ---- What the specification of the activation means

    private ConnectionSettings target() throws NamingException {
        final String lookup = spec.getConnectionFactoryLookup();
        if (lookup == null) {
            return spec.effective();
        }
        final Object found = look(lookup);
        if (found instanceof RaConnectionFactory ours) {
            return spec.effective(ours.managedFactory());
        }
        throw new IllegalArgumentException("connectionFactoryLookup " + lookup
                + " is not a connection factory of this resource adapter, but "
                + found.getClass().getName());
    }

    private Inbound.Source destination() throws NamingException {
        final String lookup = spec.lookup();
        if (lookup == null) {
            return new Inbound.Source(String.valueOf(spec.getDestination()), spec.isTopic());
        }
        final Object found = look(lookup);
        if (!(found instanceof Destination)) {
            throw new IllegalArgumentException("destinationLookup " + lookup + " is no queue or topic, but "
                    + found.getClass().getName());
        }
        try {
            if (found instanceof Topic topic && !(found instanceof Queue && !spec.isTopic())) {
                return new Inbound.Source(topic.getTopicName(), true);
            }
            return new Inbound.Source(((Queue) found).getQueueName(), false);
        } catch (JMSException e) {
            throw new IllegalArgumentException("destinationLookup " + lookup + " has no name: " + e.getMessage(), e);
        }
    }

    /** As the bean's application would find it. */
    @SuppressWarnings("BanJNDI") // The name is of the deployment's configuration, as the specification has it.
    private Object look(final String name) throws NamingException {
        final Thread thread = Thread.currentThread();
        final ClassLoader before = thread.getContextClassLoader();
        final Class<?> bean = endpoints.getEndpointClass();
        thread.setContextClassLoader(bean == null ? before : bean.getClassLoader());
        try {
            final Object found = new InitialContext().lookup(name);
            if (found == null) {
                throw new NamingException(name + " is bound to nothing");
            }
            return found;
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    // ---- Ending

    /** Takes no more messages; what is being delivered goes on. */
    void beginStop() {
        final Inbound open;
        lock.lock();
        try {
            stopped = true;
            if (retry != null) {
                retry.cancel();
                retry = null;
            }
            open = inbound;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.beginClose();
        }
    }

    /** The same, and waits for deliveries that are under way. An attempt to connect that is under way ends by itself. */
    void stop() {
        beginStop();
        final Inbound open;
        lock.lock();
        try {
            open = inbound;
            inbound = null;
        } finally {
            lock.unlock();
        }
        if (open != null) {
            open.close();
        }
    }

    @Override
    public String toString() {
        final String name = endpoints.getActivationName();
        return (name == null || name.isEmpty() ? "endpoint" : name) + " on " + spec;
    }
}
