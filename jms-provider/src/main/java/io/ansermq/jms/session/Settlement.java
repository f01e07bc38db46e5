package io.ansermq.jms.session;

import io.ansermq.client.BrokerSession;
import io.ansermq.client.Subscriber;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of the messages that a session has handed over: acknowledged, or given back to come again (Jakarta Messaging
 * 3.1, section 6.2.10). Per session, over all its consumers. Thread safe, by the lock of {@link Inboxes}.
 */
final class Settlement {
    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    private final String name;
    private final BrokerSession broker;
    private final AckMode mode;
    private final Inboxes inboxes;
    private final LoadedInboxes loaded;

    Settlement(
            final String name,
            final BrokerSession broker,
            final AckMode mode,
            final Inboxes inboxes,
            final LoadedInboxes loaded) {
        this.name = name;
        this.broker = broker;
        this.mode = mode;
        this.inboxes = inboxes;
        this.loaded = loaded;
    }

    /** Acknowledges all that the session has handed over, and waits until that is stored. */
    void acknowledge() throws JMSException {
        if (!mode.isByApplication()) {
            return;
        }
        if (inboxes.takeReceivedIsGone()) {
            throw new JMSException(
                    "the connection was lost and restored since some of the messages were received: they are"
                            + " not acknowledged and come again");
        }
        final List<Inbox> over = new ArrayList<>();
        final Map<Subscriber, List<OffsetRange>> received = new HashMap<>();
        final CompletableFuture<Integer> answer;
        inboxes.lock();
        try {
            inboxes.requireNotLost();
            inboxes.requireNotEnded();
            for (final Inbox inbox : inboxes.all()) {
                if (!inbox.unacknowledged().isEmpty()) {
                    received.put(inbox.subscriber(), inbox.unacknowledged().take());
                }
                if (isOver(inbox)) {
                    over.add(inbox);
                }
            }
            // Before anybody else can end one of these consumers.
            answer = received.isEmpty() ? CompletableFuture.completedFuture(0) : broker.acknowledge(received);
        } finally {
            inboxes.unlock();
        }
        final int refused = Calls.await(answer);
        for (final Inbox inbox : over) {
            inboxes.end(inbox);
        }
        if (refused > 0) {
            throw new JMSException(
                    refused + " of the acknowledged messages were no longer this session's: they have been"
                            + " or will be delivered again");
        }
    }

    /** Gives back all that is not acknowledged, and waits until the broker has it. */
    void recover() throws JMSException {
        final boolean unused = inboxes.takeReceivedIsGone();
        final List<Inbox> open = new ArrayList<>();
        final List<Inbox> over = new ArrayList<>();
        inboxes.lock();
        try {
            inboxes.requireNotLost();
            for (final Inbox inbox : inboxes.all()) {
                if (isOver(inbox)) {
                    // Its end gives all back; a transaction must not keep what it rolls back.
                    inbox.forgetAll();
                    over.add(inbox);
                } else {
                    open.add(inbox);
                }
            }
        } finally {
            inboxes.unlock();
        }
        for (final Inbox inbox : over) {
            inboxes.end(inbox);
        }
        release(open);
    }

    /** A consumer that was closed and stayed for its unacknowledged messages alone, with the lock held. */
    private static boolean isOver(final Inbox inbox) {
        return inbox.isClosed() && inbox.isQuiet();
    }

    /** Gives back what these inboxes have and what was handed over from them. */
    void release(final List<Inbox> released) throws JMSException {
        inboxes.lock();
        try {
            released.stream().filter(each -> !each.isLoaded()).forEach(Inbox::releasing);
        } finally {
            inboxes.unlock();
        }
        final List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (final Inbox inbox : released) {
            answers.add(
                    inbox.isLoaded()
                            ? loaded.giveBack(inbox)
                            : inbox.subscriber().release(() -> forgetReleased(inbox)));
        }
        // Interrupted or not: who goes on must not meet what is being given back.
        for (final CompletableFuture<Void> answer : answers) {
            Calls.awaitDone(answer);
        }
    }

    /** Event loop, between the last delivery that is given back and the first that comes anew. */
    private void forgetReleased(final Inbox inbox) {
        inboxes.lock();
        try {
            inbox.released();
            inboxes.changed().signalAll();
        } finally {
            inboxes.unlock();
        }
    }

    /** The message is the application's whatever happens: a receive that threw now would lose it. */
    void confirmIfStrict() {
        if (mode.isStrict()) {
            try {
                Calls.await(broker.confirmAcks());
            } catch (JMSException e) {
                LOG.warn("{}: an acknowledgement was not confirmed; its message may come again", name, e);
            }
        }
    }
}
