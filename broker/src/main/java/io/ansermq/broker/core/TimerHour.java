package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.store.index.Queue;
import java.util.Arrays;
import org.agrona.collections.LongHashSet;
import org.jspecify.annotations.Nullable;

/**
 * The delayed messages that are due within one hour: a lane whose only consumer is the broker. Owned by the core agent.
 *
 * <p>On disk a message is two entries of the hour's queue index, in the order in which they were sent:
 *
 * <pre>
 *   entry 2n      position, size, last second, tag hash, bits: the entry that the message's lane will get
 *   entry 2n + 1  delivery time within the hour, lane, destination, where it was sent
 * </pre>
 *
 * <p>and what has fired or was cancelled is DONE in a {@link Ledger}. In memory, an hour that is far away is nothing but
 * that. {@link #open() Opening} it counts the messages of each second, a slice per call; then the messages of the next
 * seconds are {@linkplain #prepare loaded}, sorted by delivery time: as many seconds as hold {@value #WINDOW} messages, at
 * least one. So an hour with ten million messages takes 8 bytes each for a 256 Ki of them, or for those of one second if
 * there are more in it, and 14 KiB.
 */
final class TimerHour {

    static final long HOUR_MS = 3_600_000L;

    /** Messages in memory, as long as one second does not hold more. */
    static final int WINDOW = 1 << 18;

    /** How long before they are due the messages of a second are loaded. */
    private static final long AHEAD_MS = 10_000;

    private static final int SECONDS = 3600;
    private static final int SECOND_MS = 1000;
    private static final int NUMBER_BITS = 41;
    private static final long NUMBER_MASK = (1L << NUMBER_BITS) - 1;
    private static final long[] NONE = {};

    /** The positions of those that wait ascend with their numbers. */
    static final long ORDERED = -1;

    final long hour;
    private final Queue index;
    private final Ledger done;

    /** The number that the next sequenced message takes. */
    private long nextNumber;

    /** A position at or below those of all that wait, once some were moved; until then they stand in order. */
    private long lowest = ORDERED;

    /** The lowest position that came out of order since the last walk. */
    private long lowestLate = Long.MAX_VALUE;

    /** Fired or cancelled by records that are not committed yet. */
    private final LongHashSet settling = new LongHashSet();

    // In memory once the hour is open.
    private int @Nullable [] perSecond;
    /** A heap: smallest delivery time first, then smallest number. */
    private long[] loaded = NONE;

    private int loadedCount;
    /** With more in memory, those of later seconds are put back. */
    private int unloadAbove = 2 * WINDOW;
    /** All messages of earlier seconds are loaded or fired. */
    private int loadedSeconds;
    /** Where the walk under way stands, and ends; nothing is walked when they are equal. */
    private long walkNext;

    private long walkEnd;
    /** The walk under way loads the seconds below this, or only counts when it is 0. */
    private int walkSeconds;

    /** @param ledgerId the number of the ledger of this hour */
    TimerHour(final long hour, final long ledgerId, final Queue index) {
        this(hour, index, new Ledger(ledgerId, index.start() / 2, true), ORDERED);
    }

    /** An hour as the state image knows it. */
    TimerHour(final long hour, final Queue index, final Ledger done, final long lowest) {
        this.lowest = lowest;
        this.hour = hour;
        this.index = index;
        this.done = done;
        nextNumber = index.end() / 2;
    }

    static long hourOf(final long epochMs) {
        return epochMs / HOUR_MS;
    }

    long startEpochMs() {
        return hour * HOUR_MS;
    }

    Ledger ledger() {
        return done;
    }

    /** The number that {@link #takeNumber} would give. */
    long nextNumber() {
        return nextNumber;
    }

    /** All numbers below this one are taken. */
    void nextNumber(final long next) {
        nextNumber = next;
    }

    /** Takes the next number, for a message that is being sequenced. */
    long takeNumber() {
        return nextNumber++;
    }

    /** How many messages wait. */
    long pending() {
        done.extend(index.end() / 2);
        return done.backlog();
    }

    /** Whether nothing waits here and nothing is on its way. */
    boolean isFinished() {
        return nextNumber == index.end() / 2 && done.floor() >= nextNumber && settling.isEmpty();
    }

    /** Gives back the index entries of what is done. */
    void release() {
        index.releaseBelow(2 * Math.min(done.floor(), index.end() / 2));
    }

    /** A log position at or below those of all messages that wait. */
    long oldestWanted() {
        final long first = firstWanted(0);
        if (first == end()) {
            return Long.MAX_VALUE;
        }
        return lowest == ORDERED ? index.position(2 * first) : lowest;
    }

    // ---- moving messages that wait long

    /** The number that a message gets which comes next. */
    long end() {
        return index.end() / 2;
    }

    /**
     * The first number from this one on whose message is needed: it waits, or the record that says otherwise is not
     * committed yet. {@link #end} when there is none.
     */
    long firstWanted(final long from) {
        return Math.min(end(), done.nextUndone(Math.max(from, index.start() / 2)));
    }

