package io.ansermq.broker.ledger;

/**
 * The delivery state machine of one subscription on one lane: which offsets are done, which are with a consumer, which
 * comes next. Owned by the core agent (before it starts, by the thread that recovers the broker).
 *
 * <pre>
 *            lease              acknowledge              done
 *   UNSEEN ---------> LEASED ----------------> SETTLING ------> DONE
 *                      |  ^                       ^
 *              release |  | lease                 | acknowledge
 *                      v  |                       |
 *                    AVAILABLE -------------------+
 *                       ^                         ^
 *              giveBack |   HELD <--- hold        | done
 *                       +----+--------------------+
 *
 *   DONE DONE | . L D D L A . D L L S S S | U U U U U U U
 *           floor                      cursor           end
 * </pre>
 *
 * Below {@code floor} all is DONE, from {@code cursor} on all is UNSEEN (or DONE, after a restart). In between there is
 * a set of DONE offsets, a set of AVAILABLE ones and a table of leases; what is in none of them is SETTLING: its
 * acknowledgement was accepted and its record is under way. A consumer with a selector leases beyond the cursor, which
 * leaves such offsets out when it comes by; a set of its own says which they are. Only leases are limited in number, never the distance from
 * floor to cursor: one message that nobody settles does not hold up the others.
 *
 * <p>Two kinds of method change state. Those that <em>decide</em> ({@link #lease}, {@link #acknowledge},
 * {@link #release}, {@link #wantedHighWater}) move volatile things and say what to record; those that <em>apply</em>
 * ({@link #extend}, {@link #done}, {@link #recordDeliveries}, {@link #highWater(long)}) fold committed records into the
 * durable state, live and at recovery alike, and applying those again that are newest changes nothing. Recovery is
 * {@link LedgerImage#decode} or a new ledger, {@code extend} to the end of its lane, the records in log order, {@link #recovered}.
 *
 * <p>A kept ledger leases only below its {@link HighWater}: what is unfinished there at recovery may have been delivered.
 */
public final class Ledger {

    /** What stands for "no offset" and "no value". */
    public static final long NONE = -1;

    /** The most leases at a time; beyond it nothing is available until some are settled or released. */
    public static final int MAX_IN_FLIGHT = 100_000;

    /**
     * The furthest that the cursor gets from the floor; beyond it no new offset is available until the floor moves. What
     * a 32-bit bitmap can hold, and more than two billion messages behind one that nobody settles.
     */
    public static final long MAX_SPAN = OffsetSet.MAX_SPAN;

    private static final RangeSink NOBODY = (first, last) -> {};

    private final long id;
    private final boolean kept;

    // Durable: a fold of records.
    private long floor;
    private long end;
    private final HighWater highWater;
    private OffsetSet done = OffsetSet.EMPTY;

    /** Deliveries of unfinished offsets that were released after one; others are not in it. */
    private DeliveryCounts counts = DeliveryCounts.EMPTY;

    // Volatile: gone with the process.
    private long cursor;

    /** Unfinished offsets below this may have been delivered in an earlier life of the broker. */
    private long suspectEnd;

    private OffsetSet released = OffsetSet.EMPTY;
    private LeaseTable leases = LeaseTable.EMPTY;

    /** LEASED or SETTLING though the cursor has not come by: see {@link #lease(long, int, long)}. */
    private OffsetSet ahead = OffsetSet.EMPTY;

    /** Is told what becomes free again. */
    private RangeSink onReturned = NOBODY;

    /** With a transaction that is not decided; its records say so again after a restart. */
    private OffsetSet held = OffsetSet.EMPTY;

