package io.ansermq.jms.session;

import io.ansermq.jms.message.JmsMessage;
import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which message goes to which listener of a session next, and what its return means. The {@link Dispatcher} makes the calls.
 * Thread safe, by the lock of {@link Inboxes}.
 */
final class Listeners {
    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

    private final String name;
    private final AckMode mode;
    private final Inboxes inboxes;
    private final Intake intake;
    private final Settlement settlement;

    /** The session's own, for what connection consumers load; written under the lock of the inboxes. */
    private volatile @Nullable MessageListener distinguished;

    /** Written under the lock of the inboxes, once. */
    private volatile @Nullable Dispatcher dispatcher;

    /** Where the dispatcher looks first, so that each consumer gets its turn. Guarded by the lock. */
    private int turn;

    Listeners(
            final String name,
            final AckMode mode,
            final Inboxes inboxes,
            final Intake intake,
            final Settlement settlement) {
        this.name = name;
        this.mode = mode;
        this.inboxes = inboxes;
        this.intake = intake;
        this.settlement = settlement;
    }

    /** Sets who hears of this inbox's messages; the session's dispatcher is started for the first. */
    void listen(final Inbox inbox, final @Nullable MessageListener listener) {
        inboxes.lock();
        try {
            inbox.listener(listener);
            if (listener != null && dispatcher == null) {
                final Dispatcher first = new Dispatcher(name, this);
                dispatcher = first;
                first.start();
            }
            inboxes.changed().signalAll();
        } finally {
            inboxes.unlock();
        }
    }

    /** The session's own listener, or null. */
    @Nullable
    MessageListener distinguished() {
        return distinguished;
    }

    /** Sets it, which is for a session without consumers alone. */
    void distinguish(final @Nullable MessageListener listener) throws IllegalStateException {
        inboxes.lock();
        try {
            if (listener != null && inboxes.all().stream().anyMatch(each -> !each.isLoaded())) {
                throw new IllegalStateException(
                        "the session has consumers: its own message listener excludes other ways to receive");
            }
            distinguished = listener;
        } finally {
            inboxes.unlock();
        }
    }

    /** For consumers: a session that has its own listener receives in no other way. */
    void requireNotDistinguished() throws IllegalStateException {
        if (distinguished != null) {
            throw new IllegalStateException(
                    "the session has a message listener of its own: it receives in no other way");
        }
    }

    /** Whether this thread calls the session's listeners. */
    boolean isDispatching() {
        final Dispatcher current = dispatcher;
        return current != null && current.isCurrentThread();
    }

    /** For the dispatcher: fills in the next call of a listener, waiting for one; false when the session has ended. */
    boolean awaitCall(final ListenerCall call) {
        inboxes.lock();
        try {
            while (!inboxes.isClosing() && !inboxes.isLost()) {
                if (fillIn(call)) {
                    return true;
                }
                inboxes.changed().awaitUninterruptibly();
            }
            return false;
        } finally {
            inboxes.unlock();
        }
    }

    private boolean fillIn(final ListenerCall call) {
        final List<Inbox> all = inboxes.all();
        for (int i = 0; i < all.size(); i++) {
            final int index = (turn + i) % all.size();
            final Inbox inbox = all.get(index);
            final MessageListener listener = inbox.listener();
            final JmsMessage message = listener == null ? null : intake.next(inbox);
            if (listener != null && message == null && inboxes.mayHand()) {
                inbox.want();
            }
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

    /** The listener has returned or thrown. */
    void returned(final ListenerCall call, final boolean threw) {
        final Inbox inbox = call.inbox();
        final boolean comesAgain;
        final boolean close;
        inboxes.lock();
        try {
            inbox.endHanding();
            final boolean recovered = call.generation() != inbox.generation();
            comesAgain = threw && !recovered && !inbox.isClosed() && mode.redeliversAfterFailure();
            if (!recovered && !(threw && mode.redeliversAfterFailure())) {
                mode.listenerReturned(inbox, call.delivery());
                inbox.endRunning();
            }
            if (!threw && !mode.isDeferred() && !inbox.isLoaded() && inbox.isInterrupted(call.generation())) {
                inbox.doneAnyway(call.delivery());
            }
            close = inbox.takeCloseWhenReturned() && !inboxes.mustStay(inbox);
            inboxes.changed().signalAll();
        } finally {
            inboxes.unlock();
        }
        try {
            if (comesAgain) {
                settlement.release(List.of(inbox));
            }
            if (close) {
                inboxes.end(inbox);
            }
        } catch (JMSException e) {
            LOG.warn("{}: {}", name, e.getMessage(), e);
        }
        settlement.confirmIfStrict();
    }
}
