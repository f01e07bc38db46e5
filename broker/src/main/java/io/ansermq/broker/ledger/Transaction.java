package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.TransactionHeader.TransactionInfo;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.protocol.TransactionRecord;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of which the broker has work, or an outcome that its owner must still hear of. Owned by the core agent;
 * changed by the {@link TxTable} alone.
 */
public final class Transaction {

    /** For those whom only the other half of a record concerns. */
    public static final TransactionRecord.SendVisitor NO_SENDS =
            (position, size, destination, lane, offset, expirySec, tagsCode, bits, dueEpochMs) -> {};

    private final TransactionId id;
    private final TransactionSends sends = new TransactionSends();
    private final TransactionAcks acks = new TransactionAcks();
    private long sinceEpochMs;

    /** What counts for decisions: records that are sequenced have happened. */
    private TransactionState state = TransactionState.ACTIVE;

    /** What a state image says: records that are committed have happened; null before the first. */
    private @Nullable TransactionState logged;

    private String reason = "";

    Transaction(final TransactionId id, final long sinceEpochMs) {
        this.id = id;
        this.sinceEpochMs = sinceEpochMs;
    }

    /** Its name. */
    public TransactionId id() {
        return id;
    }

    /** Its messages in the log, which nobody sees. */
    public TransactionSends sends() {
        return sends;
    }

    /** What it holds. */
    public TransactionAcks acks() {
        return acks;
    }

    /** Where it stands. */
    public TransactionState state() {
        return state;
    }

    /** Why it can only be rolled back; empty when that is not so. */
    public String reason() {
        return reason;
    }

    /** When it came into its state. */
    public long sinceEpochMs() {
        return sinceEpochMs;
    }

    /** What an administrator is told. */
    public TransactionInfo info() {
        final boolean over = isHeuristic();
        return new TransactionInfo(
                id,
                state,
                sinceEpochMs,
                over ? 0 : sends.size(),
                over ? 0 : sends.bytes(),
                over ? 0 : acks.count(),
                over || sends.size() == 0 ? 0 : sends.oldestPosition());
    }

    /** Whether an administrator has completed it. */
    public boolean isHeuristic() {
        return state == TransactionState.HEURISTICALLY_COMMITTED || state == TransactionState.HEURISTICALLY_ROLLED_BACK;
    }

    /** Whether nothing is there that a commit could do. */
    public boolean isEmpty() {
        return sends.size() == 0 && acks.ledgers() == 0;
    }

    void state(final TransactionState newState, final long epochMs) {
        state = newState;
        sinceEpochMs = epochMs;
    }

    void rollbackOnly(final String why, final long epochMs) {
        reason = why;
        state(TransactionState.ROLLBACK_ONLY, epochMs);
    }

    @Nullable
    TransactionState logged() {
        return logged;
    }

    void logged(final TransactionState newState) {
        logged = newState;
    }

    @Override
    public String toString() {
        return "transaction " + id + " (" + state + ", " + sends.size() + " sends, " + acks.count() + " received)";
    }
}