    /**
     * A ledger that has delivered nothing.
     *
     * @param id its number, {@code subscriptionId << 16 | lane}
     * @param floor the first offset that belongs to the subscription
     * @param kept whether the subscription outlives the process; if not, there is no high-water rule
     */
    public Ledger(final long id, final long floor, final boolean kept) {
        if (floor < 0) {
            throw new IllegalArgumentException("ledger " + id + ": negative floor " + floor);
        }
        this.id = id;
        this.kept = kept;
        this.floor = floor;
        end = floor;
        cursor = floor;
        highWater = new HighWater(kept ? floor : Long.MAX_VALUE);
    }

    /** The number of this ledger: {@code subscriptionId << 16 | lane}. */
    public long id() {
        return id;
    }

    /** Whether the subscription outlives the process. */
    public boolean kept() {
        return kept;
    }

    /** The first offset that is not done. */
    public long floor() {
        return floor;
    }

    /** Whether an offset is done. */
    public boolean isDone(final long offset) {
        return offset < floor || done.contains(offset);
    }

    /** One past the last offset of the lane that is known here. */
    public long end() {
        return end;
    }

    /** The next offset to lease for the first time. */
    public long cursor() {
        return cursor;
    }

    /** How many offsets are leased. */
    public int inFlight() {
        return leases.size();
    }

    /** How many offsets are not done, whatever else they are. Costs one step per 65,536 offsets between floor and end. */
    public long backlog() {
        return end - floor - done.cardinality();
    }

    /** The first offset at or above {@code from} that is not done; it may be one that does not exist yet. */
    public long nextUnfinished(final long from) {
        return done.nextAbsent(Math.max(from, floor));
    }

    /** Whether an offset is leased. */
    public boolean isLeased(final long offset) {
        return leases.find(offset) != LeaseTable.ABSENT;
    }

    /** A message was applied to the lane: offsets below {@code newEnd} exist. Never moves down. */
    public void extend(final long newEnd) {
        end = Math.max(end, newEnd);
    }

    /** Whether {@link #lease} would give an offset now. */
    public boolean available() {
        return leases.size() < MAX_IN_FLIGHT && (!released.isEmpty() || cursor < leaseLimit());
    }

    /**
     * Leases the next offset: the smallest AVAILABLE one, else the one at the cursor.
     *
     * @param consumer who gets it
     * @param tag the number of this delivery for its consumer, ascending; {@link #release} compares with it
     * @return the offset, or {@link #NONE} when there is none to have
     */
    public long lease(final int consumer, final long tag) {
        if (!available()) {
            return NONE;
        }
        final long offset;
        if (released.isEmpty()) {
            offset = cursor;
            moveCursor(cursor + 1);
        } else {
            offset = released.first();
            released.remove(offset);
        }
        leases = leases.orNew();
        leases.put(offset, consumer, tag);
        return offset;
    }

    /** The offset that {@link #lease(int, long)} would give, or {@link #NONE}. */
    public long next() {
        if (!available()) {
            return NONE;
        }
        return released.isEmpty() ? cursor : released.first();
    }

    /** Whether anybody may lease this offset: it is AVAILABLE, or UNSEEN and known. */
    public boolean isFree(final long offset) {
        if (offset < cursor) {
            return released.contains(offset);
        }
        return offset < end && !ahead.contains(offset) && !done.contains(offset) && !held.contains(offset);
    }

    /** Whether a browser sees this offset: nobody has settled it, and no transaction holds it. */
    public boolean isThere(final long offset) {
        return isFree(offset)
                || leases.find(offset) != LeaseTable.ABSENT
                || (offset >= end && !done.contains(offset) && !held.contains(offset));
    }

    /**
     * Leases an offset of the caller's choice that {@link #isFree}, be it beyond the cursor.
     *
     * @return false when it must wait: for the high water (see {@link #reach}), for the floor, or for other leases to end
     */
    public boolean lease(final long offset, final int consumer, final long tag) {
        if (leases.size() >= MAX_IN_FLIGHT || offset >= leaseLimit()) {
            return false;
        }
        if (offset < cursor) {
            released.remove(offset);
        } else if (offset == cursor) {
            moveCursor(cursor + 1);
        } else {
            ahead = ahead.orNew();
            ahead.add(offset, offset);
        }
        leases = leases.orNew();
        leases.put(offset, consumer, tag);
        return true;
    }

