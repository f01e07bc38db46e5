package io.ansermq.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * A preallocated, zero-filled file and a mapping of it with every page touched: the raw disk beside which the log is
 * measured. Loops run over it from the start and begin again at its end, as a log does that recycles its segments. Not
 * thread safe.
 */
final class RawFile implements Closeable {

    /** The largest batch of a loop. */
    static final int MAX_BATCH_BYTES = 4 << 20;

    private static final int STEP_BYTES = 1 << 20;
    private static final int PAGE_BYTES = 4096;

    private final Path path;
    private final FileChannel channel;
    private final MappedByteBuffer mapping;
    private final ByteBuffer source;
    private int position;

    /**
     * Makes the file; takes a second or so.
     *
     * @param directory an existing directory on the disk to be measured
     * @param bytes the file's length, a multiple of 1 MiB
     * @throws IOException the disk is full, or the directory cannot be written
     */
    RawFile(final Path directory, final int bytes) throws IOException {
        path = Files.createTempFile(directory, "raw-disk-", ".bin");
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        source = ByteBuffer.allocateDirect(MAX_BATCH_BYTES);
        zeroFill(bytes);
        mapping = channel.map(FileChannel.MapMode.READ_WRITE, 0, bytes);
        final byte[] noise = new byte[source.capacity()];
        new Random(1).nextBytes(noise);
        source.clear().put(0, noise);
        touch();
    }

    /**
     * Writes batches one after the other until the time is up.
     *
     * @param batchBytes at most {@link #MAX_BATCH_BYTES}
     * @throws IOException the disk failed
     */
    BatchStats run(final RawMode mode, final int batchBytes, final long timeMs) throws IOException {
        if (mode == RawMode.MAPPED) {
            touch();
        }
        final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        final long startNs = System.nanoTime();
        final long endNs = startNs + TimeUnit.MILLISECONDS.toNanos(timeMs);
        long batches = 0;
        long beganNs = startNs;
        while (beganNs < endNs) {
            batch(mode, batchBytes);
            batches++;
            final long doneNs = System.nanoTime();
            latencies.recordValue(doneNs - beganNs);
            beganNs = doneNs;
        }
        final BatchStats stats = new BatchStats(batches, batches * batchBytes, beganNs - startNs, latencies);
        if (!mode.isDurable()) {
            channel.force(false); // what this loop left to the kernel must not slow down the next
        }
        return stats;
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(path);
    }

    private void batch(final RawMode mode, final int batchBytes) throws IOException {
        if (position + batchBytes > mapping.capacity()) {
            position = 0;
        }
        switch (mode) {
            case WRITE_SYNC -> {
                write(batchBytes);
                channel.force(false);
            }
            case WRITE -> write(batchBytes);
            case MAPPED_SYNC -> {
                copy(batchBytes);
                mapping.force(position, batchBytes);
            }
            case MAPPED_FILE_SYNC -> {
                copy(batchBytes);
                channel.force(false);
            }
            case MAPPED -> copy(batchBytes);
        }
        position += batchBytes;
    }

    private void write(final int batchBytes) throws IOException {
        source.clear().limit(batchBytes);
        while (source.hasRemaining()) {
            channel.write(source, position + source.position());
        }
    }

    private void copy(final int batchBytes) {
        mapping.put(position, source.clear(), 0, batchBytes);
    }

    /** Real zeros, not a hole: the first write to a hole must allocate blocks, which no prepared segment does. */
    private void zeroFill(final int bytes) throws IOException {
        for (long at = 0; at < bytes; at += STEP_BYTES) {
            source.clear().limit(STEP_BYTES);
            channel.write(source, at);
        }
        channel.force(true);
    }

    /** Makes every page writable in this process, which costs a fault each; a force takes that away again. */
    private void touch() {
        for (int at = 0; at < mapping.capacity(); at += PAGE_BYTES) {
            mapping.put(at, mapping.get(at));
        }
    }
}
