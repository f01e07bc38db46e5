package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgement path of a session: what its subscribers have to tell the broker, collected into one Ack frame per
 * flush. Acknowledgements merge into ranges while they wait, so that their number does not matter to the broker.
 *
 * <p>Thread safe; {@link #take} belongs to the event loop. No other lock is taken under this one.
 */
final class AckQueue {
    /** Most ranges of one frame, a fraction of what a header may list; the rest goes into the next frame. */
    static final int MAX_RANGES_PER_FRAME = 8_192;

    /** A subscriber with so many ranges waiting is flushed though nobody asked for it, which bounds the merge work. */
    private static final int MAX_LAZY_RANGES = 1_024;

    private final Flusher flusher;

    /** Whether what was sent is remembered until it is known to have arrived. */
    private final boolean remembers;

    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final ArrayDeque<PendingAcks> queue = new ArrayDeque<>();
    private List<Confirmation> confirmations = new ArrayList<>();

    /** Asked for on a connection that was lost. */
    private final List<Confirmation> unanswered = new ArrayList<>(0);

    /** Who has sent something that nobody was asked about, and who has something that the broker was asked about. */
    private List<PendingAcks> sent = new ArrayList<>(0);

    private List<PendingAcks> asked = new ArrayList<>(0);

    private @Nullable BrokerException closed;

    AckQueue(final Flusher flusher, final boolean remembers) {
        this.flusher = flusher;
        this.remembers = remembers;
    }

    /** Adds acknowledged offsets, both ends included, and has them flushed when {@code now} or when very many wait. */
    void acknowledge(final PendingAcks acks, final int lane, final long first, final long last, final boolean now) {
        final boolean flush;
        lock.lock();
        try {
            acks.acknowledge(lane, first, last);
            enqueue(acks);
            flush = now || acks.rangeCount() >= MAX_LAZY_RANGES;
        } finally {
            lock.unlock();
        }
        if (flush) {
            flusher.request();
        }
    }

    /** See {@link Subscriber#handed}. */
    void handed(final PendingAcks acks, final Delivery delivery) {
        final boolean flush;
        lock.lock();
        try {
            flush = acks.handed(delivery.tag(), delivery.sizeBytes());
            if (flush) {
                enqueue(acks);
            }
        } finally {
            lock.unlock();
        }
        if (flush) {
            flusher.request();
        }
    }

    /** See {@link Subscriber#consumed}. */
    void consumed(final PendingAcks acks, final Delivery delivery) {
        lock.lock();
        try {
            acks.handed(delivery.tag(), delivery.sizeBytes());
            acks.acknowledge(delivery.lane(), delivery.offset(), delivery.offset());
            enqueue(acks);
        } finally {
            lock.unlock();
        }
        flusher.request();
    }

    /** See {@link Subscriber#ask}. */
    void ask(final PendingAcks acks, final int bytes) {
        lock.lock();
        try {
            acks.ask(bytes);
            enqueue(acks);
        } finally {
            lock.unlock();
        }
        flusher.request();
    }

    /** How many deliveries of this subscriber wait for the application. */
    long unhanded(final PendingAcks acks, final long lastTag) {
        lock.lock();
        try {
            return acks.unhanded(lastTag);
        } finally {
            lock.unlock();
        }
    }

    /** The tag of the last one that the application was handed. */
    long lastHanded(final PendingAcks acks) {
        lock.lock();
        try {
            return acks.lastHanded();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link PendingAcks#firstCredit}. */
    int firstCredit(final PendingAcks acks) {
        lock.lock();
        try {
            return acks.firstCredit();
        } finally {
            lock.unlock();
        }
    }

    /** See {@link PendingAcks#rest}. */
    void rest(final PendingAcks acks, final long tag) {
        lock.lock();
        try {
            acks.rest(tag);
        } finally {
            lock.unlock();
        }
    }

    /** See {@link PendingAcks#goOn}. */
    void goOn(final PendingAcks acks) {
        lock.lock();
        try {
            acks.goOn();
            enqueue(acks);
        } finally {
            lock.unlock();
        }
        flusher.request();
    }

    /** Gives back all credit with the next flush, be it less than a lump. */
    void giveCreditNow(final PendingAcks acks) {
        lock.lock();
        try {
            if (acks.giveCreditNow()) {
                enqueue(acks);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Deliveries up to {@code lastTag} go back to the broker, and with those that the application was not handed their
     * credit.
     *
     * @return the tag of the last delivery that was handed to the application
     */
    long release(final PendingAcks acks, final long lastTag) {
        lock.lock();
        try {
            acks.released(lastTag);
            return acks.handedTag();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Acknowledges these, and refuses what is of subscribers that are being closed: nothing of them is said after {@link
     * #close}, and whatever is asked for before that is flushed with it. Completes with the number of refused offsets once they,
     * and everything acknowledged before, are stored.
     */
    CompletableFuture<Integer> confirm(final List<Confirmation.Part> parts) {
        final Confirmation confirmation;
        lock.lock();
        try {
            if (closed != null) {
                return CompletableFuture.failedFuture(closed);
            }
            confirmation = Confirmation.of(parts);
            confirmations.add(confirmation);
        } finally {
            lock.unlock();
        }
        flusher.request();
        return confirmation.answer();
    }

    /** Takes out what is to be confirmed, with what {@link #take} returns next or apart from that. */
    List<Confirmation> takeConfirmations() {
        lock.lock();
        try {
            if (confirmations.isEmpty()) {
                return List.of();
            }
            final List<Confirmation> taken = confirmations;
            confirmations = new ArrayList<>();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** See {@link Confirmation#frames}. */
    List<List<ConsumerAck>> frames(final Confirmation confirmation) {
        lock.lock();
        try {
            return confirmation.frames();
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what waits, as the contents of one frame, or of more when there are very many ranges. */
    List<List<ConsumerAck>> take() {
        lock.lock();
        try {
            if (queue.isEmpty()) {
                return List.of();
            }
            final List<List<ConsumerAck>> frames = new ArrayList<>(1);
            while (!queue.isEmpty()) {
                frames.add(takeFrame());
            }
            return frames;
        } finally {
            lock.unlock();
        }
    }

    private List<ConsumerAck> takeFrame() {
        final List<ConsumerAck> frame = new ArrayList<>(queue.size());
        int ranges = 0;
        while (!queue.isEmpty() && ranges < MAX_RANGES_PER_FRAME) {
            final PendingAcks acks = queue.element();
            final ConsumerAck ack = acks.take(MAX_RANGES_PER_FRAME - ranges);
            if (remembers && !ack.ranges().isEmpty()) {
                if (!acks.hasSent()) {
                    sent.add(acks);
                }
                acks.sent(ack.ranges());
            }
            frame.add(ack);
            ranges += ack.ranges().size();
            if (acks.rangeCount() == 0) {
                acks.queued = false;
                queue.remove();
            }
        }
        return frame;
    }

    /** Nothing is sent any more: confirmations asked for and those to come fail with this reason. */
    void fail(final BrokerException reason) {
        final List<Confirmation> failing;
        lock.lock();
        try {
            closed = reason;
            failing = new ArrayList<>(confirmations);
            failing.addAll(unanswered);
            confirmations = new ArrayList<>(0);
            unanswered.clear();
            queue.clear();
        } finally {
            lock.unlock();
        }
        failing.forEach(each -> each.answer().completeExceptionally(reason));
    }

    /** What waits of this subscriber is the last that is sent. */
    void close(final PendingAcks acks) {
        lock.lock();
        try {
            acks.closed = true;
        } finally {
            lock.unlock();
        }
    }

    // ---- What may not have arrived

    /** Whether the broker is to be asked what has arrived; if so, it is asked about all that was sent. */
    boolean askWhatArrived() {
        lock.lock();
        try {
            if (sent.isEmpty() || !asked.isEmpty()) {
                return false;
            }
            final List<PendingAcks> free = asked;
            asked = sent;
            sent = free;
            asked.forEach(PendingAcks::ask);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** What it was asked about has arrived. */
    void arrived() {
        lock.lock();
        try {
            asked.forEach(PendingAcks::arrived);
            asked.clear();
        } finally {
            lock.unlock();
        }
    }

    /** The connection is lost, and deliveries up to {@code lastTag} with it. */
    void lost(final PendingAcks acks, final long lastTag) {
        lock.lock();
        try {
            acks.lost(lastTag);
        } finally {
            lock.unlock();
        }
    }

    /** It was asked for on a connection that is lost, and waits to be said again. */
    void waitForAgain(final Confirmation ofLost) {
        final BrokerException reason;
        lock.lock();
        try {
            reason = closed;
            if (reason == null) {
                unanswered.add(ofLost);
                return;
            }
        } finally {
            lock.unlock();
        }
        ofLost.answer().completeExceptionally(reason);
    }

    /** A new connection begins, not yet used: nobody waits for an answer of the old one. */
    void beginAgain() {
        lock.lock();
        try {
            sent.clear();
            asked.clear();
            unanswered.addAll(confirmations);
            confirmations = new ArrayList<>();
        } finally {
            lock.unlock();
        }
    }

    /** What was to be confirmed on connections that are lost, and is to be said again. */
    List<Confirmation> unanswered() {
        lock.lock();
        try {
            return List.copyOf(unanswered);
        } finally {
            lock.unlock();
        }
    }

    /** See {@link Confirmation#pieces}. */
    List<ConsumerAck> pieces(final Confirmation confirmation) {
        lock.lock();
        try {
            return confirmation.pieces();
        } finally {
            lock.unlock();
        }
    }

    /** What a subscriber has to say again, of messages delivered in this life of the broker and before. */
    List<PendingAcks.Again> beginAgain(final PendingAcks acks, final long run) {
        lock.lock();
        try {
            return acks.beginAgain(run);
        } finally {
            lock.unlock();
        }
    }

    /** The broker has heard all of a subscriber again. */
    void endAgain(final PendingAcks acks) {
        lock.lock();
        try {
            acks.endAgain();
        } finally {
            lock.unlock();
        }
    }

    /** The broker has heard these again, and has refused so many offsets of each. */
    void endAgain(final Map<Confirmation, Integer> refused) {
        lock.lock();
        try {
            unanswered.removeAll(refused.keySet());
            // Whoever was told of the loss late is heard on the new connection as if there had been none.
            confirmations.addAll(unanswered);
            unanswered.clear();
        } finally {
            lock.unlock();
        }
        flusher.request();
        refused.forEach(Confirmation::answered);
    }

    private void enqueue(final PendingAcks acks) {
        if (!acks.queued && !acks.closed && closed == null) {
            acks.queued = true;
            queue.add(acks);
        }
    }
}
