package io.ansermq.benchmark;

import io.ansermq.store.Doorbell;
import io.ansermq.store.FlushLevel;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Sends the same record again and again: with a window of 1 it waits for each to be committed, else it goes on until the
 * window is full and then waits for half of it. {@link #start} does so on a thread of its own.
 */
final class AppendProducer {

    private final SequencedLog log;
    private final ByteBuffer record;
    private final FlushLevel level;
    private final int window;
    private final Doorbell bell = new Doorbell();
    private final BooleanSupplier hasRoom = this::hasRoom;
    private final Thread thread = new Thread(this::run, "producer");
    private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);

    /** This thread alone. */
    private long offered;

    /** The sequencer alone writes it. */
    private volatile long completed;

    private volatile boolean measuring;
    private volatile boolean over;

    AppendProducer(final SequencedLog log, final RecordShape shape, final FlushLevel level, final int window) {
        this.log = log;
        this.record = shape.record();
        this.level = level;
        this.window = window;
        thread.setDaemon(true);
    }

    /** What is sent; the sequencer reads it. */
    ByteBuffer record() {
        return record;
    }

    int recordBytes() {
        return record.capacity();
    }

    FlushLevel level() {
        return level;
    }

    /** So many more of its records are committed; the sequencer only. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // The sequencer alone writes it.
    void complete(final long count) {
        completed += count;
        bell.ring();
    }

    void start() {
        thread.start();
    }

    /** From now on latencies are recorded, or no more. */
    void measure(final boolean on) {
        measuring = on;
    }

    /** Records committed until now; any thread. */
    long completed() {
        return completed;
    }

    /** Stops it and waits until all its records are committed; whether that happened in time. */
    boolean stop(final long timeoutMs) throws InterruptedException {
        over = true;
        thread.join(timeoutMs);
        return !thread.isAlive();
    }

    /** Nanoseconds from offer to commit, with a window of 1; after {@link #stop}. */
    Histogram latencies() {
        return latencies;
    }

    private void run() {
        while (!over) {
            final long offeredNs = System.nanoTime();
            send();
            if (window == 1 && measuring) {
                latencies.recordValue(System.nanoTime() - offeredNs);
            }
        }
        awaitAll();
    }

    /** Sends one record and, when that fills the window, waits; the sending thread only. */
    void send() {
        log.offer(this);
        offered++;
        if (offered - completed >= window) {
            Await.until(hasRoom, bell);
        }
    }

    /** Waits until all are committed; the sending thread only. */
    void awaitAll() {
        Await.until(() -> completed == offered, bell);
    }

    /** Waking for every free place would cost a switch of threads each. */
    private boolean hasRoom() {
        return offered - completed <= window / 2;
    }
}
