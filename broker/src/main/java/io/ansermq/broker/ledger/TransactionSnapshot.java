package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * A walk over what a state image must have of the transactions, some entries at a time. Owned by the core agent.
 *
 * <p>Transactions go on meanwhile. What has ended since the walk began is still told as it was when its end was not yet
 * applied: the record that ended it lies behind the image's position and is replayed, and it is complete in itself.
 */
public final class TransactionSnapshot {

    /** Takes one entry of a state image. */
    public interface Sink {
        /** A transaction that is prepared or heuristically completed, as the record of this kind says it. */
        void transaction(int kind, Transaction transaction);

        /** A transaction that is over, as a record without contents of this kind says it. */
        void finished(int kind, TransactionId id);
    }

    private final Iterator<Transaction> transactions;
    private final Iterator<Map.Entry<TransactionId, TxTable.Finished>> finished;
    private final Iterator<Map.Entry<String, TxTable.Session>> sessions;

    TransactionSnapshot(
            final List<Transaction> transactions,
            final List<Map.Entry<TransactionId, TxTable.Finished>> finished,
            final List<Map.Entry<String, TxTable.Session>> sessions) {
        this.transactions = transactions.iterator();
        this.finished = finished.iterator();
        this.sessions = sessions.iterator();
    }

    /** Hands out at most {@code limit} entries; returns whether there are more. */
    public boolean addTo(final Sink sink, final int limit) {
        int left = limit;
        for (; left > 0 && transactions.hasNext(); left--) {
            add(transactions.next(), sink);
        }
        for (; left > 0 && finished.hasNext(); left--) {
            final Map.Entry<TransactionId, TxTable.Finished> each = finished.next();
            if (each.getValue().logged()) {
                sink.finished(
                        each.getValue().committed() ? ControlRecord.TX_COMMIT : ControlRecord.TX_ABORT, each.getKey());
            }
        }
        for (; left > 0 && sessions.hasNext(); left--) {
            final Map.Entry<String, TxTable.Session> each = sessions.next();
            final long committed = each.getValue().loggedCommitted;
            if (committed >= 0) {
                sink.finished(ControlRecord.TX_COMMIT, new TransactionId(each.getKey() + ':' + committed));
            }
        }
        return transactions.hasNext() || finished.hasNext() || sessions.hasNext();
    }

    private static void add(final Transaction each, final Sink sink) {
        final TransactionState logged = each.logged();
        if (logged == null) {
            return;
        }
        sink.transaction(
                switch (logged) {
                    case HEURISTICALLY_COMMITTED -> ControlRecord.TX_COMMIT;
                    case HEURISTICALLY_ROLLED_BACK -> ControlRecord.TX_ABORT;
                    default -> ControlRecord.TX_PREPARE;
                },
                each);
    }
}
