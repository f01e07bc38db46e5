package io.ansermq.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RawFileTest {

    private static final int FILE_BYTES = 4 << 20;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(RawMode.class)
    void shouldCountBatchesAndTheirBytes(final RawMode mode) throws IOException {
        try (RawFile file = new RawFile(directory, FILE_BYTES)) {
            final BatchStats stats = file.run(mode, 3_000, 1);

            assertThat(stats.batches()).isPositive();
            assertThat(stats.bytes()).isEqualTo(stats.batches() * 3_000);
            assertThat(stats.latencies().getTotalCount()).isEqualTo(stats.batches());
        }
    }

    @Test
    void shouldBeginAgainAtTheEnd() throws IOException {
        try (RawFile file = new RawFile(directory, FILE_BYTES)) {
            assertThat(file.run(RawMode.WRITE, RawFile.MAX_BATCH_BYTES, 20).batches())
                    .isPositive();
            assertThat(file.run(RawMode.MAPPED, RawFile.MAX_BATCH_BYTES, 20).batches())
                    .isPositive();
        }
    }

    @Test
    void shouldLeaveNothingBehind() throws IOException {
        new RawFile(directory, FILE_BYTES).close();

        assertThat(directory).isEmptyDirectory();
    }
}
