package io.ansermq.remoting.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Administration of dead letters. */
public sealed interface DeadLetterHeader extends ControlHeader {

    // ---- Dead letters: 0x5030 to 0x5037

    /**
     * C to B: what lies in a dead letter or expiry queue, from a place on; answered by {@link DeadLetters} or
     * {@link ConnectionHeader.Failure}.
     *
     * @param queue the name of the queue
     * @param lane where to go on: {@link DeadLetters#nextLane}, 0 at first
     * @param offset where to go on: {@link DeadLetters#nextOffset}, 0 at first
     */
    record ListDeadLetters(String queue, int lane, long offset) implements DeadLetterHeader {
        public static final int CODE = 0x5030;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * One message of {@link DeadLetters}; what it does not say of itself is empty or 0.
     *
     * @param timeEpochMs when it was moved there
     * @param sizeBytes of its record
     */
    record DeadLetter(
            String messageId, String origin, String reason, long timeEpochMs, int deliveries, int sizeBytes) {}

    /** B to C: some messages of a dead letter queue. {@code nextLane} is -1 when there are no more. */
    record DeadLetters(List<DeadLetter> letters, int nextLane, long nextOffset) implements DeadLetterHeader {
        public static final int CODE = 0x5031;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** What is done with dead letters. */
    enum DeadLetterAction {
        /** They go back to where they came from. */
        RETRY,
        /** They are gone. */
        PURGE
    }

    /**
     * C to B: takes messages out of a dead letter or expiry queue that no consumer has now, from a place on; answered by
     * {@link DeadLettersSettled} when that is stored, or {@link ConnectionHeader.Failure}.
     *
     * @param origin only those that came from there ({@code queue://name}, {@code topic://name}); null for all
     * @param messageId only this one; null for all
     */
    record SettleDeadLetters(
            DeadLetterAction action,
            String queue,
            @Nullable String origin,
            @Nullable String messageId,
            int lane,
            long offset)
            implements DeadLetterHeader {
        public static final int CODE = 0x5032;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: so many messages were taken out; {@code nextLane} is -1 when all of the queue was looked at. */
    record DeadLettersSettled(int count, int nextLane, long nextOffset) implements DeadLetterHeader {
        public static final int CODE = 0x5033;

        @Override
        public int code() {
            return CODE;
        }
    }
}
