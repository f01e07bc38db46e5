package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Delivery;
import io.ansermq.client.Destination;
import io.ansermq.client.Subscription;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.message.Acknowledger;
import io.ansermq.jms.message.JmsMessage;
import io.ansermq.jms.message.MessageCodec;
import io.ansermq.jms.message.MessageRules;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that comes in to one session: the buffers of its consumers, starting and stopping, handing over, recovering,
 * and closing in order.
 *
 * <p>Thread safe. One lock guards all buffers of the session, because what a session consumes is one sequence. The event
 * loop takes it once for each batch that arrives, a receiver once for each message; neither keeps it while it waits or
 * while the application runs.
 */
final class Intake {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    /** As a timeout: as long as it takes. */
    static final long FOREVER = 0;

    private final String name;
    private final BrokerSession broker;
    private final AckMode mode;
    private final MessageRules rules;
    private final Acknowledger session;
    private final LongSupplier epochMsClock;

    private final ReentrantLock lock = new ReentrantLock();

    /** Something that somebody may wait for has changed: deliveries, state, or a thread that is done. */
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private final List<Inbox> inboxes = new ArrayList<>();
    private boolean started;
    private boolean closing;
    private boolean ended;
    private @Nullable BrokerException failure;
    private @Nullable Dispatcher dispatcher;
    /** Where the dispatcher looks first, so that each consumer gets its turn. */
    private int turn;

    Intake(
            final String name,
            final BrokerSession broker,
            final AckMode mode,
            final MessageRules rules,
            final Acknowledger session,
            final LongSupplier epochMsClock) {
        this.name = name;
        this.broker = broker;
        this.mode = mode;
        this.rules = rules;
        this.session = session;
        this.epochMsClock = epochMsClock;
    }

