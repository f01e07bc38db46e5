package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.BufferingHandler;
import io.ansermq.client.Delivery;
import io.ansermq.client.Subscriber;
import io.ansermq.client.Subscription;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.message.MessageCodec;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import jakarta.jms.ConnectionConsumer;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.ServerSession;
import jakarta.jms.ServerSessionPool;
import jakarta.jms.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the messages of one consumer of the broker into the sessions of an application server's pool. A thread of its own
 * waits for messages, asks the pool for a server session, loads its session and starts it; {@link ServerRun} does the rest.
 *
 * <p>Here wait no more messages than the prefetch window; in a session no more than {@code maxMessages}.
 *
 * <p>Thread safe. <b>Lock order</b>: the connection's lock, then this one; never together with a session's, and never held
 * while the pool is asked.
 */
final class JmsConnectionConsumer implements ConnectionConsumer, Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(JmsConnectionConsumer.class);

    /** Before a pool that has failed is asked again. */
    private static final long ASK_AGAIN_MS = 1_000;

    private final JmsConnection connection;
    private final ConnectionSettings settings;
    private final AnserDestination from;
    private final Subscription subscription;
    private final ServerSessionPool pool;
    private final int maxMessages;
    private final Lifetime lifetime;
    private final AtomicBoolean closing = new AtomicBoolean();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final ArrayDeque<Delivery> buffer = new ArrayDeque<>();
    private final Map<JmsSession, Inbox> loads = new HashMap<>();
    private boolean started;
    private boolean ended;
    private boolean loading;

    /** Set once, before the thread starts. */
    private @Nullable Subscriber subscriber;

    private JmsConnectionConsumer(
            final JmsConnection connection,
            final AnserDestination from,
            final Subscription subscription,
            final ServerSessionPool pool,
            final int maxMessages) {
        this.connection = connection;
        this.settings = connection.settings();
        this.from = from;
        this.subscription = subscription;
        this.pool = pool;
        this.maxMessages = maxMessages;
        lifetime = new Lifetime("connection consumer", connection.lifetime());
    }

    /** One that has not subscribed yet; refuses what no application server would mean. */
    static JmsConnectionConsumer of(
            final JmsConnection connection,
            final AnserDestination from,
            final SubscriptionType type,
            final @Nullable String subscriptionName,
            final @Nullable String messageSelector,
            final @Nullable ServerSessionPool pool,
            final int maxMessages)
            throws JMSException {
        if (pool == null) {
            throw new JMSException("a connection consumer needs a server session pool");
        }
        if (maxMessages < 1) {
            throw new JMSException("a server session gets at least 1 message at a time, not " + maxMessages);
        }
        final Subscription subscription =
                new Subscription(type, subscriptionName, Consumers.selector(messageSelector), false);
        return new JmsConnectionConsumer(connection, from, subscription, pool, maxMessages);
    }

    /** Returns when the broker knows it, so that a topic's messages count from now. */
    void subscribe(final BrokerSession broker) throws JMSException {
        final int prefetch = from.isQueue() ? settings.queuePrefetch() : settings.topicPrefetch();
        try {
            subscriber = broker.subscribe(
                    new Destinations(broker).resolve(from),
                    subscription,
                    Math.max(1, prefetch),
                    settings.prefetchBytes(),
                    new BufferingHandler() {
                        @Override
                        public void onDeliveries(final Subscriber self, final Delivery[] batch, final int count) {
                            arrived(batch, count);
                        }

                        @Override
                        public long letGo(final Subscriber self) {
                            return letGoOfBuffer();
                        }

                        @Override
                        public void onInterrupted(final Subscriber self) {
                            interrupted(self);
                        }
                    });
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }

    /** Begins its thread, once. */
    void begin(final String name) {
        final Thread thread = new Thread(this, name);
        thread.setDaemon(true);
        thread.start();
    }

    private Subscriber subscriber() {
        if (subscriber == null) {
            throw new java.lang.IllegalStateException("used only once it has subscribed");
        }
        return subscriber;
    }

    /** Event loop. */
    private void arrived(final Delivery[] batch, final int count) {
        lock.lock();
        try {
            for (int i = 0; i < count && !ended; i++) {
                buffer.add(batch[i]);
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Event loop: the pool gives no server session for what is here, so others are to get it. */
    private long letGoOfBuffer() {
        lock.lock();
        try {
            final Delivery oldest = buffer.peek();
            buffer.clear();
            return oldest == null ? BufferingHandler.NOTHING : oldest.tag();
        } finally {
            lock.unlock();
        }
    }

    /** Event loop: what is here and in server sessions comes again on another connection. */
    private void interrupted(final Subscriber self) {
        lock.lock();
        try {
            buffer.clear();
        } finally {
            lock.unlock();
        }
        connection.interruptLoaded(self);
    }

    void start() {
        setStarted(true);
    }

    /** Asks for no more server sessions; what is loaded waits in its session. */
    void stop() {
        setStarted(false);
    }

    private void setStarted(final boolean now) {
        lock.lock();
        try {
            started = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- Its thread

    @Override
    public void run() {
        while (awaitMessages()) {
            try {
                serve(pool.getServerSession());
            } catch (ForeignSessionException e) {
                connection.exceptions().report(e);
                endQuietly();
            } catch (JMSException e) {
                pauseAfter(e);
            } catch (RuntimeException e) {
                pauseAfter(JmsErrors.withCause(new JMSException("the server session pool threw " + e), e));
            }
        }
    }

    private void pauseAfter(final JMSException problem) {
        connection.exceptions().report(problem);
        lock.lock();
        try {
            long leftNs = TimeUnit.MILLISECONDS.toNanos(ASK_AGAIN_MS);
            while (!ended && leftNs > 0) {
                leftNs = changed.awaitNanos(leftNs);
            }
        } catch (InterruptedException e) {
            // Nobody has a reason to; the thread ends with its consumer.
            LOG.debug("{}: interrupted", this, e);
        } finally {
            lock.unlock();
        }
    }

    /** Waits for something to load; false when the consumer has ended. */
    private boolean awaitMessages() {
        lock.lock();
        try {
            while (!ended) {
                dropExpired();
                if (started && !buffer.isEmpty()) {
                    return true;
                }
                if (started) {
                    subscriber().want();
                }
                changed.awaitUninterruptibly();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    /** Section 3.4.9: clients should not receive messages that have expired. With the lock held. */
    private void dropExpired() {
        for (Delivery next = buffer.peek(); next != null && isExpired(next); next = buffer.peek()) {
            subscriber().expired(buffer.remove());
        }
    }

    private boolean isExpired(final Delivery delivery) {
        final long expirationEpochMs =
                MessageCodec.decode(delivery, from, settings.messageRules()).getJMSExpiration();
        return expirationEpochMs != 0 && System.currentTimeMillis() >= expirationEpochMs;
    }

    private void serve(final @Nullable ServerSession server) throws JMSException {
        if (server == null) {
            throw new JMSException("the server session pool gave no server session");
        }
        final JmsSession session = requireOwn(server.getSession());
        final Inbox inbox = load(session);
        boolean running = false;
        try {
            // With nothing loaded too: so it finds its way back to its pool.
            server.start();
            running = true;
        } finally {
            if (!running) {
                session.serverRun().unload(inbox);
            }
        }
    }

    private JmsSession requireOwn(final @Nullable Session session) throws ForeignSessionException {
        if (session instanceof JmsSession ours && ours.isOf(connection)) {
            return ours;
        }
        throw new ForeignSessionException("the server session pool gave a session that this connection has not made ("
                + (session == null ? "none" : session.getClass().getName())
                + "): the connection consumer of " + from + " has ended");
    }

    private Inbox load(final JmsSession session) throws JMSException {
        final Inbox inbox;
        final List<Delivery> batch = new ArrayList<>();
        lock.lock();
        try {
            loads.keySet().removeIf(each -> !each.isOpen());
            inbox = loads.computeIfAbsent(session, each -> Inbox.loaded(from, subscription, subscriber()));
            if (ended) {
                return inbox;
            }
            for (dropExpired(); batch.size() < maxMessages && !buffer.isEmpty(); dropExpired()) {
                batch.add(buffer.remove());
            }
            loading = true;
        } finally {
            lock.unlock();
        }
        final boolean loaded = session.serverRun().load(inbox, batch);
        if (loaded) {
            // In their order and on this thread alone, as the client asks.
            batch.forEach(subscriber()::handed);
        }
        lock.lock();
        try {
            loading = false;
            for (int i = batch.size() - 1; i >= 0 && !loaded && !ended; i--) {
                buffer.addFirst(batch.get(i));
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (!loaded) {
            throw new JMSException("the server session pool gave a session that is closed");
        }
        return inbox;
    }

    // ---- Ending

    @Override
    public ServerSessionPool getServerSessionPool() throws JMSException {
        lifetime.requireOpen();
        return pool;
    }

    /**
     * Ends it in the broker. Waits for listeners that have a message of it; what is loaded and not handed over goes back, as
     * does what is not acknowledged or committed.
     */
    @Override
    public void close() throws JMSException {
        if (loaded().keySet().stream().anyMatch(each -> each.serverRun().isRunning())) {
            throw new IllegalStateException(
                    "a message listener cannot close the connection consumer that it is called for: have another"
                            + " thread do it");
        }
        final boolean wasOpen = lifetime.isOpen();
        if (!closing.compareAndSet(false, true) || !wasOpen) {
            return;
        }
        end();
        loaded().forEach((session, inbox) -> session.serverRun().end(inbox));
        lifetime.close();
        connection.forget(this);
        connection.awaitUnlessLost(subscriber().close());
    }

    /** What it has loaded so far; once it has ended: all that it will. */
    private Map<JmsSession, Inbox> loaded() {
        lock.lock();
        try {
            while (ended && loading) {
                changed.awaitUninterruptibly();
            }
            return new HashMap<>(loads);
        } finally {
            lock.unlock();
        }
    }

    private void endQuietly() {
        try {
            close();
        } catch (JMSException e) {
            LOG.warn("{}: {}", this, e.getMessage(), e);
        }
    }

    /** Loads nothing more; the end of its thread. */
    void end() {
        lock.lock();
        try {
            ended = true;
            buffer.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What it consumes. */
    @Override
    public String toString() {
        return "connection consumer of " + from;
    }

    /** A mistake of the pool that asking again would only repeat. */
    private static final class ForeignSessionException extends JMSException {
        private static final long serialVersionUID = 1L;

        private ForeignSessionException(final String reason) {
            super(reason);
        }
    }
}
