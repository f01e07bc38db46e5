package io.ansermq.store.history;

import io.ansermq.store.FlushLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a store owes: everything that was put into it, in order, and how much of that must be there after which end. The
 * rules, each as a method that throws {@link BrokenPromise}, are all that this suite believes.
 */
final class Promises {
    static final int QUEUES = 3;

    private final List<Item> items = new ArrayList<>();
    private final List<List<Item>> queues = new ArrayList<>();

    /** So many of the items must survive the death of the process. */
    private int againstKill;

    /** So many of the items must survive a loss of power. */
    private int againstPowerLoss;

    private int groups;

    Promises() {
        for (int queue = 0; queue < QUEUES; queue++) {
            queues.add(new ArrayList<>());
        }
    }

    /** The same promises, for a start that is tried on the side. */
    Promises copy() {
        final Promises copy = new Promises();
        items.forEach(copy::put);
        copy.againstKill = againstKill;
        copy.againstPowerLoss = againstPowerLoss;
        copy.groups = groups;
        return copy;
    }

    /** The messages of a queue below this are no longer wanted. */
    long floor(final int queue) {
        long floor = 0;
        for (final Item item : items) {
            if (item.floor() && item.queue() == queue) {
                floor = Math.max(floor, item.offset());
            }
        }
        return floor;
    }

    int newGroup() {
        return ++groups;
    }

    void put(final Item item) {
        items.add(item);
        if (!item.floor()) {
            queues.get(item.queue()).add(item);
        }
    }

    List<Item> queue(final int queue) {
        return queues.get(queue);
    }

    int size() {
        return items.size();
    }

    Item get(final int index) {
        return items.get(index);
    }

    /** The store says how far it has come: an answer for every item below. */
    void answered(final long committed, final long durable) {
        while (againstKill < items.size() && items.get(againstKill).end() <= committed) {
            if (items.get(againstKill).level() == FlushLevel.DURABLE) {
                againstPowerLoss = Math.max(againstPowerLoss, againstKill + 1);
            }
            againstKill++;
        }
        while (againstPowerLoss < items.size() && items.get(againstPowerLoss).end() <= durable) {
            againstPowerLoss++;
        }
    }

    /** The store was closed in order: everything is forced. */
    void closed() {
        againstKill = items.size();
        againstPowerLoss = items.size();
    }

    int answered() {
        return againstKill;
    }

    /** The power is gone: only what was promised for this case is still owed. */
    void powerLost() {
        againstKill = againstPowerLoss;
    }

    /**
     * The store has started again.
     *
     * @param from where its replay began
     * @param found what the replay met, in order
     */
    void restarted(final long from, final List<Item> found) {
        int kept = 0;
        while (kept < items.size() && items.get(kept).position() < from) {
            kept++;
        }
        for (final Item each : found) {
            if (kept == items.size()) {
                throw new BrokenPromise("invented: " + each + " was found behind the last item");
            }
            final Item expected = items.get(kept);
            if (each.position() != expected.position() || !Arrays.equals(each.bytes(), expected.bytes())) {
                throw new BrokenPromise(
                        "altered, out of order or invented: " + expected + " was written, " + each + " found");
            }
            kept++;
        }
        if (kept < againstKill) {
            throw new BrokenPromise("lost: " + againstKill + " items were answered as stored, " + kept
                    + " are there; the first" + " lost one: " + items.get(kept));
        }
        if (kept > 0
                && kept < items.size()
                && items.get(kept).group() != 0
                && items.get(kept).group() == items.get(kept - 1).group()) {
            throw new BrokenPromise(
                    "half of a group: " + items.get(kept - 1) + " is there, " + items.get(kept) + " is not");
        }
        while (items.size() > kept) {
            final Item lost = items.remove(items.size() - 1);
            if (!lost.floor()) {
                queues.get(lost.queue()).remove(queues.get(lost.queue()).size() - 1);
            }
        }
        // A start forces what it keeps.
        closed();
    }
}
