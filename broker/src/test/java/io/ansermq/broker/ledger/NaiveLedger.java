package io.ansermq.broker.ledger;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.Predicate;

/**
 * What a {@link Ledger} has to do, said as plainly as possible: one object per offset, every question answered by
 * looking at all of them.
 */
final class NaiveLedger {

    enum State {
        UNSEEN,
        LEASED,
        AVAILABLE,
        SETTLING,
        HELD,
        DONE
    }

    private static final class Slot {
        State state = State.UNSEEN;
        int consumer;
        long tag;
        int count;
        int unreported;
        boolean suspect;
    }

    private final long start;
    private final boolean kept;
    private final List<Slot> slots = new ArrayList<>();

    /** So many at the front are DONE for good, and not worth looking at. */
    private int settled;

    private long highWater;
    private long requested;
    private long reach;

    /** What became free again, in order. */
    final List<Long> returned = new ArrayList<>();

    NaiveLedger(final long start, final boolean kept) {
        this.start = start;
        this.kept = kept;
        highWater = kept ? start : Long.MAX_VALUE;
        requested = highWater;
    }

    long floor() {
        return firstWhere(offset -> state(offset) != State.DONE);
    }

    long cursor() {
        return firstWhere(offset -> state(offset) == State.UNSEEN);
    }

    long end() {
        return start + slots.size();
    }

    long highWater() {
        return highWater;
    }

    int inFlight() {
        return count(slot -> slot.state == State.LEASED);
    }

    int held() {
        return count(slot -> slot.state == State.HELD);
    }

    long backlog() {
        return count(slot -> slot.state != State.DONE);
    }

    State state(final long offset) {
        return slot(offset).state;
    }

    int deliveries(final long offset) {
        final Slot slot = slot(offset);
        return slot.count == 0 && slot.suspect ? 1 : slot.count;
    }

    void extend(final long newEnd) {
        while (end() < newEnd) {
            slots.add(new Slot());
        }
    }

    long nextAvailable() {
        final long released = firstWhere(offset -> state(offset) == State.AVAILABLE);
        if (released < end()) {
            return released;
        }
        final long cursor = cursor();
        return cursor < end() && cursor < highWater ? cursor : Ledger.NONE;
    }

    long lease(final int consumer, final long tag) {
        final long offset = nextAvailable();
        if (offset != Ledger.NONE) {
            slot(offset).state = State.LEASED;
            slot(offset).consumer = consumer;
            slot(offset).tag = tag;
        }
        return offset;
    }

    boolean isFree(final long offset) {
        return offset >= start && offset < end() && (state(offset) == State.UNSEEN || state(offset) == State.AVAILABLE);
    }

    boolean lease(final long offset, final int consumer, final long tag) {
        if (offset >= highWater) {
            return false;
        }
        slot(offset).state = State.LEASED;
        slot(offset).consumer = consumer;
        slot(offset).tag = tag;
        return true;
    }

    void reach(final long offset) {
        reach = Math.max(reach, offset + 1);
    }

    long wantedHighWater() {
        final long needed = Math.max(cursor(), reach);
        if (!kept || requested - needed > 512) {
            return Ledger.NONE;
        }
        requested = needed + 1536;
        return requested;
    }

    void highWater(final long value) {
        requested = value < highWater ? value : Math.max(requested, value);
        highWater = value;
    }

    /** Everything is decided: the high water below which alone there may be deliveries that are not counted. */
    long finalHighWater() {
        long inDoubt = floor();
        for (long offset = floor(); offset < end(); offset++) {
            if (slot(offset).state == State.LEASED || slot(offset).state == State.HELD) {
                return Ledger.NONE;
            }
            inDoubt = slot(offset).suspect ? offset + 1 : inDoubt;
        }
        return kept && inDoubt < highWater ? inDoubt : Ledger.NONE;
    }