    /**
     * Says that offsets up to {@code offset} are to be leased soon, so that {@link #wantedHighWater} allows for them. What
     * lies between the cursor and there counts as delivered after a crash, as everything below a high water does.
     */
    public void reach(final long offset) {
        highWater.reach(offset);
    }

    /** Whether {@link #lease(long, int, long)} of this offset would have to wait for a record of a higher high water. */
    public boolean isAboveHighWater(final long offset) {
        return offset >= highWater.value();
    }

    /**
     * Has a listener told of offsets that were not free and are again, because a consumer or transaction gave them back. It
     * must not call back.
     */
    public void onReturned(final RangeSink listener) {
        onReturned = listener;
    }

    /** The smallest offset from {@code offset} on that is not DONE. */
    public long nextUndone(final long offset) {
        return done.nextAbsent(Math.max(offset, floor));
    }

    /**
     * How often {@code offset} was delivered before, as far as is known: 0 for the first time, 1 or more when it was
     * released by someone who had seen it, or may have been delivered before a restart.
     */
    public int deliveries(final long offset) {
        return DeliveryCounts.deliveries(count(offset));
    }

    /** How many of these deliveries a client has reported: those that count towards a limit. */
    public int reportedDeliveries(final long offset) {
        return DeliveryCounts.reported(count(offset));
    }

    /** Both numbers in one, as a NACK record has them. */
    public int count(final long offset) {
        final int counted = counts.get(offset);
        return counted == 0 && offset < suspectEnd ? DeliveryCounts.ONE_UNREPORTED : counted;
    }

    /** Offsets below this may be leased; {@link Long#MAX_VALUE} when not {@link #kept()}. */
    public long highWater() {
        return highWater.value();
    }

    /**
     * The high water to record now, or {@link #NONE}. It looks ahead of the cursor, not at the end of the lane: a record
     * is due once in 1,024 first deliveries, well before they would have to wait for it. Says each value once, so the
     * caller must record it. To be asked when there is someone to deliver to: a ledger without consumers needs none.
     */
    public long wantedHighWater() {
        return highWater.wanted(cursor);
    }

    /**
     * The high water to record at an orderly end of the broker, or {@link #NONE} when it stays. When nobody has an offset, all
     * deliveries are counted or done, and only what was in doubt from the beginning still is. To be asked when all that was
     * decided is applied; nothing may be leased afterwards.
     */
    public long finalHighWater() {
        if (leases.size() > 0 || !held.isEmpty()) {
            return NONE;
        }
        final long inDoubt = Math.max(floor, suspectEnd);
        return kept && inDoubt < highWater.value() ? inDoubt : NONE;
    }

    /** Applies an HW record: the last one counts. */
    public void highWater(final long newHighWater) {
        highWater.recorded(newHighWater);
    }

    /**
     * Decides an acknowledgement. Accepted are offsets this consumer has leased and AVAILABLE ones (it had them before
     * they were released); they become SETTLING and must be recorded, which {@link #done} then applies. What is DONE or
     * SETTLING is fine and left out, but for what is DONE right behind a run. Refused are offsets that another consumer has leased, and those never leased.
     *
     * <p>Costs a table look-up per offset, and never more than one walk over the leases and released offsets there are.
     *
     * @param accepted gets what to record, as ascending runs; it must not call back
     * @return how many offsets were refused
     */
    public long acknowledge(final int consumer, final long first, final long last, final RangeSink accepted) {
        final long refused = neverLeased(first, last);
        final long from = Math.max(first, floor);
        final long to = Math.min(last, ahead.isEmpty() ? cursor - 1 : Math.max(cursor - 1, ahead.last()));
        if (from > to) {
            return refused;
        }
        return refused
                + (to - from < leases.slots()
                        ? acknowledgeEach(consumer, from, to, accepted)
                        : acknowledgeWide(consumer, from, to, accepted));
    }

