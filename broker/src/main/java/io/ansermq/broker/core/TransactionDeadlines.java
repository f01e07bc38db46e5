package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Transaction;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Until when transactions that are not prepared may go on, for those whose clients have said so. Owned by the core agent. */
final class TransactionDeadlines {

    private record Deadline(long epochMs, Transaction transaction) implements Comparable<Deadline> {
        @Override
        public int compareTo(final Deadline other) {
            final int order = Long.compare(epochMs, other.epochMs);
            return order == 0
                    ? transaction.id().text().compareTo(other.transaction.id().text())
                    : order;
        }
    }

    private final TreeSet<Deadline> byTime = new TreeSet<>();
    private final Map<Transaction, Deadline> known = new HashMap<>();

    /** The first one that is set counts. */
    void set(final Transaction transaction, final long epochMs) {
        if (!known.containsKey(transaction)) {
            final Deadline deadline = new Deadline(epochMs, transaction);
            known.put(transaction, deadline);
            byTime.add(deadline);
        }
    }

    /** The transaction is prepared or over. */
    void remove(final Transaction transaction) {
        final Deadline deadline = known.remove(transaction);
        if (deadline != null) {
            byTime.remove(deadline);
        }
    }

    /** Removes and returns one whose time is up, or null. */
    @Nullable
    Transaction takeOverdue(final long nowEpochMs) {
        if (byTime.isEmpty() || byTime.first().epochMs > nowEpochMs) {
            return null;
        }
        final Transaction overdue = byTime.first().transaction;
        remove(overdue);
        return overdue;
    }
}
