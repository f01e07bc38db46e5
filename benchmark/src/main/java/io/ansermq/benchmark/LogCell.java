package io.ansermq.benchmark;

import io.ansermq.store.FlushLevel;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.HdrHistogram.Histogram;

/**
 * One combination of what {@link LogAppend} measures, apart from the append mode.
 *
 * @param level DURABLE: each producer waits for its record; WRITTEN: each keeps a window of 1000
 * @param producers threads that send
 * @param shape of the messages
 */
record LogCell(FlushLevel level, int producers, RecordShape shape) {

    private static final int WINDOW = 1000;
    private static final long RAMP_MS = 100;
    private static final long STALL_MS = 20_000;

    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    boolean isDurable() {
        return level == FlushLevel.DURABLE;
    }

    /** The batch that the raw disk is given in its stead: what waits at the same time, or a full frame. */
    int rawBatchBytes(final double messagesPerBatch) {
        final int records = isDurable() ? producers : (int) Math.max(1, Math.round(messagesPerBatch));
        return Math.min(shape.frameBytes(records), RawFile.MAX_BATCH_BYTES);
    }

    /** Loads the log for a while; blocks. */
    LogStats run(final SequencedLog log, final long timeMs) throws InterruptedException {
        final List<AppendProducer> senders = IntStream.range(0, producers)
                .mapToObj(index -> new AppendProducer(log, shape, level, isDurable() ? 1 : WINDOW))
                .toList();
        senders.forEach(AppendProducer::start);
        TimeUnit.MILLISECONDS.sleep(RAMP_MS);

        final Sample before = Sample.of(log, senders);
        senders.forEach(sender -> sender.measure(true));
        TimeUnit.MILLISECONDS.sleep(timeMs);
        senders.forEach(sender -> sender.measure(false));
        final Sample after = Sample.of(log, senders);

        for (final AppendProducer sender : senders) {
            if (!sender.stop(STALL_MS)) {
                log.check();
                throw new IllegalStateException("The log commits nothing any more: " + this);
            }
        }
        return stats(before, after, senders);
    }

    private LogStats stats(final Sample before, final Sample after, final List<AppendProducer> senders) {
        final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
        senders.forEach(sender -> latencies.add(sender.latencies()));
        final CountingFiles.Counts counts = after.files.since(before.files);
        final long messages = after.messages - before.messages;
        return new LogStats(
                messages,
                messages * shape.recordBytes(),
                isDurable() ? counts.forces() : counts.writes(),
                after.atNs - before.atNs,
                after.allocatedBytes - before.allocatedBytes,
                latencies);
    }

    /** The counters at one instant. */
    private record Sample(long atNs, long messages, CountingFiles.Counts files, long allocatedBytes) {

        static Sample of(final SequencedLog log, final List<AppendProducer> senders) {
            final long[] threads =
                    log.threads().stream().mapToLong(Thread::getId).toArray();
            return new Sample(
                    System.nanoTime(),
                    senders.stream().mapToLong(AppendProducer::completed).sum(),
                    log.fileCounts(),
                    LongStream.of(THREADS.getThreadAllocatedBytes(threads)).sum());
        }
    }
}