    /**
     * Decides an acknowledgement of a message that a consumer had before its connection or the broker was lost: as
     * {@link #acknowledge}, and offsets that nobody has leased since the broker started are accepted, too.
     *
     * @return whether it is this consumer's to acknowledge, or done already
     */
    public boolean acknowledgeAgain(final int consumer, final long offset, final RangeSink accepted) {
        // The high water says nothing here: whoever had the message had it in a life that reserved for it.
        if (offset < cursor || offset - floor >= MAX_SPAN || !isFree(offset)) {
            return acknowledge(consumer, offset, offset, accepted) == 0;
        }
        if (offset == cursor) {
            moveCursor(cursor + 1);
        } else {
            ahead = ahead.orNew();
            ahead.add(offset, offset);
        }
        accepted.range(offset, offset);
        return true;
    }

    /** Whether this consumer has leased all of these offsets: what a transaction of its session may acknowledge. */
    public boolean isLeasedBy(final int consumer, final long first, final long last) {
        if (first > last || first < floor || last - first >= leases.size()) {
            return false;
        }
        for (long offset = first; offset <= last; offset++) {
            final int slot = leases.find(offset);
            if (slot == LeaseTable.ABSENT || leases.consumer(slot) != consumer) {
                return false;
            }
        }
        return true;
    }

    /**
     * Holds offsets for a transaction, whoever has them: nobody gets them, however consumers and connections end, until
     * {@link #done} or {@link #giveBack}. What is DONE stays so. The same live and in replay; again it changes nothing.
     */
    public void hold(final long first, final long last) {
        for (long offset = Math.max(first, floor); offset <= last; offset++) {
            if (!done.contains(offset)) {
                held = held.orNew();
                held.add(offset, offset);
            }
        }
        leases.remove(first, last);
        released.remove(first, last);
        ahead.remove(first, last);
        if (first <= cursor && cursor <= last) {
            moveCursor(cursor);
        }
    }

    /**
     * A transaction that held these offsets was rolled back: they are AVAILABLE again. The same live and in replay.
     *
     * @return those that were held
     */
    public RangeSet giveBack(final long first, final long last) {
        final RangeSet back = new RangeSet();
        held.forEachRun(first, last, back);
        held.remove(first, last);
        back.forEach(this::makeFree);
        return back;
    }

    /** Live: offsets that came back by {@link #giveBack} were delivered once; their counts are then to be recorded. */
    public void countDelivery(final long first, final long last) {
        for (long offset = first; offset <= last; offset++) {
            recordDeliveries(offset, DeliveryCounts.next(count(offset), true));
        }
    }

    /** How many offsets are held: by transactions, or until they may be delivered again. */
    public long heldCount() {
        return held.cardinality();
    }

    /**
     * Applies an ACK record: these offsets are DONE for good, whatever they were. The floor moves past all that is done.
     * Costs steps per 65,536 offsets; while there are leases or counts, a look-up per offset as well, but never more
     * than one walk over them.
     */
    public void done(final long first, final long last) {
        if (first < 0 || first > last || last == Long.MAX_VALUE) {
            throw new IllegalArgumentException("ledger " + id + ": no range of offsets: " + first + " to " + last);
        }
        if (last < floor) {
            return;
        }
        final long from = Math.max(first, floor);
        released.remove(from, last);
        leases.remove(from, last);
        held.remove(from, last);
        ahead.remove(from, last);
        counts.remove(from, last);
        if (from == floor) {
            floor = done.nextAbsent(last + 1);
            done.remove(from, floor - 1);
        } else {
            done = done.orNew();
            done.add(from, last);
        }
        if (last >= cursor) {
            moveCursor(Math.max(cursor, floor));
            end = Math.max(end, last + 1);
        }
    }

