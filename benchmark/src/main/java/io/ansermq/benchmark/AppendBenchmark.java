package io.ansermq.benchmark;

import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Does a record that goes through ring, sequencer, frame and log allocate anything, and what does it take?
 *
 * <p>Run it with {@code -prof gc}: {@code gc.alloc.rate.norm} counts all threads, so the sequencer's, the log agent's and
 * the background's allocations are in it. One operation is one record offered, with at most 1000 not yet committed.
 */
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Xmx256m")
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark {

    private static final int WINDOW = 1000;

    /** How frames are brought into segments. */
    @Param({"CHANNEL", "MAPPED"})
    public AppendMode mode = AppendMode.CHANNEL;

    /** When a record counts as committed. */
    @Param({"WRITTEN", "DURABLE"})
    public FlushLevel level = FlushLevel.WRITTEN;

    /** Size of a body. */
    @Param("1024")
    public int bodyBytes;

    private ScratchDirectory scratch;
    private SequencedLog log;
    private AppendProducer producer;

    /** Opens a fresh log. */
    @Setup(Level.Trial)
    public void open() throws IOException {
        scratch = ScratchDirectory.in(Path.of("target/benchmark"));
        log = new SequencedLog(scratch.path(), mode);
        producer = new AppendProducer(log, new RecordShape(bodyBytes), level, WINDOW);
    }

    /** Deletes it. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        producer.awaitAll();
        log.close();
        scratch.close();
    }

    /** One record. */
    @Benchmark
    public void append() {
        producer.send();
    }
}
