package io.ansermq.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.files.StoreFile.MapMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFilesTest {
    private final DiskFiles files = new DiskFiles();

    @TempDir
    private Path directory;

    @Test
    void shouldCreateDirectoriesWithTheirParents() throws IOException {
        final Path deep = directory.resolve("a/b/c");
        files.createDirectories(deep);
        files.createDirectories(deep);

        assertThat(files.exists(deep)).isTrue();
        assertThat(files.list(deep)).isEmpty();
        assertThat(files.list(directory.resolve("none"))).isEmpty();
    }

    @Test
    void shouldReadWhatWasWrittenAndStopAtTheEnd() throws IOException {
        try (StoreFile file = files.create(directory.resolve("file"))) {
            file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5);
            file.force();
            final ByteBuffer all = ByteBuffer.allocate(100);

            assertThat(file.read(all, 0)).isEqualTo(8);
            assertThat(all.array()).startsWith(0, 0, 0, 0, 0, 1, 2, 3);
            assertThat(file.read(all, 200)).isZero();
            file.truncate(6);
            assertThat(file.size()).isEqualTo(6);
        }
    }

    @Test
    void shouldSeeWritesThroughAMappingAndTheOtherWayRound() throws IOException {
        try (StoreFile file = files.create(directory.resolve("file"))) {
            Zeros.write(file, 0, 3_000_000);
            final MappedRegion region = file.map(MapMode.READ_WRITE, 0, 3_000_000);
            file.write(ByteBuffer.wrap(new byte[] {7}), 1_234_567);
            assertThat(region.buffer().get(1_234_567)).isEqualTo((byte) 7);

            region.buffer().put(42, (byte) 9);
            region.force(0, 100);
            final ByteBuffer one = ByteBuffer.allocate(1);
            file.read(one, 42);
            assertThat(one.get(0)).isEqualTo((byte) 9);
            region.close();
        }
    }

    @Test
    void shouldNotLengthenAFileByMappingIt() throws IOException {
        try (StoreFile file = files.create(directory.resolve("file"))) {
            Zeros.write(file, 0, 100);

            assertThatThrownBy(() -> file.map(MapMode.READ_WRITE, 0, 101)).isInstanceOf(IOException.class);
            assertThat(file.size()).isEqualTo(100);
        }
    }

    @Test
    void shouldReplaceAFileByRenaming() throws IOException {
        files.create(directory.resolve("old")).close();
        try (StoreFile file = files.create(directory.resolve("new"))) {
            Zeros.write(file, 0, 10);
        }
        files.rename(directory.resolve("new"), directory.resolve("old"));
        files.syncDirectory(directory);
        files.delete(directory.resolve("new"));

        assertThat(files.list(directory)).containsExactly("old");
        assertThat(files.usableSpace(directory)).isPositive();
    }
}
