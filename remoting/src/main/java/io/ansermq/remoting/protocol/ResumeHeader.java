package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.List;

/** What a session that comes back over a new connection asks and tells. */
public sealed interface ResumeHeader extends ControlHeader {

    /**
     * C to B, of a session that has come back: what became of its sends from {@code firstUnanswered} on? Answered by
     * {@link Resumed} once all of them that the broker has are stored; from then on the session's earlier connections send
     * nothing more.
     */
    record Resume(long firstUnanswered) implements ResumeHeader {
        public static final int CODE = 0x5060;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C. Of the sends up to {@code stored} all are stored but the {@code refused} ones; later ones never came. Below
     * {@code known} nothing is known, and at all when that is beyond {@code stored}: {@code known} is 1 and {@code stored}
     * 0 of a session that the broker has never had a send of, or has forgotten.
     */
    record Resumed(long known, long stored, List<SequenceRange> refused) implements ResumeHeader {
        public static final int CODE = 0x5061;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** {@code count} sends from {@code first} on. */
    record SequenceRange(long first, int count) {}

    /**
     * C to B: acknowledgements that an earlier connection of the session may not have brought, of messages that were
     * delivered when {@code run} was the broker's. Accepted for messages that nobody else has; for nothing else, in particular
     * not for messages that have taken the place of others which a crash of the machine has lost. Answered by {@link ConsumingHeader.AckDone}.
     */
    record AcknowledgeAgain(int consumer, long run, List<OffsetRange> ranges) implements ResumeHeader {
        public static final int CODE = 0x5062;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: answered by {@link ConnectionHeader.Done} once all acknowledgements before it are written, if not forced to the disk. */
    record Mark() implements ResumeHeader {
        public static final int CODE = 0x5064;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the temporary destination of this name once more, which the session had; empty if it has ended meanwhile.
     * Answered by {@link DestinationHeader.DestinationOpened} or {@link ConnectionHeader.Failure}.
     */
    record RestoreTemporary(DestinationKind kind, String name) implements ResumeHeader {
        public static final int CODE = 0x5063;

        @Override
        public int code() {
            return CODE;
        }
    }
}
