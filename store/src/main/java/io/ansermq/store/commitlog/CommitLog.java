package io.ansermq.store.commitlog;

import com.lmax.disruptor.RingBuffer;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.Doorbell;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.Background;
import io.ansermq.store.files.Files;
import io.ansermq.store.files.StoreFile;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import io.ansermq.store.image.StateImages;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of one data directory: records in frames, frames in segments, in one order for ever.
 *
 * <p>Life cycle: {@link #open}, read {@link #image()}, {@link #replay}, {@link #start}, then {@link #writer()} and
 * {@link #read} until {@link #close()}. Everything before {@code start} is for the thread that opens the store.
 *
 * <p>Any error of the disk while the log is open stops it for good (see {@link #start}): nothing is tried again, because
 * after a failed force nobody knows what the device holds.
 */
public final class CommitLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommitLog.class);

    /** The version of the directory as a whole; frames and the checkpoint have versions of their own. */
    private static final int FORMAT = 1;

    private static final String FORMAT_PREFIX = "anser-store ";

    private final Files files;
    private final Path directory;
    private final StoreOptions options;
    private final LongSupplier epochMs;
    private final Closeable directoryLock;
    private final Checkpoint checkpoint;
    private final Segments segments;
    private final Watermarks watermarks = new Watermarks();
    private final FailStop failStop = new FailStop();
    private final Doorbell logBell = new Doorbell();
    private final Doorbell auxBell = new Doorbell();
    private final BackgroundForce backgroundForce;
    private final ForceTimes forceTimes = new ForceTimes();
    private final AuxAgent aux;
    private final StateImages images;
    private final StateImages.@Nullable Image image;
    private final Releases releases = new Releases();

    private int epoch;
    private @Nullable FrameWriter writer;
    private @Nullable LogAgent log;
    private @Nullable LogTurn logTurn;
    private @Nullable AgentThread logThread;
    private @Nullable AgentThread auxThread;
    private boolean closed;

    private CommitLog(
            final Files files,
            final Path directory,
            final StoreOptions options,
            final LongSupplier epochMs,
            final Closeable directoryLock)
            throws IOException {
        this.files = files;
        this.directory = directory;
        this.options = options;
        this.epochMs = epochMs;
        this.directoryLock = directoryLock;
        checkFormat();
        final Path logDirectory = directory.resolve("log");
        files.createDirectories(logDirectory);
        checkpoint = Checkpoint.open(files, directory.resolve("checkpoint"));
        segments = new Segments(files, logDirectory, options);
        backgroundForce = new BackgroundForce(
                files,
                segments,
                watermarks,
                checkpoint,
                forceTimes,
                TimeUnit.MILLISECONDS.toNanos(options.backgroundForceMs()));
        aux = new AuxAgent(backgroundForce, failStop, auxBell);
        images = new StateImages(files, directory.resolve("state"), new Publication());
        files.syncDirectory(directory);
        image = images.newest();
    }

    /**
     * Locks the directory and finds what is in it; creates a store where there is none.
     *
     * @param epochMs the wall clock
     * @throws StoreException when the directory is in use, of a newer version, damaged, or nearly full
     */
    public static CommitLog open(
            final Files files, final Path directory, final StoreOptions options, final LongSupplier epochMs) {
        try {
            files.createDirectories(directory);
            final long usableBytes = files.usableSpace(directory);
            // A store that is there already must open, or nobody could ever make room by consuming.
            if (usableBytes < options.minFreeBytes() && !files.exists(directory.resolve("format"))) {
                throw new StoreException("the disk of " + directory + " has " + (usableBytes >> 20)
                        + " MiB left, the store wants " + (options.minFreeBytes() >> 20)
                        + " MiB: make room, choose another directory, or lower min-free-disk");
            }
            // Recovery, step 1: lock, choose the newest valid checkpoint. Step 2: choose the newest valid image.
            final Closeable lock = files.lock(directory.resolve("lock"));
            try {
                return new CommitLog(files, directory, options, epochMs, lock);
            } catch (final IOException | RuntimeException e) {
                lock.close();
                throw e;
            }
        } catch (final IOException e) {
            throw new StoreException("cannot open the store in " + directory + ": " + e, e);
        }
    }

    private void checkFormat() throws IOException {
        final Path path = directory.resolve("format");
        if (!files.exists(path)) {
            final Path unfinished = directory.resolve("format.tmp");
            try (StoreFile file = files.create(unfinished)) {
                file.write(ByteBuffer.wrap((FORMAT_PREFIX + FORMAT + "\n").getBytes(StandardCharsets.US_ASCII)), 0);
                file.force();
            }
            files.rename(unfinished, path);
            return;
        }
        final ByteBuffer bytes = ByteBuffer.allocate(64);
        try (StoreFile file = files.open(path)) {
            file.read(bytes, 0);
        }
        final String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
        if (!text.equals(FORMAT_PREFIX + FORMAT)) {
            throw new StoreException(path + " says '" + text + "', this program reads '" + FORMAT_PREFIX + FORMAT
                    + "': use the version of AnserMQ that wrote this directory or a newer one, or another"
                    + " directory");
        }
    }

    /** The newest valid state image, to be read before {@link #replay}, which ends it; null when there is none. */
    public @Nullable ImageReader image() {
        return image;
    }

    /**
     * Visits all records from the image's position to the tail, then starts a new epoch. To be called once, also on a
     * fresh store.
     *
     * @throws StoreException when acknowledged bytes are damaged; names the segment and the position
     */
    public void replay(final RecordVisitor visitor) {
        if (writer != null) {
            throw new IllegalStateException("the log was replayed already");
        }
        try {
            beginAt(recovery().run(replayFrom(), visitor, epochMs.getAsLong()));
            if (image != null) {
                image.close();
            }
        } catch (final IOException e) {
            throw new StoreException("cannot recover the store in " + directory + ": " + e, e);
        }
    }

    private Recovery recovery() {
        final long durable = checkpoint.state().durablePosition();
        return image == null
                ? new Recovery(directory, segments, checkpoint, durable, 0)
                : new Recovery(directory, segments, checkpoint, Math.max(durable, image.position()), image.epoch());
    }

    private long replayFrom() {
        if (image != null) {
            return image.position();
        }
        if (checkpoint.state().imagePosition() == Checkpoint.NONE) {
            // Segments are only ever released when images stand for them: without one, the log starts at 0.
            return 0;
        }
        LOG.warn("no state image in {} is whole; replaying all of the log from position {}", directory, start());
        return start();
    }

    private void beginAt(final LogTail tail) {
        epoch = tail.epoch();
        segments.trustFrom(tail.position());
        watermarks.written(tail.position());
        watermarks.durable(tail.position());
        watermarks.committed(tail.position());
        // Nobody sleeps at the ring's own bell: whether a frame wakes the log agent is for LogTurn to say. One thread
        // at a time
        // produces, whoever runs core's turn, but not always the same one, upon which a ring for single producers
        // insists.
        final RingBuffer<FrameSlot> ring =
                RingBuffer.createMultiProducer(FrameSlot::new, options.ringSlots(), new Doorbell());
        final StagingRing staging = new StagingRing(files.memory(directory, options.stagingBytes()));
        final SegmentRef[] live = segments.live();
        log = new LogAgent(
                ring,
                staging,
                segments,
                live[live.length - 1],
                SegmentWriter.of(options.appendMode()),
                watermarks,
                backgroundForce,
                forceTimes,
                failStop,
                auxBell);
        logTurn = new LogTurn(log, logBell);
        writer = new FrameWriter(ring, staging, options, epochMs, logTurn, tail);
        aux.register(new SegmentFiles());
        aux.register(images);
    }

    /**
     * Runs the {@code log} and {@code aux} agents on threads of their own, which nobody may interrupt.
     *
     * @param onProgress runs on the log agent's thread when {@link Watermarks#committed()} moved or refused room became
     *     free; must be quick
     * @param onFailure runs once, on an agent's thread, when the store stops for good: nothing is committed any more
     */
    public void start(final ThreadFactory threads, final Runnable onProgress, final Consumer<Throwable> onFailure) {
        attach(onProgress, onFailure);
        final LogTurn turn = recovered(logTurn);
        turn.share();
        logThread = AgentThread.start(turn, logBell, threads);
        auxThread = AgentThread.start(aux, auxBell, threads);
    }

    /** Has someone told how many nanoseconds each force took, on the thread that forces; must be quick. */
    public void onForce(final LongConsumer listener) {
        forceTimes.tell(listener);
    }

    /** Like {@link #start} without threads: the caller drives {@link #doLogWork} and {@link #doAuxWork}. */
    public void attach(final Runnable onProgress, final Consumer<Throwable> onFailure) {
        recovered(log).onProgress(onProgress);
        failStop.listener(onFailure);
    }

    /** Where {@code core} puts records. */
    public FrameWriter writer() {
        return recovered(writer);
    }

    /** The number of this life of the log, once it was replayed: one more than that of the life before. */
    public int epoch() {
        return epoch;
    }

    /** How far the log has come. */
    public Watermarks watermarks() {
        return watermarks;
    }

    /** One turn of the log agent; returns how many frames it wrote. Only without {@link #start}. */
    public int doLogWork() {
        return recovered(logTurn).doWork();
    }

    /** One turn of the aux agent; returns 0 when there is nothing to do now. Only without {@link #start}. */
    public int doAuxWork(final long nowNs) {
        return aux.doWork(nowNs);
    }

    /** The aux agent, for others that need files prepared: the indexes. */
    public Background background() {
        return aux;
    }

    /** The position of the oldest byte that is still there. */
    public long start() {
        return segments.start();
    }

    /** Bytes that the file system of the data directory can still take. Any thread; may wait for the disk. */
    public long usableBytes() throws IOException {
        return files.usableSpace(directory);
    }

    /** Bytes of all segment files, those kept ready included. Any thread. */
    public long fileBytes() {
        return segments.fileBytes();
    }

    /** While room is scarce the log keeps no more files ready than it needs. Any thread. */
    public void scarce(final boolean now) {
        segments.scarce(now);
        auxBell.ring();
    }

    /** Whether segments that nobody needs wait for newer state images. Any thread. */
    public boolean waitsForImages() {
        final SegmentRef[] live = segments.live();
        return live.length > 1
                && live[0].end() <= releases.granted(watermarks.durable())
                && live[0].end() > images.replayableFrom();
    }

    /** The positions at which the segments start, and in the end where the last one ends. */
    public long[] segmentBounds() {
        final SegmentRef[] live = segments.live();
        final long[] bounds = new long[live.length + 1];
        for (int i = 0; i < live.length; i++) {
            bounds[i] = live[i].start();
            bounds[i + 1] = live[i].end();
        }
        return bounds;
    }

    /**
     * Copies written bytes of one record, or a part of it. Any thread; allocates nothing.
     *
     * @return false when the range is no longer there or not yet written
     */
    public boolean read(final long position, final int length, final ByteBuffer to, final int toIndex) {
        final SegmentRef segment = retain(position);
        if (segment == null) {
            return false;
        }
        try {
            if (position + length > segment.end() || position + length > watermarks.written()) {
                return false;
            }
            to.put(toIndex, segment.buffer(), (int) (position - segment.start()), length);
            return true;
        } finally {
            segment.release();
        }
    }

    /**
     * Copies one message if it is what was written: for everybody who hands messages out. Any thread; allocates nothing,
     * but see {@link SegmentRef#isIntact} for the first reader of a place. Damage is logged once, and kept in
     * {@link #damages()}.
     */
    public ReadOutcome readIntact(final long position, final int length, final ByteBuffer to, final int toIndex) {
        final SegmentRef segment = retain(position);
        if (segment == null) {
            return ReadOutcome.GONE;
        }
        try {
            if (position + length > segment.end() || position + length > watermarks.written()) {
                return ReadOutcome.GONE;
            }
            final int index = (int) (position - segment.start());
            if (!segment.isIntact(position, length)) {
                return ReadOutcome.DAMAGED;
            }
            if (!isMessage(segment.buffer(), index, length)) {
                LOG.error(
                        "no message of {} bytes begins at position {} in {}, though the queue index says so: it is not"
                                + " delivered; run 'anser store verify' when the broker is stopped",
                        length,
                        position,
                        segment.path());
                return ReadOutcome.DAMAGED;
            }
            to.put(toIndex, segment.buffer(), index, length);
            return ReadOutcome.READ;
        } finally {
            segment.release();
        }
    }

    /** Whether a range of one record is written and is what was written, for those who read records in parts. Any thread. */
    public boolean isIntact(final long position, final int length) {
        return check(position, length) == ReadOutcome.READ;
    }

    /** What reading a range of one record would bring; for those who read records in parts. Any thread. */
    public ReadOutcome check(final long position, final int length) {
        final SegmentRef segment = retain(position);
        if (segment == null) {
            return ReadOutcome.GONE;
        }
        try {
            if (position + length > Math.min(segment.end(), watermarks.written())) {
                return ReadOutcome.GONE;
            }
            return segment.isIntact(position, length) ? ReadOutcome.READ : ReadOutcome.DAMAGED;
        } finally {
            segment.release();
        }
    }

    /** Whether a message of this length begins there: the place comes from the queue index, which can be damaged too. */
    private static boolean isMessage(final ByteBuffer bytes, final int index, final int length) {
        if (length < MessageLayout.BODY || bytes.getInt(index + MessageLayout.TOTAL_SIZE) != length) {
            return false;
        }
        final int magic = bytes.getInt(index + MessageLayout.MAGIC);
        return magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2;
    }

    /** What readers found damaged since the store was opened. Any thread. */
    public List<Damage> damages() {
        return segments.damages();
    }

    /**
     * The segment that holds a position, with a reference that the caller gives back. Any thread; allocates nothing. What
     * stands at or behind {@link Watermarks#written()} is not to be read.
     *
     * @return null when the position is no longer there or not yet written
     */
    public @Nullable SegmentRef retain(final long position) {
        if (position >= watermarks.written()) {
            return null;
        }
        final SegmentRef segment = segments.find(position);
        return segment != null && segment.tryRetain() ? segment : null;
    }

    /**
     * Starts a state image. Owned by {@code core}; one at a time.
     *
     * @param position the position up to which all records are applied: a value of {@link Watermarks#committed()}
     * @throws IllegalArgumentException when no frame starts at the position
     * @throws IllegalStateException when the image before is not done yet
     */
    public ImageWriter beginImage(final long position) {
        if (!isFrameStart(position)) {
            // Replay would take it for the torn end of the log.
            throw new IllegalArgumentException("no frame starts at position " + position);
        }
        return images.begin(epoch, position, auxBell);
    }

    private boolean isFrameStart(final long position) {
        if (position == watermarks.written()) {
            return true;
        }
        final SegmentRef segment = retain(position);
        if (segment == null) {
            return false;
        }
        try {
            return FrameLayout.isHeader(
                    segment.buffer(), (int) (position - segment.start()), segment.length(), position);
        } finally {
            segment.release();
        }
    }

    /**
     * Lets {@code aux} free segments that lie wholly below the position and below both newest images, as soon as all that is
     * committed now is durable: the acknowledgements that the caller went by are among it. Any thread.
     */
    public void releaseBelow(final long position) {
        releases.wish(position, watermarks.committed());
        auxBell.ring();
    }

    /** Writes and forces everything that was sealed, then gives the directory back. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (logThread != null) {
            logThread.stop();
        }
        if (auxThread != null) {
            auxThread.stop();
        }
        try (directoryLock) {
            try {
                if (log != null) {
                    finish(log);
                }
            } finally {
                images.close();
                aux.end();
                segments.close();
                checkpoint.close();
            }
        } catch (final IOException e) {
            throw new StoreException("cannot close the store in " + directory + " in order: " + e, e);
        }
    }

    /** Makes the log end in order; without this the next start looks harder, and loses nothing either. */
    private void finish(final LogAgent agent) throws IOException {
        while (agent.doWork() > 0) {
            // One batch after the other.
        }
        if (!failStop.failed()) {
            backgroundForce.force();
            checkpoint.closed(watermarks.written());
        }
    }

    private static <T> T recovered(final @Nullable T part) {
        if (part == null) {
            throw new IllegalStateException("the log has to be replayed first");
        }
        return part;
    }

    /** How images and the log depend on each other. */
    private final class Publication implements StateImages.Publication {
        @Override
        public void prepare() throws IOException {
            // An image must not know a record that the log could still lose.
            backgroundForce.force();
        }

        @Override
        public boolean makeRoom() throws IOException {
            return segments.dropSpares();
        }

        @Override
        public void published(final long position) throws IOException {
            checkpoint.imaged(position, watermarks.durable());
        }
    }

    /** Has files of segments ready before they are needed, and gives back what nobody needs any more. */
    private final class SegmentFiles implements Background.Task {
        @Override
        public boolean doWork() throws IOException {
            final boolean prepared = segments.prepare(watermarks.written());
            final long unneeded = Math.min(releases.granted(watermarks.durable()), images.replayableFrom());
            return segments.release(unneeded) || prepared;
        }
    }
}
