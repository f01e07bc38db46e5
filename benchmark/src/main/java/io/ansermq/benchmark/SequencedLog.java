package io.ansermq.benchmark;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.AppendMode;
import io.ansermq.store.Doorbell;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.FrameWriter;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.image.ImageWriter;
import java.io.Closeable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The write pipeline of the broker without its network: a ring that many producers publish to, one sequencer thread that
 * copies records into frames and seals one per drained batch, and the real {@link CommitLog} behind it. {@link #offer} is
 * thread safe; the sequencer owns the rest.
 *
 * <p>What is committed is let go at once, so that the log recycles its segments as it does when messages are consumed as
 * fast as they are sent.
 */
final class SequencedLog implements Closeable {

    private static final int RING_SLOTS = 16_384;
    /** How far apart state images are; they are empty, and let segments go. */
    private static final long IMAGE_EVERY_BYTES = 128L << 20;

    private final AppendMode mode;
    private final CountingFiles files = new CountingFiles(new DiskFiles());
    private final List<Thread> agents = new ArrayList<>();
    private final Doorbell bell = new Doorbell();
    private final CommitLog log;
    private final FrameWriter writer;
    private final RingBuffer<Slot> ring;
    private final EventPoller<Slot> poller;
    private final EventPoller.Handler<Slot> sequencing = (slot, sequence, last) -> sequence(slot);
    private final BooleanSupplier hasWork = this::hasWork;
    private final Thread sequencer;

    private volatile boolean running = true;
    private volatile @Nullable Throwable failure;

    /** Sequenced, not yet committed, in log order: whose record, and where it ends. */
    private final AppendProducer[] waiting = new AppendProducer[RING_SLOTS];

    private final long[] waitingEnds = new long[RING_SLOTS];
    private long sequenced;
    private long completed;

    /** Came from the ring when the log had no room for its record. */
    private @Nullable AppendProducer pending;

    private long nowEpochMs;
    private @Nullable ImageWriter image;
    private long imagePosition;

    /** An entry of the ring. */
    private static final class Slot {
        private @Nullable AppendProducer producer;
    }

    /**
     * Opens a log and starts its threads.
     *
     * @param directory of this log alone
     */
    SequencedLog(final Path directory, final AppendMode mode) {
        this.mode = mode;
        final StoreOptions options =
                StoreOptions.builder().appendMode(mode).keyIndex(false).build();
        log = CommitLog.open(files, directory, options, System::currentTimeMillis);
        log.replay(new RecordVisitor() {
            @Override
            public void message(final long position, final int size, final ByteBuffer record) {}

            @Override
            public void control(final long position, final ByteBuffer record) {}
        });
        writer = log.writer();
        imagePosition = writer.end();
        ring = RingBuffer.createMultiProducer(Slot::new, RING_SLOTS, bell);
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
        sequencer = new Thread(this::run, "sequencer");
        log.start(this::agent, bell::ring, this::fail);
        sequencer.start();
    }

    /** How this log appends. */
    AppendMode mode() {
        return mode;
    }

    /** Hands over one record of the producer; blocks while the ring is full. Thread safe. */
    void offer(final AppendProducer producer) {
        final long sequence = ring.next();
        ring.get(sequence).producer = producer;
        ring.publish(sequence);
    }

    /** The threads of this log: the sequencer first, then those that the store has started. */
    List<Thread> threads() {
        final List<Thread> threads = new ArrayList<>();
        threads.add(sequencer);
        synchronized (agents) {
            threads.addAll(agents);
        }
        return threads;
    }

    /** What the store's threads have done to files until now: the figures of the one that wrote and forced most. */
    CountingFiles.Counts fileCounts() {
        return threads().stream()
                .map(files::counts)
                .reduce((one, other) -> one.forces() + one.writes() >= other.forces() + other.writes() ? one : other)
                .orElseThrow();
    }

    /** Throws what the store has stopped with, if it has. */
    void check() {
        final Throwable cause = failure;
        if (cause != null) {
            throw new IllegalStateException("The log has stopped: " + cause, cause);
        }
    }

    @Override
    public void close() {
        running = false;
        bell.ring();
        try {
            sequencer.join();
        } catch (final InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }

    private Thread agent(final Runnable work) {
        final Thread thread = new Thread(work, "agent");
        thread.setDaemon(true);
        synchronized (agents) {
            agents.add(thread);
        }
        return thread;
    }

    private void fail(final Throwable cause) {
        failure = cause;
        bell.ring();
    }

    private void run() {
        try {
            while (running && failure == null) {
                if (turn() == 0) {
                    Await.until(hasWork, bell);
                }
            }
        } catch (final Exception | Error e) {
            fail(e);
        }
    }

    /** Sequences what waits, completes what is committed; returns how many records of either kind. */
    private int turn() throws Exception {
        final long before = sequenced + completed;
        nowEpochMs = System.currentTimeMillis();
        final AppendProducer held = pending;
        pending = null;
        if (held == null || append(held)) {
            poller.poll(sequencing);
        }
        writer.seal(nowEpochMs);
        complete(log.watermarks().committed());
        letGo();
        return (int) (sequenced + completed - before);
    }

    private boolean hasWork() {
        if (!running || failure != null) {
            return true;
        }
        if (completed < sequenced && log.watermarks().committed() >= waitingEnds[index(completed)]) {
            return true;
        }
        final AppendProducer held = pending;
        return held != null
                ? writer.reserve(held.recordBytes())
                : ring.getCursor() > poller.getSequence().get();
    }

    private boolean sequence(final Slot slot) {
        return append(Objects.requireNonNull(slot.producer, "published without a producer"));
    }

    /** Copies the producer's record into the log and fills in what the broker fills in; false when there is no room. */
    private boolean append(final AppendProducer producer) {
        final int bytes = producer.recordBytes();
        if (!writer.reserve(bytes)) {
            pending = producer;
            return false;
        }
        final long position = writer.position();
        final ByteBuffer slot = writer.slot();
        final int at = slot.position();
        slot.put(at, producer.record(), 0, bytes);
        slot.putLong(at + MessageLayout.QUEUE_OFFSET, sequenced);
        slot.putLong(at + MessageLayout.POSITION, position);
        slot.putLong(at + MessageLayout.STORE_TIMESTAMP, nowEpochMs);
        writer.commit(producer.level());
        waiting[index(sequenced)] = producer;
        waitingEnds[index(sequenced)] = position + bytes;
        sequenced++;
        return true;
    }

    private void complete(final long committed) {
        AppendProducer last = null;
        long count = 0;
        while (completed < sequenced && waitingEnds[index(completed)] <= committed) {
            final AppendProducer producer = waiting[index(completed++)];
            if (producer != last && last != null) {
                last.complete(count);
                count = 0;
            }
            last = producer;
            count++;
        }
        if (last != null) {
            last.complete(count);
        }
    }

    /** Everything committed counts as consumed: an empty image says so, and the segments before the last one go. */
    private void letGo() {
        if (image != null && image.isDone()) {
            log.releaseBelow(image.position());
            image = null;
        }
        final long committed = log.watermarks().committed();
        if (image == null && committed - imagePosition >= IMAGE_EVERY_BYTES) {
            imagePosition = committed;
            image = log.beginImage(committed);
            image.finish();
        }
    }

    private static int index(final long sequence) {
        return (int) sequence & (RING_SLOTS - 1);
    }
}
