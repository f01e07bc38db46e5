package io.ansermq.remoting.protocol;

/** Messages on their way to the broker, and the parts of large ones. */
public sealed interface SendingHeader extends ControlHeader {

    /**
     * C to B: {@code count} records follow as the body, all for one destination; their sequence numbers on this
     * connection are {@code firstSequence} and up, without gaps from one Send to the next.
     */
    record Send(long firstSequence, int count, int destination) implements SendingHeader {
        public static final int CODE = 0x5005;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: every send of this connection up to and including {@code upToSequence} is settled; those not named by a
     * {@link SendFailed} are stored at the level they asked for.
     */
    record SendDone(long upToSequence) implements SendingHeader {
        public static final int CODE = 0x5006;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: these sends were refused and left no trace; always ahead of the {@link SendDone} that covers them. */
    record SendFailed(long firstSequence, int count, int error, String text) implements SendingHeader {
        public static final int CODE = 0x5007;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B, with a body: a part of the body of a message that is too long for one record. Answered by {@link PartPut}
     * when it is written. The parts of one {@code upload}, a number of the client's choice, are kept until the connection
     * ends or a message with their {@link LargeBody} is sent, and then as long as that message.
     *
     * @param key a random number of the client's choice, not negative: who does not know it does not get the part, so a
     *     message can list parts of nobody but its sender, and only those read them who were delivered the list
     */
    record PutPart(int upload, long key) implements SendingHeader {
        public static final int CODE = 0x5059;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: where the part stands in the log. */
    record PartPut(long position) implements SendingHeader {
        public static final int CODE = 0x505A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: the part at this position, please; answered by {@link Part} or {@link ConnectionHeader.Failure}. */
    record GetPart(long position, long key) implements SendingHeader {
        public static final int CODE = 0x505B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C, with a body: the part that was asked for. */
    record Part() implements SendingHeader {
        public static final int CODE = 0x505C;

        @Override
        public int code() {
            return CODE;
        }
    }
}
