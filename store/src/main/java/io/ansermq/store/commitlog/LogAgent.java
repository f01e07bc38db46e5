package io.ansermq.store.commitlog;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import io.ansermq.store.Doorbell;
import io.ansermq.store.StoreException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import jdk.jfr.FlightRecorder;

/**
 * The {@code log} agent: takes all sealed frames there are, checksums them, writes each contiguous run at once, and
 * forces once if any of them wants it. What comes in meanwhile makes the next batch: that is all of group commit.
 * Nothing here allocates.
 */
final class LogAgent implements EventPoller.Handler<FrameSlot> {
    /** A batch ends here, so that readers and waiting frames need not wait for too long a write. */
    private static final int MAX_BATCH_BYTES = 4 << 20;

    private static final long NONE = -1;

    /** A force that is over so soon is worth waiting for. */
    private static final long QUICK_FORCE_NS = 500_000;

    /** How much the newest force counts in the mean: an eighth. */
    private static final int MEAN_SHIFT = 3;

    private final RingBuffer<FrameSlot> ring;
    private final EventPoller<FrameSlot> poller;
    private final StagingRing staging;
    private final ByteBuffer checked;
    private final ByteBuffer source;
    private final CRC32C crc = new CRC32C();
    private final Segments segments;
    private final SegmentWriter segmentWriter;
    private final Watermarks watermarks;
    private final BackgroundForce backgroundForce;
    private final ForceTimes.Timer forceTime;
    private final FailStop failStop;
    private final Doorbell auxBell;
    private volatile Runnable onProgress = new Doorbell();

    private SegmentRef segment;
    private long prepareAt;
    private long meanForceNs;

    // The batch being taken from the ring.
    private int batchFrames;
    private int batchBytes;
    private long batchEnd;
    private long batchEndAddress;
    private long firstDurable;

    // The run of frames side by side that is not yet written.
    private long runPosition;
    private int runIndex;
    private int runBytes;

    LogAgent(
            final RingBuffer<FrameSlot> ring,
            final StagingRing staging,
            final Segments segments,
            final SegmentRef segment,
            final SegmentWriter segmentWriter,
            final Watermarks watermarks,
            final BackgroundForce backgroundForce,
            final ForceTimes forceTimes,
            final FailStop failStop,
            final Doorbell auxBell) {
        this.ring = ring;
        this.poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
        this.staging = staging;
        this.checked = staging.view();
        this.source = staging.view();
        this.segments = segments;
        this.segment = segment;
        this.prepareAt = segments.prepareAt();
        this.segmentWriter = segmentWriter;
        this.watermarks = watermarks;
        this.backgroundForce = backgroundForce;
        this.forceTime = forceTimes.newTimer();
        this.failStop = failStop;
        this.auxBell = auxBell;
    }

    void onProgress(final Runnable listener) {
        onProgress = listener;
    }

    /** How many sealed frames wait. */
    long waiting() {
        return ring.getCursor() - poller.getSequence().get();
    }

    /** Whether forces have been quick lately. */
    boolean isQuick() {
        return meanForceNs <= QUICK_FORCE_NS;
    }

    /** One batch; returns how many frames it had. */
    int doWork() {
        return doWork(true);
    }

    /**
     * One batch, for core itself, which will look how far the log has come: to be told would have it look once more. Of room that
     * was refused before it is told all the same.
     */
    void doWorkUntold() {
        doWork(false);
    }

    private int doWork(final boolean tells) {
        if (failStop.failed()) {
            return 0;
        }
        try {
            return drain(tells);
        } catch (final Throwable failure) {
            // Whatever it was, the bytes behind `written` are unknown now.
            failStop.fail(new StoreException(
                    "writing " + segment + " behind position " + watermarks.written()
                            + " failed, the store has stopped: " + failure + "; check the disk and restart",
                    failure));
            return 0;
        }
    }

    private int drain(final boolean tells) throws Exception {
        batchFrames = 0;
        batchBytes = 0;
        runBytes = 0;
        firstDurable = NONE;
        poller.poll(this);
        if (batchFrames == 0) {
            return 0;
        }
        writeRun();
        staging.release(batchEndAddress);
        watermarks.written(batchEnd);
        final boolean forces = firstDurable != NONE;
        final boolean committed = commit(forces ? firstDurable : batchEnd);
        if (staging.takeStarved() || (committed && tells)) {
            onProgress.run();
        }
        if (forces) {
            force();
            if (commit(batchEnd) && tells) {
                onProgress.run();
            }
        }
        wakeAux();
        return batchFrames;
    }

    @Override
    public boolean onEvent(final FrameSlot frame, final long sequence, final boolean endOfBatch) throws Exception {
        FrameLayout.complete(checked, frame.index, watermarks.durable(), crc);
        if (frame.position == segment.end()) {
            writeRun();
            segment = segments.roll();
            prepareAt = segments.prepareAt();
        }
        if (frame.position != runPosition + runBytes || frame.index != runIndex + runBytes) {
            writeRun();
        }
        if (runBytes == 0) {
            runPosition = frame.position;
            runIndex = frame.index;
        }
        runBytes += frame.bytes;
        if (frame.durable && firstDurable == NONE) {
            firstDurable = frame.position;
        }
        batchFrames++;
        batchBytes += frame.bytes;
        batchEnd = frame.endPosition;
        batchEndAddress = frame.endAddress;
        return batchBytes < MAX_BATCH_BYTES;
    }

    private void writeRun() throws IOException {
        if (runBytes > 0) {
            // The first event makes the JDK set up all of its recording, which no start is to wait for.
            final LogEvents.Write event = FlightRecorder.isInitialized() ? new LogEvents.Write() : null;
            if (event != null) {
                event.begin();
            }
            segmentWriter.write(segment, runPosition, source, runIndex, runBytes);
            if (event != null) {
                event.bytes = runBytes;
                event.commit();
            }
            runBytes = 0;
        }
    }

    /** Forces everything from the durable position on, which may begin in an earlier segment. */
    private void force() throws IOException {
        final long from = watermarks.durable();
        forceTime.begin();
        if (from >= segment.start()) {
            segmentWriter.force(segment, from, batchEnd);
        } else {
            for (final SegmentRef dirty : segments.live()) {
                if (dirty.end() > from) {
                    segmentWriter.force(dirty, from, batchEnd);
                }
            }
        }
        if (!failStop.failed()) {
            watermarks.durable(batchEnd);
        }
        meanForceNs += (forceTime.end(batchEnd - from) - meanForceNs) >> MEAN_SHIFT;
    }

    private boolean commit(final long position) {
        // The aux agent may have failed meanwhile, in which case nothing counts any more.
        return !failStop.failed() && watermarks.committed(position);
    }

    private void wakeAux() {
        boolean wake = batchEnd > watermarks.durable() && backgroundForce.wanted();
        if (batchEnd >= prepareAt) {
            prepareAt = Long.MAX_VALUE;
            wake = true;
        }
        if (wake) {
            auxBell.ring();
        }
    }
}
