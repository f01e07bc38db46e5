package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.TransactionRecord;
import java.util.ArrayList;
import java.util.List;

/** What one transaction has received: offsets by ledger, in no order of ledgers. Owned by the core agent. */
public final class TransactionAcks implements TransactionRecord.Acks {

    private record LedgerOffsets(long ledger, RangeSet offsets) {}

    private final List<LedgerOffsets> all = new ArrayList<>(1);

    /** Nothing yet. */
    public TransactionAcks() {}

    /** Adds offsets of a ledger. */
    public void add(final long ledger, final long first, final long last) {
        of(ledger).range(first, last);
    }

    private RangeSet of(final long ledger) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).ledger == ledger) {
                return all.get(i).offsets;
            }
        }
        final LedgerOffsets created = new LedgerOffsets(ledger, new RangeSet());
        all.add(created);
        return created.offsets;
    }

    /** Adds all that another transaction's part has. */
    public void addAll(final TransactionAcks others) {
        others.all.forEach(each -> each.offsets.forEach((first, last) -> add(each.ledger, first, last)));
    }

    /** Forgets all of them. */
    public void clear() {
        all.clear();
    }

    /** How many offsets there are. */
    public long count() {
        long sum = 0;
        for (final LedgerOffsets each : all) {
            sum += each.offsets.offsets();
        }
        return sum;
    }

    @Override
    public int ledgers() {
        return all.size();
    }

    @Override
    public long ledger(final int index) {
        return all.get(index).ledger;
    }

    @Override
    public RangeSet ranges(final int index) {
        return all.get(index).offsets;
    }
}
