package io.ansermq.store.commitlog;

import io.ansermq.store.files.Files;
import io.ansermq.store.files.StoreFile;
import java.io.IOException;

/**
 * Forces what nobody waits for, so that written bytes are at risk for a bounded time. Owned by {@code aux}.
 *
 * <p>It forces through a file handle of its own: the kernel reports a lost page once to each open handle, so the
 * {@code log} agent, which forces through another one, can never take a failure here for a success there.
 */
final class BackgroundForce {
    private final Files files;
    private final Segments segments;
    private final Watermarks watermarks;
    private final Checkpoint checkpoint;
    private final ForceTimes.Timer time;
    private final long intervalNs;

    // set by log, cleared by aux
    private volatile boolean wanted;

    // aux
    private boolean scheduled;
    private long dueNs;

    BackgroundForce(
            final Files files,
            final Segments segments,
            final Watermarks watermarks,
            final Checkpoint checkpoint,
            final ForceTimes times,
            final long intervalNs) {
        this.files = files;
        this.segments = segments;
        this.watermarks = watermarks;
        this.checkpoint = checkpoint;
        this.time = times.newTimer();
        this.intervalNs = intervalNs;
    }

    /** The log agent left bytes unforced; returns whether that is news to {@code aux}. */
    boolean wanted() {
        if (wanted) {
            return false;
        }
        wanted = true;
        return true;
    }

    /** Forces when it is time to. */
    boolean doWork(final long nowNs) throws IOException {
        if (!wanted) {
            return false;
        }
        if (!scheduled) {
            scheduled = true;
            dueNs = nowNs + intervalNs;
        }
        if (nowNs - dueNs < 0) {
            return false;
        }
        // Cleared before the watermark is read: what is written from now on asks again.
        wanted = false;
        scheduled = false;
        force();
        return true;
    }

    /** How long the agent may sleep. */
    long sleepNs(final long nowNs) {
        return scheduled ? Math.max(1, dueNs - nowNs) : Long.MAX_VALUE;
    }

    /** Forces everything that is written, and says so in the checkpoint. */
    void force() throws IOException {
        final long to = watermarks.written();
        final long from = watermarks.durable();
        if (to <= from) {
            return;
        }
        time.begin();
        for (final SegmentRef segment : segments.live()) {
            if (segment.end() > from && segment.start() < to) {
                try (StoreFile file = files.open(segment.path())) {
                    file.force();
                }
            }
        }
        time.end(to - from);
        watermarks.durable(to);
        checkpoint.forced(to);
    }
}
