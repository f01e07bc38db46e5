package io.ansermq.ra;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of an active endpoint: one connection with one consumer in the broker, whose messages are spread over as many
 * sessions as may be busy at a time. Thread safe.
 */
final class Inbound {
    private static final Logger LOG = LoggerFactory.getLogger(Inbound.class);

    /** The longest wait for deliveries that are under way when the endpoint ends. */
    private static final long CLOSE_WAIT_MS = TimeUnit.SECONDS.toMillis(30);

    /**
     * What is received.
     *
     * @param name the name in the broker
     * @param isTopic else it is a queue
     */
    record Source(String name, boolean isTopic) {}

    private final Threads threads;
    private final ConnectionSettings target;
    private final XAConnection connection;
    private final SessionPool pool;
    private final BiConsumer<Inbound, JMSException> onLoss;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable ConnectionConsumer consumer;

    /** News of a loss that came before {@link #begin}. Guarded by this object's monitor. */
    private @Nullable JMSException early;

    private boolean begun;

    private Inbound(
            final Threads threads,
            final MessageEndpointFactory endpoints,
            final AnserActivationSpec spec,
            final boolean transacted,
            final ConnectionSettings target,
            final XAConnection connection,
            final BiConsumer<Inbound, JMSException> onLoss) {
        this.threads = threads;
        this.target = target;
        this.connection = connection;
        this.onLoss = onLoss;
        pool = new SessionPool(
                () -> transacted ? newTransacted() : newAcknowledging(spec.isDupsOk()),
                new Deliveries(threads, endpoints, transacted),
                spec.maxSessionOrDefault());
    }

    /** Connects and subscribes; messages come from {@link #begin} on. */
    static Inbound open(
            final Threads threads,
            final MessageEndpointFactory endpoints,
            final AnserActivationSpec spec,
            final boolean transacted,
            final ConnectionSettings target,
            final Source source,
            final BiConsumer<Inbound, JMSException> onLoss)
            throws JMSException {
        final AnserConnectionFactory factory = target.factory();
        if (!target.isSet("prefetch") && !target.isSet("queuePrefetch")) {
            // What waits here is what no other server gets: enough that no session waits for the network.
            factory.setQueuePrefetch(2 * spec.maxSessionOrDefault());
        }
        final XAConnection connection = factory.createXAConnection(target.user(), target.password());
        final Inbound made = new Inbound(threads, endpoints, spec, transacted, target, connection, onLoss);
        boolean open = false;
        try {
            connection.setExceptionListener(made::failed);
            made.consumer = made.subscribe(spec, source, transacted ? 1 : spec.maxMessagesOrDefault());
            open = true;
            return made;
        } finally {
            if (!open) {
                connection.close();
            }
        }
    }

    private ConnectionConsumer subscribe(final AnserActivationSpec spec, final Source source, final int maxMessages)
            throws JMSException {
        final String selector = spec.getMessageSelector();
        if (!source.isTopic()) {
            return connection.createConnectionConsumer(new AnserQueue(source.name()), selector, pool, maxMessages);
        }
        final Topic topic = new AnserTopic(source.name());
        final String name = spec.getSubscriptionName();
        if (spec.isDurable() && spec.isShared()) {
            return connection.createSharedDurableConnectionConsumer(topic, name, selector, pool, maxMessages);
        } else if (spec.isDurable()) {
            return connection.createDurableConnectionConsumer(topic, name, selector, pool, maxMessages);
        } else if (spec.isShared()) {
            return connection.createSharedConnectionConsumer(topic, name, selector, pool, maxMessages);
        }
        return connection.createConnectionConsumer(topic, selector, pool, maxMessages);
    }

    private XASession newTransacted() throws JMSException {
        return connection.createXASession();
    }

    private Session newAcknowledging(final boolean lazily) throws JMSException {
        return connection.createSession(lazily ? Session.DUPS_OK_ACKNOWLEDGE : Session.AUTO_ACKNOWLEDGE);
    }

    /** Lets messages come. A connection that was lost meanwhile is reported now. */
    void begin() {
        final JMSException lost;
        synchronized (this) {
            begun = true;
            lost = early;
        }
        if (lost != null) {
            onLoss.accept(this, lost);
            return;
        }
        try {
            connection.start();
        } catch (JMSException e) {
            onLoss.accept(this, e);
        }
    }

    private void failed(final JMSException problem) {
        if (ending.get() || isConnected()) {
            LOG.debug("{}: {}", this, problem.getMessage(), problem);
            return;
        }
        synchronized (this) {
            if (!begun) {
                early = problem;
                return;
            }
        }
        onLoss.accept(this, problem);
    }

    /** Makes nothing in the broker, and fails when the connection is lost. */
    private boolean isConnected() {
        try {
            connection.createSession().close();
            return true;
        } catch (JMSException e) {
            return false;
        }
    }

    // ---- Ending

    /** Begins no more deliveries. */
    void beginClose() {
        ending.set(true);
        pool.close();
    }

    /**
     * Ends it. Deliveries under way have their time to be committed, or acknowledged, first: after that their messages are the
     * broker's again.
     */
    void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        final boolean connected = isConnected();
        beginClose();
        if (!connected || pool.awaitIdle(CLOSE_WAIT_MS)) {
            end();
            return;
        }
        LOG.warn(
                "{}: a delivery has not ended in {} s: its messages will be delivered again",
                this,
                TimeUnit.MILLISECONDS.toSeconds(CLOSE_WAIT_MS));
        threads.runSurely(Threads.work(this::end));
    }

    private void end() {
        try {
            if (consumer != null) {
                consumer.close();
            }
        } catch (JMSException e) {
            LOG.debug("{}: {}", this, e.getMessage(), e);
        }
        try {
            connection.close();
        } catch (JMSException e) {
            LOG.debug("{}: {}", this, e.getMessage(), e);
        }
    }

    /** Where it is connected to. */
    @Override
    public String toString() {
        return target.toString();
    }
}
