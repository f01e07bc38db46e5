package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.ResumeHeader.Resumed;
import io.ansermq.remoting.protocol.ResumeHeader.SequenceRange;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which sends of which clients are stored, so that a client that lost an answer with its connection, or with the broker,
 * learns what it was. Owned by the core agent (before it starts, by the thread that recovers).
 *
 * <p>A fold over the log: each message says which send of which producer it is ({@link MessageLayout#producerStamp}), a
 * PRODUCER record says which session of a client a producer is. Sends come in the order of their numbers, so what is missing
 * below the highest stored one was refused.
 *
 * <p>Sessions without a connection are forgotten after {@value #IDLE_MS} ms of the broker's time, or the longest idle ones
 * when there are more than {@value #MAX_IDLE}.
 */
final class Producers {

    /** Most sessions without a connection that are remembered. */
    static final int MAX_IDLE = 65_536;

    /** How long a session without a connection is remembered: one day. */
    static final long IDLE_MS = 86_400_000L;

    /** Runs of refused sends that are remembered of one session; of more, the oldest are not known any more. */
    static final int MAX_REFUSED = 1_024;

    private static final byte IMAGE_VERSION = 1;

    /** One session of a client. */
    static final class Producer {
        private final String session;
        private @Nullable ClientLink link;
        private long idleSinceEpochMs;

        /** By which its messages name it; 0 as long as it has sent none. */
        private int number;

        /** The last send that is stored. */
        private long stored;

        /** From which send on the refused ones are known. */
        private long known = 1;

        private final ArrayDeque<SequenceRange> refused = new ArrayDeque<>(0);

        private Producer(final String session) {
            this.session = session;
        }

        String session() {
            return session;
        }

        int number() {
            return number;
        }

        /** Whether this send is stored, or was refused. */
        boolean isSettled(final long sequence) {
            return sequence <= stored;
        }

        /** The send is stored; told again it changes nothing. */
        void stored(final long sequence) {
            if (sequence <= stored) {
                return;
            }
            if (sequence > stored + 1) {
                refused.add(new SequenceRange(stored + 1, (int) Math.min(Integer.MAX_VALUE, sequence - stored - 1)));
                if (refused.size() > MAX_REFUSED) {
                    final SequenceRange oldest = refused.remove();
                    known = oldest.first() + oldest.count();
                }
            }
            stored = sequence;
        }

        private Resumed resumed(final long firstUnanswered) {
            while (!refused.isEmpty()
                    && refused.element().first() + refused.element().count() <= firstUnanswered) {
                refused.remove();
            }
            return new Resumed(known, stored, List.copyOf(refused));
        }
    }

    private final LongSupplier epochMs;
    private final Map<String, Producer> bySession = new HashMap<>();
    private final Int2ObjectHashMap<Producer> byNumber = new Int2ObjectHashMap<>();

    /** Those without a connection, the one that has had none for longest first. */
    private final LinkedHashMap<String, Producer> idle = new LinkedHashMap<>();

    private int lastNumber;

    Producers(final LongSupplier epochMs) {
        this.epochMs = epochMs;
    }

    // ---- Connections

    /**
     * A connection of this session begins.
     *
     * @return the connection that had the session so far, which is to be ended; null when there is none
     */
    @Nullable
    ClientLink attach(final ClientLink link, final String session) {
        final Producer producer = bySession.computeIfAbsent(session, Producer::new);
        final ClientLink before = producer.link;
        idle.remove(session);
        producer.link = link;
        link.producer = producer;
        return before == link ? null : before;
    }

    /** A connection ends; its session may come back on another one. */
    void detach(final ClientLink link) {
        final Producer producer = link.producer;
        if (producer == null || producer.link != link) {
            return;
        }
        producer.link = null;
        if (producer.number == 0) {
            bySession.remove(producer.session);
        } else {
            rest(producer);
        }
    }

    /** An orderly goodbye: the session does not come back. */
    void forget(final ClientLink link) {
        final Producer producer = link.producer;
        if (producer != null && producer.link == link) {
            producer.link = null;
            remove(producer);
        }
    }

    private void rest(final Producer producer) {
        producer.idleSinceEpochMs = epochMs.getAsLong();
        idle.put(producer.session, producer);
        while (!idle.isEmpty()) {
            final Producer eldest = idle.values().iterator().next();
            if (idle.size() <= MAX_IDLE && producer.idleSinceEpochMs - eldest.idleSinceEpochMs < IDLE_MS) {
                return;
            }
            idle.remove(eldest.session);
            remove(eldest);
        }
    }

    private void remove(final Producer producer) {
        bySession.remove(producer.session, producer);
        byNumber.remove(producer.number, producer);
    }

    /** What became of a session's sends. Right once all that it has sent on earlier connections is committed. */
    Resumed resumed(final ClientLink link, final long firstUnanswered) {
        final Producer producer = link.producer;
        return producer == null ? new Resumed(1, 0, List.of()) : producer.resumed(firstUnanswered);
    }

    // ---- Sending

    /** The number that the next producer takes; {@link #named} gives it to one. */
    int nextNumber() {
        int number = lastNumber;
        do {
            number = number == MessageLayout.MAX_PRODUCER ? 1 : number + 1;
        } while (byNumber.containsKey(number));
        return number;
    }

    /** From now on messages name this producer by this number. */
    void named(final Producer producer, final int number) {
        producer.number = number;
        lastNumber = number;
        byNumber.put(number, producer);
    }

    // ---- Folding

    /** A PRODUCER record. */
    void fold(final int number, final String session, final long sequence) {
        final Producer before = byNumber.get(number);
        if (before != null && !before.session.equals(session)) {
            idle.remove(before.session);
            remove(before);
        }
        Producer producer = bySession.get(session);
        if (producer == null) {
            producer = new Producer(session);
            bySession.put(session, producer);
            rest(producer);
        }
        if (producer.number != number) {
            named(producer, number);
        }
        if (sequence > 0) {
            producer.stored(sequence);
        }
    }

    /** The stamp of a stored message, or 0. */
    void fold(final long stamp) {
        final int number = MessageLayout.producerOf(stamp);
        final Producer producer = number == 0 ? null : byNumber.get(number);
        if (producer != null) {
            producer.stored(MessageLayout.sequenceOf(stamp));
        }
    }

    // ---- State image

    /** One entry for each session that has sent something. */
    List<ByteBuffer> entries() {
        final List<ByteBuffer> entries = new ArrayList<>();
        for (final Producer producer : bySession.values()) {
            if (producer.number != 0) {
                entries.add(encode(producer));
            }
        }
        return entries;
    }

    private static ByteBuffer encode(final Producer producer) {
        final byte[] session = producer.session.getBytes(StandardCharsets.UTF_8);
        final ByteBuffer out = ByteBuffer.allocate(
                1 + 4 + 4 + session.length + 8 + 8 + 4 + producer.refused.size() * (Long.BYTES + Integer.BYTES));
        out.put(IMAGE_VERSION).putInt(producer.number).putInt(session.length).put(session);
        out.putLong(producer.stored).putLong(producer.known).putInt(producer.refused.size());
        producer.refused.forEach(each -> out.putLong(each.first()).putInt(each.count()));
        return out.flip();
    }

    /** Takes in what {@link #entries} gave. */
    void load(final ByteBuffer entry) {
        if (entry.get() != IMAGE_VERSION) {
            throw new IllegalArgumentException("the state image has producers of a version that this one does not know:"
                    + " start the version that wrote it");
        }
        final int number = entry.getInt();
        final byte[] session = new byte[entry.getInt()];
        entry.get(session);
        fold(number, new String(session, StandardCharsets.UTF_8), 0);
        final Producer producer = byNumber.get(number);
        producer.stored = entry.getLong();
        producer.known = entry.getLong();
        for (int left = entry.getInt(); left > 0; left--) {
            producer.refused.add(new SequenceRange(entry.getLong(), entry.getInt()));
        }
    }
}
