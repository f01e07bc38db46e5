package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Local and XA transactions. */
public sealed interface TransactionHeader extends ControlHeader {

    /** How many of the records that follow go to one destination, before those for the next one. */
    record RecordRun(int destination, int count) {}

    /** What the headers that bring work of a transaction have in common; the records of {@link #runs} are the body. */
    sealed interface TransactionWork {
        /** Whose work it is. */
        TransactionId transaction();

        /** Where the records go, in their order. */
        List<RecordRun> runs();

        /** What the transaction has received, of consumers of this connection. */
        List<ConsumerAck> acks();
    }

    /**
     * C to B: commits a transaction, with the rest or all of its work. {@code onePhase} says that it was not prepared.
     * Answered by {@link ConnectionHeader.Done} once it is stored, or by {@link ConnectionHeader.Failure}: then nothing of it has happened, and with
     * {@link ErrorCodes#TRANSACTION_ROLLED_BACK} nothing ever will.
     */
    record Commit(TransactionId transaction, boolean onePhase, List<RecordRun> runs, List<ConsumerAck> acks)
            implements TransactionHeader, TransactionWork {
        public static final int CODE = 0x5038;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: undoes a transaction, prepared or not; answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}. */
    record Rollback(TransactionId transaction) implements TransactionHeader {
        public static final int CODE = 0x5039;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: makes a branch, with the rest or all of its work, ready for either outcome, whatever happens to client and
     * broker until then. Answered by {@link Prepared} once that is stored, or by {@link ConnectionHeader.Failure}: then it is rolled back.
     */
    record Prepare(TransactionId transaction, List<RecordRun> runs, List<ConsumerAck> acks)
            implements TransactionHeader, TransactionWork {
        public static final int CODE = 0x503A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code readOnly}: there was no work, so the branch is forgotten already. */
    record Prepared(boolean readOnly) implements TransactionHeader {
        public static final int CODE = 0x503B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: some work of a transaction ahead of its end, because it is more than the client keeps. Answered by
     * {@link ConnectionHeader.Done} when it is in the log, or by {@link ConnectionHeader.Failure}. If {@code timeoutMs} is not 0, the transaction can only be
     * rolled back when it is not prepared or committed so long after the first part that says so.
     */
    record TransactionPart(TransactionId transaction, int timeoutMs, List<RecordRun> runs, List<ConsumerAck> acks)
            implements TransactionHeader, TransactionWork {
        public static final int CODE = 0x503C;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** How a transaction ended, as far as is known. */
    enum TransactionState {
        /** Never heard of, or ended long ago; if it was not committed before, it never will be. */
        UNKNOWN,
        ACTIVE,
        /** Cannot be committed any more. */
        ROLLBACK_ONLY,
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        /** By the administrator, against or ahead of the transaction manager. */
        HEURISTICALLY_COMMITTED,
        /** By the administrator, against or ahead of the transaction manager. */
        HEURISTICALLY_ROLLED_BACK
    }

    /**
     * C to B, after an answer did not come: what became of a transaction? Answered by {@link TransactionStatus}. From
     * then on a local one that was not committed cannot be committed any more, so the answer is final.
     */
    record GetTransactionStatus(TransactionId transaction) implements TransactionHeader {
        public static final int CODE = 0x503D;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. */
    record TransactionStatus(TransactionState state) implements TransactionHeader {
        public static final int CODE = 0x503E;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the branches that wait for their transaction manager, prepared or heuristically completed. Answered by
     * {@link Recovered}. {@code after} continues a list that did not fit one answer.
     */
    record Recover(@Nullable TransactionId after) implements TransactionHeader {
        public static final int CODE = 0x503F;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C: branches in the order of their names; {@code more} when the list goes on behind the last one. */
    record Recovered(List<TransactionId> transactions, boolean more) implements TransactionHeader {
        public static final int CODE = 0x5040;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: the transaction manager knows of a heuristic outcome; answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}. */
    record Forget(TransactionId transaction) implements TransactionHeader {
        public static final int CODE = 0x5041;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B, for administrators: all transactions; {@code after} as in {@link Recover}. */
    record ListTransactions(@Nullable TransactionId after) implements TransactionHeader {
        public static final int CODE = 0x5042;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * One transaction of {@link Transactions}: how many messages it sends and has received, the bytes of the former, and
     * from which position on it keeps the log.
     */
    record TransactionInfo(
            TransactionId transaction,
            TransactionState state,
            long sinceEpochMs,
            long sends,
            long sendBytes,
            long acknowledgements,
            long oldestPosition) {}

    /** B to C: as {@link Recovered}, but all kinds. */
    record Transactions(List<TransactionInfo> transactions, boolean more) implements TransactionHeader {
        public static final int CODE = 0x5043;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: an administrator decides for the transaction manager. A prepared branch is completed heuristically, one that
     * is not prepared can only be rolled back. Answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}.
     */
    record Resolve(TransactionId transaction, boolean commit) implements TransactionHeader {
        public static final int CODE = 0x5044;

        @Override
        public int code() {
            return CODE;
        }
    }
}
