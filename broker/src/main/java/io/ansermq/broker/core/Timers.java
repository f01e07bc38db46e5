package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.remoting.protocol.FireRecord;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import io.ansermq.store.index.QueueIndex;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Messages that wait for their delivery time (Jakarta Messaging 3.1, section 7.9). Owned by the core agent.
 *
 * <p>Such a message is appended to the log like any other, but gets no offset in its lane: it goes into the
 * {@linkplain TimerHour hour} in which it is due. When it is due, a FIRE record gives it, and others that are due, an offset
 * each; when that is committed they are in their lanes, where they have been from the first for everybody else. One record
 * is all or nothing, so a crash neither loses nor doubles one. Nothing fires before its time by the broker's wall clock;
 * what became due while the broker was down fires at once.
 */
final class Timers implements FireRecord.Due, Retained {

    /** Messages of one FIRE record. */
    private static final int BATCH = 1024;
    /** Records of one turn of core, so that a turn stays short when very much is due at once. */
    private static final int BATCHES_PER_TURN = 4;
    /** Index entries looked at in one turn. */
    private static final int WALK_PER_TURN = 8192;
    /** How long before it begins an hour is opened. */
    private static final long OPEN_AHEAD_MS = 60_000;

    /** Numbers of timer ledgers and of the queues of hours have this bit, others do not. */
    private static final long KEY = 1L << 62;

    private final QueueIndex index;
    private final Registry registry;
    private final Long2ObjectHashMap<TimerHour> byHour = new Long2ObjectHashMap<>();
    /** The earliest first. */
    private final List<TimerHour> inOrder = new ArrayList<>();

    private long nowEpochMs;
    private boolean blocked;
    private long fired;

    // The FIRE record being made.
    private @Nullable TimerHour firing;
    private final long[] numbers = new long[BATCH];
    private final int[] lanes = new int[BATCH];
    private final long[] offsets = new long[BATCH];
    private int count;

    Timers(final QueueIndex index, final Registry registry) {
        this.index = index;
        this.registry = registry;
    }

    /** Whether a ledger number is that of a timer hour. */
    static boolean isLedger(final long id) {
        return (id & KEY) != 0;
    }

    /** A turn of core begins. The time is the wall clock as it is, also when it was set back: nothing may fire early. */
    void turn(final long wallEpochMs) {
        nowEpochMs = wallEpochMs;
    }

    /** Whether a message that is being sequenced has to wait. */
    boolean mustWait(final long deliverAtEpochMs) {
        return deliverAtEpochMs > nowEpochMs;
    }

    /** The hour of a delivery time, made when it is the first message's. */
    TimerHour hourOf(final long deliverAtEpochMs) {
        return hour(TimerHour.hourOf(deliverAtEpochMs));
    }

    private TimerHour hour(final long number) {
        final TimerHour known = byHour.get(number);
        return known != null ? known : put(new TimerHour(number, KEY | number, index.queue(KEY | number)));
    }

    private TimerHour put(final TimerHour hour) {
        final TimerHour replaced = byHour.put(hour.hour, hour);
        if (replaced != null) {
            inOrder.remove(replaced);
        }
        int at = inOrder.size();
        while (at > 0 && inOrder.get(at - 1).hour > hour.hour) {
            at--;
        }
        inOrder.add(at, hour);
        return hour;
    }

    /** How many messages were due since the start. */
    long fired() {
        return fired;
    }

    /** How many messages wait. */
    long pending() {
        long sum = 0;
        for (int i = 0; i < inOrder.size(); i++) {
            sum += inOrder.get(i).pending();
        }
        return sum;
    }

    @Override
    public int number() {
        return TIMERS;
    }

    @Override
    public long oldestWanted() {
        long oldest = Long.MAX_VALUE;
        for (int i = 0; i < inOrder.size(); i++) {
            final TimerHour hour = inOrder.get(i);
            hour.release();
            oldest = Math.min(oldest, hour.oldestWanted());
        }
        return oldest;
    }

    @Override
    public Walk walk() {
        return new HourWalk();
    }

