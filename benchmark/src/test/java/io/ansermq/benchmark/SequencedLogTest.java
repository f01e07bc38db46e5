package io.ansermq.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.DiskFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SequencedLogTest {

    private static final RecordShape SHAPE = new RecordShape(100);

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = AppendMode.class, names = "AUTO", mode = EnumSource.Mode.EXCLUDE)
    void shouldCommitEveryRecord(final AppendMode mode) {
        try (SequencedLog log = new SequencedLog(directory, mode)) {
            final List<AppendProducer> producers = List.of(
                    new AppendProducer(log, SHAPE, FlushLevel.WRITTEN, 10),
                    new AppendProducer(log, SHAPE, FlushLevel.DURABLE, 10));
            for (int message = 0; message < 100; message++) {
                producers.forEach(AppendProducer::send);
            }
            producers.forEach(AppendProducer::awaitAll);

            assertThat(producers).extracting(AppendProducer::completed).containsOnly(100L);
        }
        assertThat(messagesIn(directory)).isEqualTo(200);
    }

    @Test
    void shouldMeasureWhatItsThreadsDo() throws InterruptedException {
        final LogCell cell = new LogCell(FlushLevel.DURABLE, 2, SHAPE);
        try (SequencedLog log = new SequencedLog(directory, AppendMode.CHANNEL)) {
            final LogStats stats = cell.run(log, 100);

            assertThat(stats.messages()).isPositive();
            assertThat(stats.bytes()).isEqualTo(stats.messages() * SHAPE.recordBytes());
            assertThat(stats.batches()).isPositive();
            assertThat(stats.latencies().getTotalCount()).isPositive();
        }
    }

    private static int messagesIn(final Path directory) {
        final int[] messages = new int[1];
        try (CommitLog log = CommitLog.open(
                new DiskFiles(), directory, StoreOptions.builder().build(), System::currentTimeMillis)) {
            log.replay(new RecordVisitor() {
                @Override
                public void message(final long position, final int size, final ByteBuffer record) {
                    messages[0]++;
                }

                @Override
                public void control(final long position, final ByteBuffer record) {}
            });
        }
        return messages[0];
    }
}
