package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TransactionSends;
import io.ansermq.broker.ledger.TxTable;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The keeper of messages that lie in the log for transactions which are not decided. Owned by the core agent.
 *
 * <p>A message is named by where it stands: key 0, and its position as the offset.
 */
final class KeptTransactions implements Retained {

    private record Place(Transaction transaction, int index) {}

    private final TxTable table;

    /** Where the messages stood that the last walk found. */
    private final Long2ObjectHashMap<Place> places = new Long2ObjectHashMap<>();

    KeptTransactions(final TxTable table) {
        this.table = table;
    }

    @Override
    public int number() {
        return TRANSACTIONS;
    }

    @Override
    public long oldestWanted() {
        return table.oldestPosition();
    }

    @Override
    public Walk walk() {
        places.clear();
        return new TransactionWalk(new ArrayList<>(table.all()));
    }

    @Override
    public boolean isWanted(final long key, final long offset, final long position) {
        return find(position) != null;
    }

    @Override
    public void moved(final long key, final long offset, final long from, final long to) {
        final Place place = find(from);
        if (place != null) {
            place.transaction.sends().moved(place.index, to);
            places.remove(from);
        }
    }

    private @Nullable Place find(final long position) {
        final Place known = places.get(position);
        if (known != null) {
            return standsAt(known, position) ? known : null;
        }
        // In a replay nobody has walked.
        for (final Transaction each : table.all()) {
            for (int i = 0; i < each.sends().size(); i++) {
                if (each.sends().position(i) == position) {
                    return new Place(each, i);
                }
            }
        }
        return null;
    }

    private boolean standsAt(final Place place, final long position) {
        final TransactionSends sends = place.transaction.sends();
        return table.find(place.transaction.id()) == place.transaction
                && place.index < sends.size()
                && sends.position(place.index) == position;
    }

    private final class TransactionWalk implements Walk {
        private final List<Transaction> all;
        private int transaction;
        private int index;

        private TransactionWalk(final List<Transaction> all) {
            this.all = all;
        }

        @Override
        public boolean advance(final int entries, final Visitor visitor) {
            int left = entries;
            while (left > 0) {
                if (transaction == all.size()) {
                    return true;
                }
                final Transaction current = all.get(transaction);
                final TransactionSends sends = current.sends();
                if (table.find(current.id()) != current || current.isHeuristic() || index >= sends.size()) {
                    transaction++;
                    index = 0;
                    left--;
                    continue;
                }
                final long position = sends.position(index);
                places.put(position, new Place(current, index));
                final boolean goOn = visitor.wanted(0, position, position, sends.sizeBytes(index));
                index++;
                left = goOn ? left - 1 : 0;
            }
            return false;
        }
    }
}
