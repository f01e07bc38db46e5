package io.ansermq.client;

import java.util.function.LongSupplier;

/**
 * How many deliveries of one subscriber may be on the way or wait for the application. Small at first, and doubled while the
 * application takes them so fast that twice as many would be gone within {@link #GOAL_NS}. Credit goes back in lumps of half of it:
 * the broker can then deliver in long frames while the other half is being worked on.
 *
 * <p>Not thread safe; guarded by the lock of {@link AckQueue}.
 */
final class CreditWindow {
    /** What a consumer that nobody has asked for anything may take from others: as little as shows that there is something. */
    static final int FIRST = 1;

    /** As long as may pass before an idle consumer gives back what it has, about; see {@link IdleWatch}. */
    private static final long GOAL_NS = 500_000_000;

    private final int first;
    private final int most;
    private final LongSupplier nanoClock;
    private int size;
    private long sinceNs;

    /** One that begins small. */
    static CreditWindow growing(final int most, final LongSupplier nanoClock) {
        return new CreditWindow(Math.min(FIRST, most), most, nanoClock);
    }

    /** One that is always the same. */
    static CreditWindow fixed(final int size) {
        return new CreditWindow(size, size, () -> 0);
    }

    private CreditWindow(final int first, final int most, final LongSupplier nanoClock) {
        this.first = first;
        this.most = most;
        this.nanoClock = nanoClock;
        size = first;
    }

    int size() {
        return size;
    }

    /** How many deliveries are to be handed before their credit goes back. */
    int lump() {
        return Math.max(1, size / 2);
    }

    /** A lump was handed; returns how many deliveries more there may be from now on. */
    int lumpHanded() {
        if (size == most) {
            return 0;
        }
        final long nowNs = nanoClock.getAsLong();
        final long tookNs = nowNs - sinceNs;
        sinceNs = nowNs;
        final int wanted = Math.min(most, 2 * size);
        if (tookNs > GOAL_NS / wanted * lump()) {
            return 0;
        }
        final int more = wanted - size;
        size = wanted;
        return more;
    }

    /** All that was delivered is gone, as is the credit: from here on as at first. */
    void restart() {
        size = first;
    }
}