    /**
     * Takes all leases from a consumer; their offsets become AVAILABLE. Costs a walk over the leases.
     *
     * @param handedTag the last delivery that reached the application: those up to it count as delivered once more,
     *     later ones do not
     * @param counted gets the offsets whose {@link #deliveries} went up, as ascending runs, to be recorded with their
     *     new counts; may ask for these, but must not change this ledger
     * @return how many leases there were
     */
    public int release(final int consumer, final long handedTag, final RangeSink counted) {
        return release(consumer, handedTag, handedTag, counted);
    }

    /**
     * The same for a consumer of which nobody knows what it was given: deliveries up to {@code seenTag} count, but only
     * those up to {@code handedTag} towards a limit ({@link #reportedDeliveries}).
     */
    public int release(final int consumer, final long handedTag, final long seenTag, final RangeSink counted) {
        if (leases.size() == 0) {
            return 0;
        }
        final long[] offsets = leases.offsetsOf(consumer);
        final RangeSet seen = new RangeSet();
        final RangeSet all = new RangeSet();
        for (final long offset : offsets) {
            final int slot = leases.find(offset);
            final long tag = leases.tag(slot);
            if (tag <= seenTag) {
                recordDeliveries(offset, DeliveryCounts.next(count(offset), tag <= handedTag));
                seen.range(offset, offset);
            }
            leases.remove(slot);
            all.range(offset, offset);
        }
        all.forEach(this::makeFree);
        seen.forEach(counted);
        return offsets.length;
    }

    /**
     * Takes those leases from a consumer that nobody has seen: the deliveries from {@code fromTag} on. Their offsets become
     * AVAILABLE as if they had never been leased. Costs a walk over the leases.
     *
     * @return how many leases the consumer still has
     */
    public int releaseUnseen(final int consumer, final long fromTag) {
        if (leases.size() == 0) {
            return 0;
        }
        final long[] offsets = leases.offsetsOf(consumer);
        final RangeSet unseen = new RangeSet();
        int left = 0;
        for (final long offset : offsets) {
            final int slot = leases.find(offset);
            if (leases.tag(slot) >= fromTag) {
                leases.remove(slot);
                unseen.range(offset, offset);
            } else {
                left++;
            }
        }
        unseen.forEach(this::makeFree);
        return left;
    }

    /** Applies a NACK record, with a {@link #count}. Never goes down; nothing if it is DONE. */
    public void recordDeliveries(final long offset, final int count) {
        if (offset >= floor && !done.contains(offset)) {
            counts = counts.orNew();
            counts.raise(offset, count);
        }
    }

    /**
     * Replay is over and delivery starts again at the floor. To be called once, when {@code end} is the end of the lane;
     * unfinished offsets below the high water count as delivered from now on.
     */
    public void recovered() {
        ahead = OffsetSet.EMPTY;
        cursor = nextUnseen(floor);
        suspectEnd = Math.min(highWater.value(), end);
        released = OffsetSet.EMPTY;
        leases = LeaseTable.EMPTY;
    }

    /** Gives back memory that an idle ledger does not need. For when the last consumer is gone. */
    public void trim() {
        done = done.isEmpty() ? OffsetSet.EMPTY : done;
        released = released.isEmpty() ? OffsetSet.EMPTY : released;
        leases = leases.size() == 0 ? LeaseTable.EMPTY : leases;
        held = held.isEmpty() ? OffsetSet.EMPTY : held;
        ahead = ahead.isEmpty() ? OffsetSet.EMPTY : ahead;
        counts = counts.isEmpty() ? DeliveryCounts.EMPTY : counts;
    }

    /** For its image: the DONE offsets above the floor. */
    OffsetSet doneAboveFloor() {
        return done;
    }

    /** For its image: the delivery counts of unfinished offsets. */
    DeliveryCounts counts() {
        return counts;
    }