    @Override
    public boolean isWanted(final long key, final long offset, final long position) {
        final TimerHour hour = byHour.get(key);
        return hour != null && hour.isWanted(offset, position);
    }

    @Override
    public void moved(final long key, final long offset, final long from, final long to) {
        final TimerHour hour = byHour.get(key);
        if (hour != null) {
            hour.moved(offset, from, to);
        }
    }

    @Override
    public void movedAgain(final long key, final long offset, final long from, final long to) {
        final TimerHour hour = byHour.get(key);
        if (hour != null) {
            hour.movedAgain(offset, from, to);
        }
    }

    /** Over the messages that wait, hour by hour. */
    private final class HourWalk implements Walk {
        private final List<TimerHour> hours = List.copyOf(inOrder);
        private int next;
        private long number;
        private long end = -1;
        private long lowest;

        @Override
        public boolean advance(final int entries, final Visitor visitor) {
            int left = entries;
            while (left > 0 && next < hours.size()) {
                final TimerHour hour = hours.get(next);
                if (end < 0) {
                    end = hour.end();
                    number = 0;
                    lowest = Long.MAX_VALUE;
                }
                number = hour.firstWanted(number);
                if (number >= end) {
                    hour.measured(lowest);
                    end = -1;
                    next++;
                } else {
                    lowest = Math.min(lowest, hour.position(number));
                    if (hour.isWaiting(number)
                            && !visitor.wanted(hour.hour, number, hour.position(number), hour.sizeBytes(number))) {
                        left = 1;
                    }
                    number++;
                }
                left--;
            }
            return next == hours.size();
        }
    }

    /** By a record that is committed or replayed, messages of a timer ledger are done. */
    void settled(final long ledger, final long first, final long last) {
        final TimerHour hour = hour(ledger & ~KEY);
        hour.settled(first, last);
    }

    /** By a FIRE record that is committed or replayed, a message is in its lane. */
    void fired(final long hour, final long number) {
        hour(hour).settled(number, number);
    }

    /** Hands out the messages that wait for one destination, until the visitor has enough. */
    void forEachWaiting(final int destination, final DelayedVisitor visitor) {
        for (final TimerHour hour : List.copyOf(inOrder)) {
            for (long number = hour.firstWanted(0); number < hour.end(); number = hour.firstWanted(number + 1)) {
                if (hour.isWaiting(number)
                        && hour.destination(number) == destination
                        && !visitor.visit(hour.startEpochMs(), number, hour.position(number), hour.sizeBytes(number))) {
                    return;
                }
            }
        }
    }

    /** Where the message with this delivery time and number stands in the log; -1 when it does not wait. */
    long positionOf(final long deliverAtEpochMs, final long number) {
        final TimerHour hour = byHour.get(TimerHour.hourOf(deliverAtEpochMs));
        return hour != null && number >= 0 && number < hour.end() && hour.firstWanted(number) == number
                ? hour.position(number)
                : -1;
    }

    /**
     * Cancels a message that waits; the caller records it as done in the ledger {@link #ledgerOf}.
     *
     * @return false when it is too late
     */
    boolean cancel(final long deliverAtEpochMs, final long number) {
        final TimerHour hour = byHour.get(TimerHour.hourOf(deliverAtEpochMs));
        return hour != null && hour.cancel(number);
    }

    /** The number of the ledger that messages of this delivery time are done in. */
    static long ledgerOf(final long deliverAtEpochMs) {
        return KEY | TimerHour.hourOf(deliverAtEpochMs);
    }

    // ---- firing

    /** Whether a turn would find something to do now. */
    boolean hasWork(final long wallEpochMs) {
        return !blocked && nextWorkEpochMs() <= wallEpochMs;
    }

