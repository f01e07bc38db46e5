package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.BufferingHandler;
import io.ansermq.client.Delivery;
import io.ansermq.client.DeliveryHandler;
import io.ansermq.client.Destination;
import io.ansermq.client.Subscriber;
import io.ansermq.client.Subscription;
import io.ansermq.client.WorkBatch;
import io.ansermq.jms.destination.AnserDestination;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.TransactionRolledBackException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The buffers of one session's consumers, from subscribing to the end in the broker, and whether anything may be handed over
 * from them at all: started, stopped, closing, lost.
 *
 * <p>Thread safe. One lock guards all of it, because what a session consumes is one sequence. The event loop takes it once
 * for each batch that arrives, a receiver once for each message; nobody keeps it while waiting for the broker or while the
 * application runs.
 *
 * <p><b>Lock order</b>: the connection's lock, then this one, then the client's. {@link Intake}, {@link Listeners},
 * {@link LoadedInboxes} and {@link Settlement} take it through {@link #lock}; what needs it held says so.
 */
final class Inboxes {
    private final BrokerSession broker;
    private final ReentrantLock lock = new ReentrantLock();

    /** Something that somebody may wait for has changed: deliveries, state, or a thread that is done. */
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final List<Inbox> all = new ArrayList<>();
    private final List<Subscriber> browsers = new ArrayList<>();
    private boolean started;
    private boolean closing;
    private boolean ended;
    private @Nullable BrokerException failure;

    /** Messages were lost with a connection that the application has, and that it or a transaction was to settle. */
    private boolean receivedIsGone;

    /** Set once, before anybody else knows of this. */
    private @Nullable Keeper keeper;

    Inboxes(final BrokerSession broker) {
        this.broker = broker;
    }

    // ---- The lock

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }

    /** With the lock held. */
    Condition changed() {
        return changed;
    }

    // ---- Subscribing

    /** A new consumer; returns when the broker knows it, so that a topic's messages count from now. */
    Inbox subscribe(
            final AnserDestination from,
            final Destination resolved,
            final Subscription subscription,
            final int messages,
            final int bytes)
            throws JMSException {
        final Inbox left = adopt(from, subscription);
        if (left != null) {
            return left;
        }
        final Inbox inbox = new Inbox(from, subscription);
        try {
            inbox.subscribed(broker.subscribe(resolved, subscription, messages, bytes, new Arrivals(inbox)));
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
        if (!add(inbox)) {
            final CompletableFuture<Void> unused = inbox.subscriber().close();
            throw new IllegalStateException("the session was closed while its consumer was made");
        }
        return inbox;
    }

    /** A browser, which hands over to nobody but itself; the session's end is its end too. */
    Subscriber browse(
            final Destination resolved,
            final Subscription subscription,
            final int messages,
            final int bytes,
            final DeliveryHandler handler)
            throws JMSException {
        final Subscriber browser;
        try {
            browser = broker.subscribe(resolved, subscription, messages, bytes, handler);
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
        final boolean late;
        lock.lock();
        try {
            late = ended;
            if (!late) {
                browsers.add(browser);
            }
        } finally {
            lock.unlock();
        }
        if (late) {
            final CompletableFuture<Void> unused = browser.close();
            throw new IllegalStateException("the session was closed while one of its queues was to be browsed");
        }
        return browser;
    }

    /** The end of a browser; waits for the broker to know it. */
    void endBrowse(final Subscriber browser) throws JMSException {
        final boolean lost;
        lock.lock();
        try {
            browsers.remove(browser);
            lost = failure != null;
        } finally {
            lock.unlock();
        }
        if (!lost) {
            awaitEnd(browser.close());
        }
    }

    /** Ends a durable subscription. */
    void unsubscribe(final String name) throws JMSException {
        try {
            broker.unsubscribe(name);
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
    }

    private boolean add(final Inbox inbox) {
        lock.lock();
        try {
            return !ended && all.add(inbox);
        } finally {
            lock.unlock();
        }
    }

    /**
     * What a closed consumer of this session has left of the same subscription, see {@link #mustStay}: the messages that it had not
     * handed over are this session's still, so a new consumer goes on with them.
     */
    private @Nullable Inbox adopt(final AnserDestination from, final Subscription subscription) {
        lock.lock();
        try {
            for (final Inbox inbox : all) {
                if (!inbox.isLoaded() && inbox.isClosed() && inbox.isQuiet() && inbox.isOf(from, subscription)) {
                    inbox.reopen();
                    return inbox;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Fills an inbox, on the event loop. */
    private final class Arrivals implements BufferingHandler {
        private final Inbox inbox;

        Arrivals(final Inbox inbox) {
            this.inbox = inbox;
        }

        @Override
        public void onDeliveries(final Subscriber subscriber, final Delivery[] batch, final int count) {
            lock.lock();
            try {
                inbox.add(batch, count);
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public long letGo(final Subscriber subscriber) {
            lock.lock();
            try {
                return inbox.letGo();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void onInterrupted(final Subscriber subscriber) {
            lock.lock();
            try {
                interrupt(inbox);
            } finally {
                lock.unlock();
            }
        }
    }

    // ---- Connections that come back

    /** Event loop, with the lock held: what was delivered comes again on another connection. */
    void interrupt(final Inbox inbox) {
        receivedIsGone |= !inbox.unacknowledged().isEmpty();
        inbox.interrupt();
        changed.signalAll();
    }

    /** Whether messages that the application has, and has not settled, went back with a connection; once. */
    boolean takeReceivedIsGone() {
        lock.lock();
        try {
            final boolean gone = receivedIsGone;
            receivedIsGone = false;
            return gone;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a request failed for want of a connection, of which there will be another. */
    boolean isInterruption(final JMSException e) {
        return broker.comesBack()
                && broker.isOpen()
                && e.getCause() instanceof BrokerException cause
                && cause.error() == BrokerException.CONNECTION_LOST;
    }

    // ---- State, with the lock held

    /** All inboxes that the broker has a consumer for; not to be kept. */
    List<Inbox> all() {
        return all;
    }

    /** Whether messages may be handed over now. */
    boolean mayHand() {
        return started && !closing;
    }

    boolean isClosing() {
        return closing;
    }

    boolean isLost() {
        return failure != null;
    }

    void requireNotLost() throws JMSException {
        if (failure != null) {
            throw JmsErrors.of(failure);
        }
    }

    /** A session may be closed by another thread while it is used; then there is nothing left that could be acknowledged. */
    void requireNotEnded() throws IllegalStateException {
        if (ended) {
            throw new IllegalStateException("the session was closed: the messages come again");
        }
    }

    // ---- Transactions

    /** What is to be done before a consumer ends whose messages belong to a transaction. */
    interface Keeper {
        /** Not with the lock held. */
        void keepReceived(Inbox inbox) throws JMSException;
    }

    /** From now on acknowledgements are a transaction's, and {@code transactions} hears of consumers that end. */
    void keepWith(final Keeper transactions) {
        keeper = transactions;
    }

    /** Takes what was handed over and is now to be acknowledged by a transaction. */
    void takeReceived(final WorkBatch into) throws JMSException {
        lock.lock();
        try {
            requireNotLost();
            if (receivedIsGone) {
                receivedIsGone = false;
                throw new TransactionRolledBackException("the connection was lost and restored since messages of this"
                        + " transaction were received: they come again");
            }
            all.forEach(inbox -> takeReceived(inbox, into));
        } finally {
            lock.unlock();
        }
    }

    /** The same of one consumer. */
    void takeReceived(final Inbox inbox, final WorkBatch into) {
        lock.lock();
        try {
            if (!inbox.unacknowledged().isEmpty()) {
                into.received(inbox.subscriber(), inbox.unacknowledged().take());
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- Starting, stopping

    void start() {
        lock.lock();
        try {
            started = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From now on nothing is handed over; what is being handed over goes on, see {@link #awaitHanded}. */
    void stop() {
        lock.lock();
        try {
            started = false;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for listeners that are running. */
    void awaitHanded() {
        lock.lock();
        try {
            while (all.stream().anyMatch(Inbox::isHanding)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    // ---- Ending

    /**
     * Closes a consumer: waits for its listener or receive, unless it is its own listener that closes it, and then for the
     * broker to have back what was not handed over.
     *
     * @param byListener whether one of the session's listeners calls this
     */
    void close(final Inbox inbox, final boolean byListener) throws JMSException {
        final boolean stays;
        lock.lock();
        try {
            inbox.close();
            changed.signalAll();
            if (byListener && inbox.isHanding()) {
                inbox.closeWhenReturned();
                return;
            }
            while (!inbox.isQuiet()) {
                changed.awaitUninterruptibly();
            }
            stays = mustStay(inbox);
        } finally {
            lock.unlock();
        }
        if (!stays) {
            end(inbox);
        }
    }

    /**
     * Closing a consumer has no effect on messages that the application has (section 8.8). Where it may acknowledge them
     * later they must stay leased, and the broker knows no other way than to keep the consumer; so it stays until they are
     * acknowledged or recovered, or the session ends. Of a subscription that ends with its consumer nothing would be left to
     * deliver again. With the lock held.
     */
    boolean mustStay(final Inbox inbox) {
        return keeper == null && !inbox.isVolatile() && !inbox.unacknowledged().isEmpty();
    }

    /** Ends a consumer in the broker. */
    void end(final Inbox inbox) throws JMSException {
        if (keeper != null && !inbox.isVolatile() && !inbox.isLoaded()) {
            keeper.keepReceived(inbox);
        }
        final boolean lost;
        lock.lock();
        try {
            all.remove(inbox);
            inbox.forgetAll();
            lost = failure != null;
        } finally {
            lock.unlock();
        }
        // That of a loaded one is not this session's alone, and closed by its connection consumer.
        if (!lost && !inbox.isLoaded()) {
            awaitEnd(inbox.subscriber().close());
        }
    }

    /** Waits, interrupted or not, for the broker to know of an end; a connection that is closed meanwhile is one as well. */
    private void awaitEnd(final CompletableFuture<Void> end) throws JMSException {
        try {
            Calls.awaitDone(end);
        } catch (JMSException e) {
            if (broker.isOpen()) {
                throw e;
            }
        }
    }

    /** Wakes all that wait for messages, who then get none, and hands over nothing more. */
    void beginClose() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for all listeners and receives to be over. */
    void awaitQuiet() {
        lock.lock();
        try {
            while (!all.stream().allMatch(Inbox::isQuiet)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all consumers in the broker, once loaded ones are gone; does not wait. */
    List<CompletableFuture<Void>> endAll() {
        final List<Subscriber> ending;
        final List<CompletableFuture<Void>> answers = new ArrayList<>();
        lock.lock();
        try {
            ending = new ArrayList<>(browsers);
            browsers.clear();
            for (final Inbox inbox : all) {
                inbox.forgetAll();
                ending.add(inbox.subscriber());
            }
            all.clear();
            ended = true;
        } finally {
            lock.unlock();
        }
        ending.forEach(each -> answers.add(each.close()));
        return answers;
    }

    /** Event loop: the connection is gone; whoever waits hears of it. */
    void fail(final BrokerException reason) {
        lock.lock();
        try {
            failure = reason;
            all.forEach(Inbox::forgetAll);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