    // ---- Consumers

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
            inbox.subscribed(broker.subscribe(
                    resolved,
                    subscription,
                    messages,
                    bytes,
                    (subscriber, batch, count) -> arrived(inbox, batch, count)));
        } catch (BrokerException e) {
            throw JmsErrors.of(e);
        }
        if (!add(inbox)) {
            final CompletableFuture<Void> unused = inbox.subscriber().close();
            throw new IllegalStateException("the session was closed while its consumer was made");
        }
        return inbox;
    }

    private boolean add(final Inbox inbox) {
        lock.lock();
        try {
            return !ended && inboxes.add(inbox);
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
            for (final Inbox inbox : inboxes) {
                if (inbox.isClosed() && inbox.isQuiet() && inbox.isOf(from, subscription)) {
                    inbox.reopen();
                    return inbox;
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Event loop. */
    private void arrived(final Inbox inbox, final Delivery[] batch, final int count) {
        lock.lock();
        try {
            inbox.add(batch, count);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Sets who hears of this inbox's messages; the session's dispatcher is started for the first. */
    void listener(final Inbox inbox, final @Nullable MessageListener listener) {
        lock.lock();
        try {
            inbox.listener(listener);
            if (listener != null && dispatcher == null) {
                dispatcher = new Dispatcher(name, this);
                dispatcher.start();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- Receiving

    /**
     * The next message, handed over as the session's mode has it; null when the time is up or the consumer is closed.
     *
     * @param timeoutMs {@link #FOREVER} or the longest wait
     */
    @Nullable
    JmsMessage receive(final Inbox inbox, final long timeoutMs) throws JMSException {
        final JmsMessage message;
        lock.lock();
        try {
            message = awaitNext(inbox, timeoutMs);
            if (message == null) {
                return null;
            }
            mode.received(inbox, inbox.inHand());
        } finally {
            lock.unlock();
        }
        confirmIfStrict();
        return message;
    }

    /** The next message if there is one here or in the broker. */
    @Nullable
    JmsMessage receiveNoWait(final Inbox inbox) throws JMSException {
        if (isEmpty(inbox)) {
            JmsErrors.await(inbox.subscriber().fetch());
        }
        final JmsMessage message;
        lock.lock();
        try {
            failIfLost();
            message = next(inbox);
            if (message == null) {
                return null;
            }
            mode.received(inbox, inbox.inHand());
        } finally {
            lock.unlock();
        }
        confirmIfStrict();
        return message;
    }

    /** Whether asking the broker could bring something that is not here. */
    private boolean isEmpty(final Inbox inbox) {
        lock.lock();
        try {
            return started && !closing && failure == null && inbox.isDrained();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The body of the next message. When it is not of this type then the call was as if it had not been, or in the modes
     * that leave acknowledgement to the application as if it had succeeded (Jakarta Messaging 3.1, section 8.6).
     *
     * @param wait whether to wait at all
     * @param timeoutMs {@link #FOREVER} or the longest wait
     */
    <T> @Nullable T receiveBody(final Inbox inbox, final Class<T> type, final boolean wait, final long timeoutMs)
            throws JMSException {
        if (!wait && isEmpty(inbox)) {
            JmsErrors.await(inbox.subscriber().fetch());
        }
        final JmsMessage message;
        final Delivery delivery;
        final int generation;
        lock.lock();
        try {
            failIfLost();
            message = wait ? awaitNext(inbox, timeoutMs) : next(inbox);
            if (message == null) {
                return null;
            }
            delivery = inbox.inHand();
            generation = inbox.generation();
            inbox.beginHanding();
        } finally {
            lock.unlock();
        }
        boolean converted = false;
        final T body;
        try {
            body = Bodies.require(message, type);
            converted = true;
        } finally {
            bodyRead(inbox, delivery, generation, converted);
        }
        confirmIfStrict();
        return body;
    }

    private void bodyRead(final Inbox inbox, final Delivery delivery, final int generation, final boolean converted) {
        lock.lock();
        try {
            inbox.endHanding();
            if (generation == inbox.generation()) {
                if (converted || mode.isByApplication()) {
                    mode.received(inbox, delivery);
                } else {
                    inbox.putBack(delivery);
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock held. */
    private @Nullable JmsMessage awaitNext(final Inbox inbox, final long timeoutMs) throws JMSException {
        long remainingNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        inbox.enterReceive();
        try {
            while (true) {
                final JmsMessage message = next(inbox);
                if (message != null || inbox.isClosed() || closing) {
                    return message;
                }
                failIfLost();
                if (timeoutMs == FOREVER) {
                    changed.await();
                } else if (remainingNs > 0) {
                    remainingNs = changed.awaitNanos(remainingNs);
                } else {
                    return null;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw JmsErrors.withCause(new JMSException("interrupted while waiting for a message"), e);
        } finally {
            inbox.leaveReceive();
            changed.signalAll();
        }
    }

    /** With the lock held: the next message that may be handed over now; its delivery is the inbox's {@code inHand}. */
    private @Nullable JmsMessage next(final Inbox inbox) {
        if (!started || closing) {
            return null;
        }
        for (Delivery delivery = inbox.poll(); delivery != null; delivery = inbox.poll()) {
            final JmsMessage message = MessageCodec.decode(delivery, inbox.destination(), rules);
            final long expirationEpochMs = message.getJMSExpiration();
            if (expirationEpochMs == 0 || epochMsClock.getAsLong() < expirationEpochMs) {
                message.acknowledgeWith(session);
                return message;
            }
            // Section 3.4.9: clients should not receive messages that have expired.
            inbox.subscriber().consumed(delivery);
        }
        return null;
    }

    private void failIfLost() throws JMSException {
        if (failure != null) {
            throw JmsErrors.of(failure);
        }
    }

    /** The message is the application's whatever happens: a receive that threw now would lose it. */
    private void confirmIfStrict() {
        if (mode.isStrict()) {
            try {
                JmsErrors.await(broker.confirmAcks());
            } catch (JMSException e) {
                LOG.warn("{}: an acknowledgement was not confirmed; its message may come again", name, e);
            }
        }
    }

    // ---- Dispatching to listeners

    /** For the dispatcher: fills in the next call of a listener, waiting for one; false when the session has ended. */
    boolean awaitCall(final ListenerCall call) {
        lock.lock();
        try {
            while (!closing && failure == null) {
                if (fillIn(call)) {
                    return true;
                }
                changed.awaitUninterruptibly();
            }
            return false;
        } finally {
            lock.unlock();
        }
    }

    private boolean fillIn(final ListenerCall call) {
        for (int i = 0; i < inboxes.size(); i++) {
            final int index = (turn + i) % inboxes.size();
            final Inbox inbox = inboxes.get(index);
            final MessageListener listener = inbox.listener();
            final JmsMessage message = listener == null ? null : next(inbox);
            if (listener != null && message != null) {
                turn = index + 1;
                call.set(inbox, inbox.inHand(), inbox.generation(), message, listener);
                mode.listenerCalled(inbox, inbox.inHand());
                inbox.beginHanding();
                return true;
            }
        }
        return false;
    }

    /** For the dispatcher: the listener has returned or thrown. */
    void returned(final ListenerCall call, final boolean threw) {
        final Inbox inbox = call.inbox();
        final boolean comesAgain;
        final boolean close;
        lock.lock();
        try {
            inbox.endHanding();
            final boolean recovered = call.generation() != inbox.generation();
            comesAgain = threw && !recovered && !inbox.isClosed() && mode.redeliversAfterFailure();
            if (!recovered && !(threw && mode.redeliversAfterFailure())) {
                mode.listenerReturned(inbox, call.delivery());
            }
            close = inbox.takeCloseWhenReturned() && !mustStay(inbox);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (comesAgain) {
                release(List.of(inbox));
            }
            if (close) {
                end(inbox);
            }
        } catch (JMSException e) {
            LOG.warn("{}: {}", name, e.getMessage(), e);
        }
        confirmIfStrict();
    }

    /** Whether this thread calls the session's listeners. */
    boolean isDispatching() {
        final Dispatcher current;
        lock.lock();
        try {
            current = dispatcher;
        } finally {
            lock.unlock();
        }
        return current != null && current.isCurrentThread();
    }

    // ---- Acknowledging and recovering

    /** Acknowledges all that the session has handed over, and waits until that is stored. */
    void acknowledge() throws JMSException {
        if (!mode.isByApplication()) {
            return;
        }
        final List<Inbox> over = new ArrayList<>();
        boolean any = false;
        lock.lock();
        try {
            failIfLost();
            for (final Inbox inbox : inboxes) {
                if (!inbox.unacknowledged().isEmpty()) {
                    inbox.unacknowledged().acknowledge(inbox.subscriber());
                    any = true;
                }
                if (inbox.isClosed() && inbox.isQuiet()) {
                    over.add(inbox);
                }
            }
        } finally {
            lock.unlock();
        }
        final int refused = any ? JmsErrors.await(broker.confirmAcks()) : 0;
        for (final Inbox inbox : over) {
            end(inbox);
        }
        if (refused > 0) {
            throw new JMSException(
                    refused + " of the acknowledged messages were no longer this session's: they have been"
                            + " or will be delivered again");
        }
    }

    /** Gives back all that is not acknowledged, and waits until the broker has it: section 6.2.10. */
    void recover() throws JMSException {
        final List<Inbox> open = new ArrayList<>();
        final List<Inbox> over = new ArrayList<>();
        lock.lock();
        try {
            failIfLost();
            for (final Inbox inbox : inboxes) {
                (inbox.isClosed() && inbox.isQuiet() ? over : open).add(inbox);
            }
        } finally {
            lock.unlock();
        }
        for (final Inbox inbox : over) {
            end(inbox);
        }
        release(open);
    }

    private void release(final List<Inbox> released) throws JMSException {
        lock.lock();
        try {
            released.forEach(Inbox::releasing);
        } finally {
            lock.unlock();
        }
        final List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (final Inbox inbox : released) {
            answers.add(inbox.subscriber().release(() -> forgetReleased(inbox)));
        }
        for (final CompletableFuture<Void> answer : answers) {
            JmsErrors.await(answer);
        }
    }

    /** Event loop, between the last delivery that is given back and the first that comes anew. */
    private void forgetReleased(final Inbox inbox) {
        lock.lock();
        try {
            inbox.released();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    // ---- Starting, stopping, ending

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
            while (inboxes.stream().anyMatch(Inbox::isHanding)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Closes a consumer: waits for its listener or receive, unless it is its own listener that closes it, and then for the
     * broker to have back what was not handed over.
     */
    void close(final Inbox inbox) throws JMSException {
        final boolean stays;
        lock.lock();
        try {
            inbox.close();
            changed.signalAll();
            if (inbox.isHanding() && dispatcher != null && dispatcher.isCurrentThread()) {
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
     * acknowledged or recovered, or the session ends. Of a topic nothing would be left to deliver again.
     */
    private boolean mustStay(final Inbox inbox) {
        return inbox.destination().isQueue() && !inbox.unacknowledged().isEmpty();
    }

    /** Ends a consumer in the broker. */
    private void end(final Inbox inbox) throws JMSException {
        final boolean lost;
        lock.lock();
        try {
            inboxes.remove(inbox);
            inbox.forgetAll();
            lost = failure != null;
        } finally {
            lock.unlock();
        }
        if (!lost) {
            JmsErrors.await(inbox.subscriber().close());
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
            while (!inboxes.stream().allMatch(Inbox::isQuiet)) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Ends all consumers in the broker; does not wait. */
    List<CompletableFuture<Void>> endAll() {
        final List<Inbox> all;
        lock.lock();
        try {
            all = List.copyOf(inboxes);
            all.forEach(Inbox::forgetAll);
            inboxes.clear();
            ended = true;
        } finally {
            lock.unlock();
        }
        return all.stream().map(inbox -> inbox.subscriber().close()).toList();
    }

    /** Event loop: the connection is gone; whoever waits hears of it. */
    void fail(final BrokerException reason) {
        lock.lock();
        try {
            failure = reason;
            inboxes.forEach(Inbox::forgetAll);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
