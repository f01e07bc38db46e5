package io.ansermq.store.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.fixtures.ExpectedWarnings;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.ManualBackground;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.image.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(ExpectedWarnings.class)
class KeyIndexTest {
    private static final Path DATA = LogFixture.DIRECTORY;
    private static final StoreOptions OPTIONS =
            LogFixture.small().keyEntries(512).keySlots(128).build();

    private final SimFiles disk = new SimFiles();
    private final ManualBackground background = new ManualBackground();

    @Test
    void shouldFindMessagesByTheHashOfTheirKeyNewestFirst(@TempDir final Path directory) {
        try (KeyIndex index = KeyIndex.open(new DiskFiles(), directory, OPTIONS, null, background)) {
            for (int i = 0; i < 300; i++) {
                index.put(i % 3, 1000 + i, 1000 + i, 50_000);
            }

            assertThat(query(index, 1, 0, Long.MAX_VALUE))
                    .hasSize(100)
                    .startsWith(1298L, 1295L)
                    .endsWith(1001L);
            assertThat(query(index, 77, 0, Long.MAX_VALUE)).isEmpty();
        }
    }

    @Test
    void shouldTellHashesOfOneSlotApart() {
        final KeyIndex index = open();
        index.put(5, 1, 1, 0);
        index.put(5 + 128, 2, 2, 0);
        index.put(5 + 256, 3, 3, 0);

        assertThat(query(index, 5 + 128, 0, 10)).containsExactly(2L);
    }

    @Test
    void shouldKeepToTheTimesAskedForToTheSecond() {
        final KeyIndex index = open();
        for (int second = 10; second < 20; second++) {
            index.put(1, second, second, second * 1000L);
        }

        assertThat(query(index, 1, 13_000, 15_000)).containsExactly(15L, 14L, 13L);
        assertThat(query(index, 1, 0, 9_000)).isEmpty();
        assertThat(query(index, 1, 25_000, 26_000)).isEmpty();
    }

    /** Keys are a convenience: without room they are left out, and taken in again once there is room. */
    @Test
    void shouldLeaveKeysOutWhileTheDiskIsFull() {
        final KeyIndex index = open();
        index.put(1, 1, 1, 0);
        disk.trouble(new SimFiles.Trouble() {
            @Override
            public int room(final Path path, final int bytes) {
                return 0;
            }
        });
        for (int i = 2; i < 2000; i++) {
            index.put(1, i, i, 1_000);
        }
        final int kept = query(index, 1, 0, Long.MAX_VALUE).size();
        disk.trouble(new SimFiles.Trouble() {});
        index.put(1, 5_000, 5_000, 20_000);

        assertThat(kept).isBetween(1, 1_000);
        assertThat(query(index, 1, 0, Long.MAX_VALUE)).hasSize(kept + 1).startsWith(5_000L);
    }

    @Test
    void shouldGoOnInANewFileWhenOneIsFull() {
        final KeyIndex index = open();
        for (int i = 0; i < 2000; i++) {
            index.put(i % 7, i, i, i * 10L);
            background.run();
        }

        assertThat(query(index, 3, 0, Long.MAX_VALUE))
                .hasSize(286)
                .startsWith(1998L)
                .endsWith(3L);
        assertThat(disk.list(DATA.resolve("keys"))).contains("00000000", "00000001", "00000002", "00000003");
    }

    @Test
    void shouldForgetFilesOfReleasedMessages() {
        final KeyIndex index = open();
        for (int i = 0; i < 2000; i++) {
            index.put(1, i, i, 0);
        }
        index.releaseBelow(1024);
        background.run();

        assertThat(disk.list(DATA.resolve("keys")))
                .doesNotContain("00000000", "00000001")
                .contains("00000002");
        assertThat(query(index, 1, 0, 1000)).hasSize(2000 - 1024);
    }

    /** A message may be in the log long before it can be seen. */
    @Test
    void shouldFindAfterARestartWhatCouldBeSeenOnlyAfterTheImage() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final KeyIndex index = open();
        index.put(1, 100, 100, 0);
        index.put(1, 500, 500, 0);
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        index.snapshot(image);
        image.finish();
        log.background(0);
        disk.kill();

