package io.ansermq.client;

import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.HeapBuffers;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.ResumeHeader;
import io.ansermq.remoting.protocol.SendingHeader;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The send path of a session. Application threads encode their records into the batch that is being filled, under one
 * short lock; the event loop takes what is there, writes it as Send frames and later hands the broker's answers to the
 * callbacks in sequence order.
 *
 * <p>{@link #send} is thread safe; {@link #flush}, {@link #refused}, {@link #settled} and {@link #fail} belong to the
 * event loop. The lock is never held while a callback runs, and no other lock is taken under it.
 */
final class Sender {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    private static final int SMALLEST_BATCH_BYTES = 4 * 1024;
    private static final int SETTLED_AT_ONCE = 256;

    private final Flusher flusher;
    private final int sendTimeoutMs;
    /** Whether what is not answered is kept, to be sent again on another connection. */
    private final boolean keeps;
    /** The newest connection. */
    private volatile Link link;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when half of the window is free again, so that a blocked sender wakes for many sends, not for one. */
    private final Condition room = lock.newCondition();

    // Guarded by lock.
    private final PendingSends pending = new PendingSends();
    private final ArrayDeque<SendBatch> full = new ArrayDeque<>();
    private @Nullable SendBatch filling;
    private int nextBatchBytes = SMALLEST_BATCH_BYTES;
    private int waiting;
    /**
     * A sender whose record needs more than half of the window: while it waits nobody passes it, or it would starve.
     */
    private @Nullable Thread largeSender;

    private @Nullable BrokerException closed;

    /** Numbers of destinations that are others on this connection than they were when somebody asked for them. */
    private Map<Integer, Integer> renumbered = Map.of();

    // Event loop only.
    private final SentFrames sentFrames = new SentFrames();
    private final ArrayDeque<SendBatch> flushing = new ArrayDeque<>();
    private final @Nullable SendCallback[] settled = new SendCallback[SETTLED_AT_ONCE];
    /** What the broker refused and has not settled yet, by first sequence number. */
    private final TreeMap<Long, Refusal> refusals = new TreeMap<>();

    private final ByteBuf headerScratch = HeapBuffers.INSTANCE.heapBuffer(2 * SendBatch.HEADER_ROOM);

    private record Refusal(long last, BrokerException reason) {}

    Sender(final Link link, final Flusher flusher, final ClientOptions options) {
        this.link = link;
        this.flusher = flusher;
        sendTimeoutMs = options.sendTimeoutMs();
        keeps = options.reconnect().enabled();
    }

    /** See {@link BrokerSession#send}. */
    long send(final Destination destination, final OutgoingMessage message, final SendCallback callback)
            throws BrokerException {
        checkSize(destination, message);
        final int recordBytes =
                MessageLayout.sizeOf(message.bodyLength(), destination.topic().length, message.properties().length);
        final long sequence;
        lock.lock();
        try {
            if (!hasRoom(recordBytes) && !link.connection().inEventLoop()) {
                awaitRoom(destination, recordBytes);
            }
            failIfClosed();
            batchFor(recordBytes)
                    .add(destination, numberOf(destination.number()), message, recordBytes, pending.next());
            sequence = pending.add(callback, recordBytes);
        } finally {
            lock.unlock();
        }
        flusher.request();
        return sequence;
    }

    private int numberOf(final int number) {
        return renumbered.isEmpty() ? number : renumbered.getOrDefault(number, number);
    }

    private int windowBytes() {
        return link.greeting().sendWindowBytes();
    }

    private void checkSize(final Destination destination, final OutgoingMessage message) throws BrokerException {
        final Link current = link;
        if (message.bodyLength() > current.greeting().maxMessageBytes()) {
            throw new BrokerException(
                    ErrorCodes.MESSAGE_TOO_LARGE,
                    "a message for " + destination + " has a body of " + message.bodyLength() + " bytes, the limit of "
                            + current + " is " + current.greeting().maxMessageBytes()
                            + ": send less or raise max-message-size there");
        }
    }

    private boolean hasRoom(final int recordBytes) {
        if (largeSender != null && largeSender != Thread.currentThread()) {
            return false;
        }
        // A record longer than the window goes alone.
        return pending.count() == 0 || pending.bytes() + recordBytes <= windowBytes();
    }

    private void awaitRoom(final Destination destination, final int recordBytes) throws BrokerException {
        long remainingNs = TimeUnit.MILLISECONDS.toNanos(sendTimeoutMs);
        waiting++;
        try {
            while (closed == null && !hasRoom(recordBytes)) {
                if (remainingNs <= 0) {
                    throw noRoom(destination);
                }
                if (recordBytes > windowBytes() / 2 && largeSender == null) {
                    largeSender = Thread.currentThread();
                }
                remainingNs = room.awaitNanos(remainingNs);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException(
                    BrokerException.INTERRUPTED, "interrupted while waiting to send to " + destination, e);
        } finally {
            waiting--;
            if (largeSender == Thread.currentThread()) {
                largeSender = null;
                room.signalAll();
            }
        }
    }

    private BrokerException noRoom(final Destination destination) {
        return new BrokerException(
                BrokerException.TIMEOUT,
                "a send to " + destination + " waited " + sendTimeoutMs + " ms for room in the send window: "
                        + pending.bytes() + " of " + windowBytes() + " bytes are unanswered by " + link
                        + "; see 'anser status' for a full disk or a slow broker, or raise sendTimeoutMs");
    }

    private void failIfClosed() throws BrokerException {
        if (closed != null) {
            throw BrokerException.reaching(closed);
        }
    }

    private SendBatch batchFor(final int recordBytes) {
        if (filling != null && !filling.takes(recordBytes)) {
            full.add(filling);
            filling = null;
        }
        if (filling == null) {
            final int capacity = Math.max(nextBatchBytes, SendBatch.HEADER_ROOM + recordBytes);
            filling = new SendBatch(link.connection().alloc().ioBuffer(capacity));
        }
        return filling;
    }

    /** Writes all that was sent so far. */
    void flush() {
        lock.lock();
        try {
            while (!full.isEmpty()) {
                flushing.add(full.remove());
            }
            if (filling != null && !filling.isEmpty()) {
                flushing.add(filling);
                filling = null;
            }
            adaptBatchSize();
        } finally {
            lock.unlock();
        }
        while (!flushing.isEmpty()) {
            final SendBatch batch = flushing.remove();
            final long last = keeps ? batch.lastSequence() : 0;
            final ByteBuf frames = batch.toFrames(headerScratch);
            if (keeps) {
                sentFrames.add(frames, last);
            }
            link.connection().writeFrame(frames);
        }
    }

    /**
     * The next batch is likely to be as long as the last one: little memory for one at a time, no growth under load.
     */
    private void adaptBatchSize() {
        if (flushing.isEmpty()) {
            return;
        }
        final int lastBytes = Math.max(SMALLEST_BATCH_BYTES, flushing.getFirst().bytes());
        nextBatchBytes = Math.min(SendBatch.MAX_BYTES, Integer.highestOneBit(2 * lastBytes - 1));
    }

    /** The broker refused some sends; their callbacks hear of it when it is their turn. */
    void refused(final SendingHeader.SendFailed failed) {
        final long last = failed.firstSequence() + failed.count() - 1;
        checkUnanswered(failed.firstSequence(), last);
        refusals.put(failed.firstSequence(), new Refusal(last, new BrokerException(failed.error(), failed.text())));
    }

    /** Every send up to this one is answered; said again it changes nothing. */
    void settled(final long upTo) {
        checkSent(upTo);
        complete(upTo, null);
        sentFrames.answered(upTo);
        while (!refusals.isEmpty() && refusals.firstEntry().getValue().last() <= upTo) {
            refusals.pollFirstEntry();
        }
    }

    private void checkUnanswered(final long first, final long last) {
        checkSent(last);
        lock.lock();
        try {
            if (first > last || first < pending.oldest()) {
                throw new MalformedFrameException("sends " + first + " to " + last
                        + " were refused, but the first unanswered one is " + pending.oldest());
            }
        } finally {
            lock.unlock();
        }
    }

    private void checkSent(final long sequence) {
        lock.lock();
        try {
            if (sequence >= pending.next()) {
                throw new MalformedFrameException(
                        "an answer to send " + sequence + ", but the last one was " + (pending.next() - 1));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Ends all sending: those waiting for room throw, every unanswered send fails, later ones throw. Of several calls
     * the first one gives the reason.
     */
    void fail(final BrokerException reason) {
        refuseFurther(reason);
        lock.lock();
        try {
            full.forEach(SendBatch::release);
            full.clear();
            if (filling != null) {
                filling.release();
                filling = null;
            }
        } finally {
            lock.unlock();
        }
        sentFrames.clear();
        complete(Long.MAX_VALUE, reason);
        refusals.clear();
    }

    // ---- Another connection

    /** The number of the first send that is not answered. */
    long firstUnanswered() {
        lock.lock();
        try {
            return pending.oldest();
        } finally {
            lock.unlock();
        }
    }

    /** While there is no connection: the numbers of the destinations that anything goes to which is not answered. */
    void destinations(final IntConsumer sink) {
        sentFrames.destinations(sink);
        lock.lock();
        try {
            full.forEach(batch -> batch.destinations(sink));
            if (filling != null) {
                filling.destinations(sink);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on with another connection: settles what the broker says of earlier sends, and sends the others again, in their
     * order and before any new one.
     *
     * @param changed the numbers of destinations that are others now, by all numbers that they ever had
     */
    void goOn(final Link next, final ResumeHeader.Resumed resumed, final Map<Integer, Integer> changed) {
        final long last;
        lock.lock();
        try {
            link = next;
            renumbered = Map.copyOf(changed);
            full.forEach(batch -> batch.renumber(this::numberOf));
            if (filling != null) {
                filling.renumber(this::numberOf);
            }
            last = pending.next() - 1;
            room.signalAll();
        } finally {
            lock.unlock();
        }
        final long stored = Math.min(resumed.stored(), last);
        refusals.clear();
        if (resumed.known() > 1) {
            refusals.put(1L, new Refusal(resumed.known() - 1, unknownFate()));
        }
        for (final ResumeHeader.SequenceRange each : resumed.refused()) {
            refusals.put(each.first(), new Refusal(each.first() + each.count() - 1, refusedUnheard()));
        }
        complete(stored, null);
        refusals.clear();
        sentFrames.again(stored, this::numberOf, next.connection().alloc(), (frames, lastOfThem) -> {
            sentFrames.add(frames, lastOfThem);
            next.connection().writeFrame(frames);
        });
    }

    private static BrokerException refusedUnheard() {
        return new BrokerException(
                ErrorCodes.RESOURCE_LIMIT,
                "the broker refused this message, and the reason was lost with the connection: it is not stored");
    }

    private static BrokerException unknownFate() {
        return new BrokerException(
                BrokerException.CONNECTION_LOST,
                "the connection was lost, and the broker does not know any more whether this message is stored");
    }

    /** Lets those who wait for room and those who come later fail with this reason; what was sent before goes on. */
    void refuseFurther(final BrokerException reason) {
        lock.lock();
        try {
            if (closed == null) {
                closed = reason;
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** How many sends are unanswered. */
    int unanswered() {
        lock.lock();
        try {
            return pending.count();
        } finally {
            lock.unlock();
        }
    }

    /** How many senders wait for room. */
    int waiting() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    private void complete(final long upTo, final @Nullable BrokerException reason) {
        int count;
        do {
            final long first;
            lock.lock();
            try {
                first = pending.oldest();
                count = pending.take(upTo, settled);
                if (waiting > 0 && pending.bytes() <= windowBytes() / 2) {
                    room.signalAll();
                }
            } finally {
                lock.unlock();
            }
            for (int i = 0; i < count; i++) {
                final SendCallback callback = settled[i];
                settled[i] = null;
                if (callback != null) {
                    complete(callback, first + i, reason);
                }
            }
        } while (count == SETTLED_AT_ONCE);
    }

    private void complete(final SendCallback callback, final long sequence, final @Nullable BrokerException lost) {
        final BrokerException reason = refusals.isEmpty() ? lost : refusalOr(lost, sequence);
        try {
            if (reason == null) {
                callback.stored(sequence);
            } else {
                callback.failed(sequence, reason);
            }
        } catch (RuntimeException e) {
            LOG.error("{}: the callback of send {} threw; going on with the next one", link, sequence, e);
        }
    }

    private @Nullable BrokerException refusalOr(final @Nullable BrokerException lost, final long sequence) {
        final Map.Entry<Long, Refusal> entry = refusals.floorEntry(sequence);
        return entry != null && sequence <= entry.getValue().last()
                ? entry.getValue().reason()
                : lost;
    }
}