    /** Whether the message waits, so that it may be moved. */
    boolean isWaiting(final long number) {
        return !settling.contains(number);
    }

    /** Whether the message waits and stands there. */
    boolean isWanted(final long number, final long position) {
        return index.contains(2 * number) && index.position(2 * number) == position && !isSettled(number);
    }

    /** A message that waits is to be read elsewhere from now on. */
    void moved(final long number, final long from, final long to) {
        if (isWanted(number, from)) {
            repoint(number, from, to);
        }
    }

    /** The same in a replay, wherever the index says that the message stands. */
    void movedAgain(final long number, final long from, final long to) {
        if (index.contains(2 * number) && !isSettled(number)) {
            repoint(number, from, to);
        }
    }

    private void repoint(final long number, final long from, final long to) {
        if (lowest == ORDERED) {
            lowest = Math.min(from, oldestWanted());
        }
        index.repoint(2 * number, from, to);
    }

    /** A walk over all messages that wait found this lowest position. */
    void measured(final long position) {
        if (lowest != ORDERED) {
            // What was added while the walk lasted may be missing in it.
            lowest = Math.min(position, lowestLate);
            lowestLate = Long.MAX_VALUE;
        }
    }

    /** What {@link #oldestWanted} would not know without it: {@link #ORDERED}, or a position. For the state image. */
    long lowest() {
        return lowest;
    }

    /** A message of a transaction stands in the log before others that were added earlier. */
    private void noteOrder(final long number, final long position) {
        final boolean late = index.contains(2 * number - 2) && position < index.position(2 * number - 2);
        if (late && lowest == ORDERED) {
            lowest = oldestWanted();
        }
        final boolean lower = lowest != ORDERED && position < lowest;
        if (lower) {
            lowest = position;
        }
        if (late || lower) {
            lowestLate = Math.min(lowestLate, position);
        }
    }

    /** A message is committed, or replayed: one that is there already is not added again. */
    void add(
            final long number,
            final long position,
            final int sizeBytes,
            final int expirySec,
            final long tagsCode,
            final int bits,
            final long dueEpochMs,
            final int lane,
            final int destination) {
        final boolean known = 2 * number < index.end();
        final int dueMs = (int) (dueEpochMs - startEpochMs());
        if (!known) {
            noteOrder(number, position);
        }
        index.append(2 * number, position, sizeBytes, expirySec, tagsCode, bits);
        index.append(2 * number + 1, dueMs, lane, destination, position, 0);
        nextNumber = Math.max(nextNumber, number + 1);
        if (perSecond != null && !known) {
            arrived(number, dueMs);
        }
    }

    private void arrived(final long number, final int dueMs) {
        final int second = dueMs / SECOND_MS;
        if (second < Math.max(loadedSeconds, walkSeconds)) {
            push(dueMs, number);
            if (loadedCount > unloadAbove && walkNext == walkEnd) {
                unload();
            }
        } else if (perSecond != null) {
            perSecond[second]++;
        }
    }

    /** These messages are done for good, by a record that is committed or replayed. */
    void settled(final long first, final long last) {
        done.done(first, last);
        for (long number = first; number <= last && !settling.isEmpty(); number++) {
            settling.remove(number);
        }
    }

    /** The end of replay: what the index no longer has is done. */
    void recovered() {
        nextNumber = Math.max(nextNumber, index.end() / 2);
        final long start = index.start() / 2;
        if (done.floor() < start) {
            done.done(done.floor(), start - 1);
        }
        done.recovered();
    }

    /**
     * Takes a message out, to be recorded as done.
     *
     * @return false when it has fired or was cancelled, or is about to
     */
    boolean cancel(final long number) {
        return number >= 0 && number < index.end() / 2 && !done.isDone(number) && settling.add(number);
    }

    // ---- what is due

    /** Whether the messages of this hour are being watched. */
    boolean isOpen() {
        return perSecond != null;
    }

    /** Begins to watch: the messages are counted first. */
    void open() {
        perSecond = new int[SECONDS];
        walkNext = done.floor();
        walkEnd = index.end() / 2;
        walkSeconds = 0;
    }

    /** When there is something to do, by the wall clock: a message is due, or others are to be loaded. */
    long nextWorkEpochMs() {
        if (walkNext < walkEnd) {
            return 0;
        }
        final long fire = isNextLoaded() ? startEpochMs() + dueMs(loaded[0]) : Long.MAX_VALUE;
        return Math.min(fire, loadEpochMs());
    }

    private long loadEpochMs() {
        return loadedSeconds < SECONDS && loadedCount < WINDOW
                ? startEpochMs() + (long) loadedSeconds * SECOND_MS - AHEAD_MS
                : Long.MAX_VALUE;
    }