        final List<KeyIndex> reopened = new ArrayList<>();
        new LogFixture(disk, OPTIONS)
                .openBeforeReplay(
                        opened -> reopened.add(KeyIndex.open(disk, DATA, OPTIONS, opened.image(), background)));
        reopened.get(0).put(1, 500, 500, 0);
        reopened.get(0).put(1, 200, 600, 0);
        assertThat(query(reopened.get(0), 1, 0, 1000)).containsExactly(200L, 500L, 100L);
    }

    @Test
    void shouldKeepAFileForItsHighestPosition() {
        final KeyIndex index = open();
        index.put(1, 5000, 5000, 0);
        for (int i = 0; i < 2000; i++) {
            index.put(1, i, 5001 + i, 0);
        }
        index.releaseBelow(4000);
        background.run();

        assertThat(query(index, 1, 0, 1000)).contains(5000L);
    }

    @Test
    void shouldDoWithoutAFileThatIsDamaged() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final KeyIndex index = open();
        for (int i = 0; i < 600; i++) {
            index.put(1, i, i, 0);
        }
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        index.snapshot(image);
        image.finish();
        log.background(0);
        disk.kill();
        disk.bytes(DATA.resolve("keys/00000000"), new byte[100]);

        final List<KeyIndex> reopened = new ArrayList<>();
        new LogFixture(disk, OPTIONS)
                .openBeforeReplay(
                        opened -> reopened.add(KeyIndex.open(disk, DATA, OPTIONS, opened.image(), background)));
        assertThat(query(reopened.get(0), 1, 0, 1000)).hasSize(600 - 512);
    }

    /** Messages with several keys, images, crashes of both kinds: what is found is what is in the log. */
    @Test
    void shouldFindEverythingAgainAfterACrash() {
        for (int seed = 0; seed < 60; seed++) {
            final Random dice = new Random(seed);
            SimFiles files = new SimFiles();
            for (int life = 0; life < 4; life++) {
                final KeyIndex[] index = new KeyIndex[1];
                final SimFiles now = files;
                final LogFixture log = new LogFixture(files, OPTIONS);
                log.open(opened -> {
                    index[0] = KeyIndex.open(now, DATA, OPTIONS, opened.image(), opened.background());
                    return new RecordVisitor() {
                        @Override
                        public void message(final long position, final int size, final ByteBuffer record) {
                            put(index[0], position, record);
                        }

                        @Override
                        public void control(final long position, final ByteBuffer record) {}
                    };
                });
                final List<LogFixture.Entry> all = everything(files);
                for (int hash = 0; hash < 8; hash++) {
                    assertThat(query(index[0], hash, 0, Long.MAX_VALUE))
                            .as("seed %d, life %d, hash %d", seed, life, hash)
                            .isEqualTo(expected(all, hash));
                }
                traffic(log, index[0], dice);
                final boolean power = dice.nextBoolean();
                files.kill();
                if (power) {
                    files = files.crash(dice);
                }
            }
        }
    }

    private static void traffic(final LogFixture log, final KeyIndex index, final Random dice) {
        for (int step = 0; step < 150; step++) {
            final byte[] record = LogFixture.message(dice, 16 + dice.nextInt(20));
            record[8] = (byte) dice.nextInt(8);
            record[9] = (byte) dice.nextInt(8);
            final LogFixture.Entry entry = log.store(record, FlushLevel.WRITTEN);
            put(index, entry.position(), ByteBuffer.wrap(record));
            if (dice.nextInt(10) == 0) {
                log.background(step * 100_000_000L);
            }
            if (dice.nextInt(40) == 0) {
                final ImageWriter image =
                        log.log().beginImage(log.log().watermarks().committed());
                index.snapshot(image);
                image.finish();
                log.background(step * 100_000_000L);
            }
        }
    }

    /** Two keys for each message, which may be the same. */
    private static void put(final KeyIndex index, final long position, final ByteBuffer record) {
        index.put(record.get(record.position() + 8), position, position, 1000);
        index.put(record.get(record.position() + 9), position, position, 1000);
    }

    private static List<LogFixture.Entry> everything(final SimFiles files) {
        final SimFiles copy = files.copy();
        copy.paths(DATA).stream()
                .filter(path -> !path.startsWith(DATA.resolve("log")) && !path.endsWith("format"))
                .forEach(copy::delete);
        return new LogFixture(copy, OPTIONS).open().found();
    }

    private static List<Long> expected(final List<LogFixture.Entry> all, final int hash) {
        final List<Long> found = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            for (int key = 9; key >= 8; key--) {
                if (all.get(i).record()[key] == hash) {
                    found.add(all.get(i).position());
                }
            }
        }
        return found;
    }

    private static List<Long> query(final KeyIndex index, final int hash, final long begin, final long end) {
        final List<Long> found = new ArrayList<>();
        index.query(hash, begin, end, found::add);
        return found;
    }

    private KeyIndex open() {
        disk.createDirectories(DATA);
        return KeyIndex.open(disk, DATA, OPTIONS, null, background);
    }
}