    /** Takes in the sets of an image, into a ledger that is new. */
    void restore(final OffsetSet doneThere, final DeliveryCounts countsThere) {
        done = doneThere;
        counts = countsThere;
        end = done.isEmpty() ? end : done.last() + 1;
    }

    @Override
    public String toString() {
        return "Ledger[" + id + " floor=" + floor + " cursor=" + cursor + " end=" + end + " highWater="
                + highWater.value()
                + " inFlight=" + leases.size() + " released=" + released.cardinality() + " done=" + done.cardinality()
                + "]";
    }

    /** Offsets that were leased or held: AVAILABLE below the cursor, UNSEEN again from there on. */
    private void makeFree(final long first, final long last) {
        if (first < cursor) {
            released = released.orNew();
            released.add(first, Math.min(last, cursor - 1));
        }
        ahead.remove(first, last);
        onReturned.range(first, last);
    }

    /** Moves the cursor to the first UNSEEN offset from {@code offset} on. */
    private void moveCursor(final long offset) {
        cursor = nextUnseen(offset);
        if (!ahead.isEmpty()) {
            ahead.remove(0, cursor - 1);
        }
    }

    /** The first offset from {@code offset} on that is neither DONE nor HELD nor leased ahead. */
    private long nextUnseen(final long offset) {
        long next = done.nextAbsent(offset);
        while (held.contains(next) || ahead.contains(next)) {
            next = done.nextAbsent(ahead.nextAbsent(held.nextAbsent(next)));
        }
        return next;
    }

    /** The cursor has to stay below this. */
    private long leaseLimit() {
        return Math.min(Math.min(end, highWater.value()), floor + MAX_SPAN);
    }

    /** How many offsets of a range nobody has ever leased; what is DONE or HELD beyond the cursor was, before a restart. */
    private long neverLeased(final long first, final long last) {
        final long from = Math.max(first, cursor);
        if (last < from) {
            return 0;
        }
        final long to = Math.min(last, Long.MAX_VALUE - 1);
        return to - from + 1 - done.cardinality(from, to) - held.cardinality(from, to) - ahead.cardinality(from, to);
    }

    private long acknowledgeEach(final int consumer, final long from, final long to, final RangeSink accepted) {
        long refused = 0;
        long runFirst = NONE;
        for (long offset = from; offset <= to; offset++) {
            final int slot = leases.find(offset);
            final boolean accept;
            if (slot == LeaseTable.ABSENT) {
                accept = released.remove(offset);
            } else if (leases.consumer(slot) == consumer) {
                leases.remove(slot);
                accept = true;
            } else {
                refused++;
                accept = false;
            }
            if (accept && runFirst == NONE) {
                runFirst = offset;
            } else if (!accept && runFirst != NONE) {
                accept(runFirst, offset - 1, accepted);
                runFirst = NONE;
            }
        }
        if (runFirst != NONE) {
            accept(runFirst, to, accepted);
        }
        return refused;
    }

    /**
     * Reports a run with what is DONE right behind it: so the runs of a consumer that takes what others have left over grow
     * together, and cost one record and one step of {@link #done(long, long)} instead of one each.
     */
    private void accept(final long first, final long last, final RangeSink accepted) {
        accepted.range(first, done.nextAbsent(last + 1) - 1);
    }

    /**
     * The same for a range wider than the table of leases, which is mostly DONE then: asks the tables what they have in
     * the range instead of asking about each offset, so that no range of a client can keep the broker busy.
     */
    private long acknowledgeWide(final int consumer, final long from, final long to, final RangeSink accepted) {
        final RangeSet runs = new RangeSet();
        for (final long offset : leases.offsetsOf(consumer)) {
            if (from <= offset && offset <= to) {
                leases.remove(leases.find(offset));
                runs.range(offset, offset);
            }
        }
        released.forEachRun(from, to, runs);
        released.remove(from, to);
        runs.forEach((first, last) -> accept(first, last, accepted));
        return leases.countOfOthers(consumer, from, to);
    }
}