    long acknowledge(final int consumer, final long first, final long last, final List<Long> accepted) {
        long refused = 0;
        for (long offset = first; offset <= last; offset++) {
            if (offset < start) {
                continue;
            }
            if (offset >= end() || state(offset) == State.UNSEEN) {
                refused++;
            } else if (state(offset) == State.LEASED && slot(offset).consumer != consumer) {
                refused++;
            } else if (state(offset) == State.LEASED || state(offset) == State.AVAILABLE) {
                slot(offset).state = State.SETTLING;
                accepted.add(offset);
            }
        }
        return refused;
    }

    void done(final long first, final long last) {
        for (long offset = Math.max(first, start); offset <= last; offset++) {
            slot(offset).state = State.DONE;
            slot(offset).count = 0;
            slot(offset).unreported = 0;
        }
        while (settled < slots.size() && slots.get(settled).state == State.DONE) {
            settled++;
        }
    }

    int reportedDeliveries(final long offset) {
        return deliveries(offset) - unreported(offset);
    }

    private int unreported(final long offset) {
        final Slot slot = slot(offset);
        return slot.count == 0 && slot.suspect ? 1 : slot.unreported;
    }

    /** As a NACK record has it. */
    int packedCount(final long offset) {
        return deliveries(offset) + 65_536 * unreported(offset);
    }

    private void delivered(final long offset, final boolean reported) {
        final int unreported = unreported(offset) + (reported ? 0 : 1);
        slot(offset).count = deliveries(offset) + 1;
        slot(offset).unreported = unreported;
    }

    int release(final int consumer, final long handedTag, final long seenTag, final List<Long> counted) {
        int released = 0;
        final long cursor = cursor();
        for (long offset = start; offset < end(); offset++) {
            final Slot slot = slot(offset);
            if (slot.state == State.LEASED && slot.consumer == consumer) {
                released++;
                slot.state = offset < cursor ? State.AVAILABLE : State.UNSEEN;
                returned.add(offset);
                if (slot.tag <= seenTag) {
                    delivered(offset, slot.tag <= handedTag);
                    counted.add(offset);
                }
            }
        }
        return released;
    }

    boolean isLeasedBy(final int consumer, final long first, final long last) {
        for (long offset = first; offset <= last; offset++) {
            if (offset < start
                    || offset >= end()
                    || state(offset) != State.LEASED
                    || slot(offset).consumer != consumer) {
                return false;
            }
        }
        return true;
    }

    void hold(final long first, final long last) {
        for (long offset = Math.max(first, start); offset <= last; offset++) {
            final Slot slot = slot(offset);
            slot.state = slot.state == State.DONE ? State.DONE : State.HELD;
        }
    }

    void giveBack(final long first, final long last, final List<Long> back) {
        final long cursor = cursor();
        for (long offset = Math.max(first, start); offset <= last; offset++) {
            final Slot slot = slot(offset);
            if (slot.state == State.HELD) {
                slot.state = offset < cursor ? State.AVAILABLE : State.UNSEEN;
                back.add(offset);
                returned.add(offset);
            }
        }
    }

    void countDelivery(final long offset) {
        delivered(offset, true);
    }

    void recordDeliveries(final long offset, final int count) {
        final Slot slot = slot(offset);
        if (slot.state != State.DONE) {
            slot.count = Math.max(slot.count, count % 65_536);
            slot.unreported = Math.max(slot.unreported, count / 65_536);
        }
    }

    void recovered() {
        for (long offset = start; offset < end(); offset++) {
            final Slot slot = slot(offset);
            slot.state = slot.state == State.DONE || slot.state == State.HELD ? slot.state : State.UNSEEN;
            slot.suspect = offset < highWater;
        }
    }

    private int count(final Predicate<Slot> condition) {
        int count = 0;
        for (final Slot slot : slots.subList(settled, slots.size())) {
            if (condition.test(slot)) {
                count++;
            }
        }
        return count;
    }

    private Slot slot(final long offset) {
        return slots.get((int) (offset - start));
    }

    private long firstWhere(final LongPredicate condition) {
        long offset = start + settled;
        while (offset < end() && !condition.test(offset)) {
            offset++;
        }
        return offset;
    }
}
