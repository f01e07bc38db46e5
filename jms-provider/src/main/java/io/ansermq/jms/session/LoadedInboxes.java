package io.ansermq.jms.session;

import io.ansermq.client.BrokerSession;
import io.ansermq.client.Delivery;
import io.ansermq.client.GiveBack;
import io.ansermq.client.Subscriber;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Those of a session's {@link Inboxes} that connection consumers load. What is in them is settled as other messages are;
 * but their subscriber is shared with other sessions and belongs to its connection consumer, so it is never released or closed
 * here: what is not settled is given back message by message. Thread safe, by the lock of the inboxes.
 */
final class LoadedInboxes {
    private final Inboxes inboxes;
    private final GiveBack giveBack;

    LoadedInboxes(final Inboxes inboxes, final BrokerSession broker) {
        this.inboxes = inboxes;
        giveBack = new GiveBack(broker);
    }

    /** Adds messages to a loaded inbox, behind those that are there; false when the session is over. */
    boolean load(final Inbox inbox, final List<Delivery> messages) {
        inboxes.lock();
        try {
            if (inboxes.isClosing() || inboxes.isLost()) {
                return false;
            }
            inboxes.all().removeIf(LoadedInboxes::isOver);
            if (!inboxes.all().contains(inbox)) {
                inboxes.all().add(inbox);
            }
            inbox.add(messages.toArray(new Delivery[0]), messages.size());
            inboxes.changed().signalAll();
            return true;
        } finally {
            inboxes.unlock();
        }
    }

    private static boolean isOver(final Inbox inbox) {
        return inbox.isLoaded()
                && inbox.isClosed()
                && inbox.isQuiet()
                && inbox.unacknowledged().isEmpty();
    }

    /** With the lock held: one that has a message to hand over, or null. */
    @Nullable
    Inbox first() {
        for (final Inbox inbox : inboxes.all()) {
            if (inbox.isLoaded() && !inbox.isClosed() && !inbox.isDrained()) {
                return inbox;
            }
        }
        return null;
    }

    /** All of them. */
    List<Inbox> all() {
        inboxes.lock();
        try {
            return inboxes.all().stream().filter(Inbox::isLoaded).toList();
        } finally {
            inboxes.unlock();
        }
    }

    /** Gives back all that one of them has, unless its consumer's end has done that. */
    CompletableFuture<Void> giveBack(final Inbox inbox) {
        inboxes.lock();
        try {
            final List<OffsetRange> ranges = inbox.unload();
            return inbox.isClosed() || inboxes.isLost()
                    ? CompletableFuture.completedFuture(null)
                    : giveBack.giveBack(inbox.subscriber(), ranges);
        } finally {
            inboxes.unlock();
        }
    }

    /** The session closes, and nothing more is loaded: gives back all that they have; does not wait. */
    List<CompletableFuture<Void>> giveBackAll() {
        final List<CompletableFuture<Void>> answers = new ArrayList<>();
        inboxes.lock();
        try {
            all().forEach(inbox -> answers.add(giveBack(inbox)));
            inboxes.all().removeIf(Inbox::isLoaded);
        } finally {
            inboxes.unlock();
        }
        return answers;
    }

    /**
     * The connection consumer ends, which gives back all it has: no more is handed over, and what is with a listener is
     * waited for. Messages to be committed stay in mind, so that their transaction is refused.
     */
    void end(final Inbox inbox) {
        inboxes.lock();
        try {
            inbox.close();
            inboxes.changed().signalAll();
            while (!inbox.isQuiet()) {
                inboxes.changed().awaitUninterruptibly();
            }
        } finally {
            inboxes.unlock();
        }
    }

    /** Event loop: the connection is lost, and what was loaded from this subscriber with it. */
    void interrupt(final Subscriber shared) {
        inboxes.lock();
        try {
            for (final Inbox inbox : inboxes.all()) {
                if (inbox.isLoaded() && inbox.subscriber() == shared) {
                    inboxes.interrupt(inbox);
                }
            }
        } finally {
            inboxes.unlock();
        }
    }
}