    /** Counts or loads a slice of what is to be counted or loaded now; returns 0 when nothing is. */
    int prepare(final long nowEpochMs, final int entries) {
        if (walkNext == walkEnd) {
            if (loadEpochMs() > nowEpochMs) {
                return 0;
            }
            beginLoading();
        }
        final long to = Math.min(walkEnd, walkNext + entries);
        for (; walkNext < to; walkNext++) {
            if (!isSettled(walkNext)) {
                visit(walkNext);
            }
        }
        if (walkNext == walkEnd && walkSeconds > 0) {
            Arrays.fill(counts(), loadedSeconds, walkSeconds, 0);
            loadedSeconds = walkSeconds;
            walkSeconds = 0;
        }
        return 1;
    }

    /** So many messages came for seconds that are loaded already that some must go; they are loaded again in their turn. */
    private void unload() {
        Arrays.sort(loaded, 0, loadedCount); // which is a heap too
        int keep = WINDOW / 2;
        final int second = dueMs(loaded[keep]) / SECOND_MS;
        while (keep < loadedCount && dueMs(loaded[keep]) / SECOND_MS == second) {
            keep++;
        }
        for (int i = keep; i < loadedCount; i++) {
            counts()[dueMs(loaded[i]) / SECOND_MS]++;
        }
        loadedCount = keep;
        loadedSeconds = Math.min(loadedSeconds, second + 1);
        unloadAbove = 2 * Math.max(WINDOW, keep);
    }

    private void beginLoading() {
        final int[] counts = counts();
        int to = loadedSeconds;
        long sum = loadedCount;
        do {
            sum += counts[to++];
        } while (to < SECONDS && sum + counts[to] <= WINDOW);
        if (sum == loadedCount) {
            loadedSeconds = to;
            return;
        }
        walkSeconds = to;
        walkNext = done.floor();
        walkEnd = index.end() / 2;
    }

    private void visit(final long number) {
        final int dueMs = (int) index.position(2 * number + 1);
        final int second = dueMs / SECOND_MS;
        if (walkSeconds == 0) {
            counts()[second]++;
        } else if (second >= loadedSeconds && second < walkSeconds) {
            push(dueMs, number);
        }
    }

    private boolean isSettled(final long number) {
        return done.isDone(number) || settling.contains(number);
    }

    private int[] counts() {
        if (perSecond == null) {
            throw new IllegalStateException("hour " + hour + " is not open");
        }
        return perSecond;
    }

    private boolean isNextLoaded() {
        return loadedCount > 0 && dueMs(loaded[0]) / SECOND_MS < loadedSeconds;
    }

    /** Takes the next message that is due, in the order of delivery times; -1 when none is. */
    long takeDue(final long nowEpochMs) {
        while (isNextLoaded() && startEpochMs() + dueMs(loaded[0]) <= nowEpochMs) {
            final long number = loaded[0] & NUMBER_MASK;
            pop();
            if (!isSettled(number)) {
                settling.add(number);
                return number;
            }
        }
        return -1;
    }

    /** What {@link #takeDue} took could not be recorded now. */
    void giveBack(final long number) {
        settling.remove(number);
        push((int) index.position(2 * number + 1), number);
    }

    long position(final long number) {
        return index.position(2 * number);
    }

    int sizeBytes(final long number) {
        return index.size(2 * number);
    }

    int expirySec(final long number) {
        return index.expirySec(2 * number);
    }

    long tagsCode(final long number) {
        return index.tagsCode(2 * number);
    }

    int bits(final long number) {
        return index.bits(2 * number);
    }

    int lane(final long number) {
        return index.size(2 * number + 1);
    }

    int destination(final long number) {
        return index.expirySec(2 * number + 1);
    }

    long sentAt(final long number) {
        return index.tagsCode(2 * number + 1);
    }

    // ---- the heap

    private static int dueMs(final long entry) {
        return (int) (entry >>> NUMBER_BITS);
    }

    private void push(final int dueMs, final long number) {
        if (loadedCount == loaded.length) {
            loaded = Arrays.copyOf(loaded, Math.max(16, 2 * loaded.length));
        }
        final long entry = (long) dueMs << NUMBER_BITS | number;
        int at = loadedCount++;
        while (at > 0 && loaded[(at - 1) / 2] > entry) {
            loaded[at] = loaded[(at - 1) / 2];
            at = (at - 1) / 2;
        }
        loaded[at] = entry;
    }

    private void pop() {
        final long last = loaded[--loadedCount];
        int at = 0;
        while (2 * at + 1 < loadedCount) {
            int child = 2 * at + 1;
            if (child + 1 < loadedCount && loaded[child + 1] < loaded[child]) {
                child++;
            }
            if (loaded[child] >= last) {
                break;
            }
            loaded[at] = loaded[child];
            at = child;
        }
        loaded[at] = last;
        if (loadedCount == 0 && loaded.length > WINDOW) {
            loaded = NONE;
            unloadAbove = 2 * WINDOW;
        }
    }
}