    /** When the next turn is needed for a timer, by the wall clock. */
    long nextWorkEpochMs() {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < inOrder.size(); i++) {
            final TimerHour hour = inOrder.get(i);
            if (!hour.isOpen()) {
                return Math.min(next, hour.startEpochMs() - OPEN_AHEAD_MS);
            }
            next = Math.min(next, hour.nextWorkEpochMs());
        }
        return next;
    }

    /** Records what is due, as far as the log has room; returns 0 when there was nothing to do. */
    int fire(final FrameWriter writer, final Effects effects, final SequencedPosition last) {
        blocked = false;
        int work = 0;
        int batches = BATCHES_PER_TURN;
        for (int i = 0; i < inOrder.size(); i++) {
            final TimerHour hour = inOrder.get(i);
            if (!hour.isOpen()) {
                if (hour.startEpochMs() - OPEN_AHEAD_MS > nowEpochMs) {
                    break;
                }
                hour.open();
            }
            work += hour.prepare(nowEpochMs, WALK_PER_TURN);
            while (batches > 0 && collect(hour)) {
                batches--;
                work++;
                if (!record(writer, effects, last)) {
                    blocked = true;
                    return work;
                }
            }
            if (hour.isFinished() && hour.startEpochMs() + TimerHour.HOUR_MS < nowEpochMs) {
                hour.release();
                byHour.remove(hour.hour);
                inOrder.remove(i--);
            }
        }
        return work;
    }

    /** Takes a batch of what is due in an hour; false when nothing is. */
    private boolean collect(final TimerHour hour) {
        firing = hour;
        count = 0;
        while (count < BATCH) {
            final long number = hour.takeDue(nowEpochMs);
            if (number < 0) {
                break;
            }
            numbers[count] = number;
            final DestinationState destination = registry.destination(hour.destination(number));
            final int lane = hour.lane(number);
            lanes[count] = lane;
            offsets[count] = destination == null ? 0 : registry.laneForWrite(destination, lane).nextOffset++;
            count++;
        }
        return count > 0;
    }

    private boolean record(final FrameWriter writer, final Effects effects, final SequencedPosition last) {
        final TimerHour hour = firing();
        final int size = FireRecord.sizeOf(hour.hour, this);
        if (!writer.reserve(size)) {
            undo(hour);
            return false;
        }
        FireRecord.encode(writer.slot(), hour.hour, this);
        final long position = writer.position();
        writer.commit(FlushLevel.WRITTEN);
        effects.add(Effects.Kind.CONTROL, position).size = size;
        last.set(position);
        fired += count;
        return true;
    }

    private void undo(final TimerHour hour) {
        for (int i = count - 1; i >= 0; i--) {
            final DestinationState destination = registry.destination(hour.destination(numbers[i]));
            if (destination != null) {
                registry.laneForWrite(destination, lanes[i]).nextOffset--;
            }
            hour.giveBack(numbers[i]);
        }
    }

    private TimerHour firing() {
        if (firing == null) {
            throw new IllegalStateException("nothing is firing");
        }
        return firing;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public long number(final int i) {
        return numbers[i];
    }

    @Override
    public long sentAt(final int i) {
        return firing().sentAt(numbers[i]);
    }

    @Override
    public long position(final int i) {
        return firing().position(numbers[i]);
    }

    @Override
    public int sizeBytes(final int i) {
        return firing().sizeBytes(numbers[i]);
    }

    @Override
    public int destination(final int i) {
        return firing().destination(numbers[i]);
    }

    @Override
    public int lane(final int i) {
        return lanes[i];
    }

    @Override
    public long offset(final int i) {
        return offsets[i];
    }

    @Override
    public int expirySec(final int i) {
        return firing().expirySec(numbers[i]);
    }

    @Override
    public long tagsCode(final int i) {
        return firing().tagsCode(numbers[i]);
    }

    @Override
    public int bits(final int i) {
        return firing().bits(numbers[i]) | EntryBits.INDIRECT | EntryBits.DELAYED;
    }

    // ---- state image

    /** All hours, the earliest first. */
    List<TimerHour> hours() {
        return inOrder;
    }

    /** Takes in an hour as the state image holds it. */
    void restore(final Ledger done, final long lowest) {
        final long number = done.id() & ~KEY;
        put(new TimerHour(number, index.queue(done.id()), done, lowest));
    }

    /** The end of replay. */
    void recovered() {
        for (int i = 0; i < inOrder.size(); i++) {
            inOrder.get(i).recovered();
        }
    }
}
