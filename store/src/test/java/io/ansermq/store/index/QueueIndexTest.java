package io.ansermq.store.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.RecordVisitor;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.fixtures.ExpectedWarnings;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.ManualBackground;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.image.ImageReader;
import io.ansermq.store.image.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ExpectedWarnings.class)
class QueueIndexTest {
    private static final StoreOptions OPTIONS = LogFixture.small().build();
    private static final Path DATA = LogFixture.DIRECTORY;

    private final SimFiles disk = new SimFiles();
    private final ManualBackground background = new ManualBackground();

    @Test
    void shouldGiveBackEveryFieldOfAnEntry(@TempDir final Path directory) {
        try (QueueIndex index = QueueIndex.open(new DiskFiles(), directory, OPTIONS, null, background)) {
            final Queue queue = index.queue(5L << 16 | 3);
            queue.append(0, (1L << 48) - 1, 123, -7, Long.MIN_VALUE, 0xFFFF);
            queue.append(1, 42, 1, 2, 3, 4);

            assertThat(queue.key()).isEqualTo(5L << 16 | 3);
            assertThat(queue.position(0)).isEqualTo((1L << 48) - 1);
            assertThat(queue.size(0)).isEqualTo(123);
            assertThat(queue.expirySec(0)).isEqualTo(-7);
            assertThat(queue.tagsCode(0)).isEqualTo(Long.MIN_VALUE);
            assertThat(queue.bits(0)).isEqualTo(0xFFFF);
            assertThat(queue.position(1)).isEqualTo(42);
            assertThat(queue.bits(1)).isEqualTo(4);
        }
    }

    @Test
    void shouldKnowTheLowestPositionWhileTheyAscend() {
        final Queue queue = open(null).queue(1);
        for (int i = 0; i < 100; i++) {
            queue.append(i, 1000 + i * 10, 5, 0, 0, 0);
        }
        assertThat(queue.lowestPosition(0)).isEqualTo(1000);
        assertThat(queue.lowestPosition(50)).isEqualTo(1500);
        assertThat(queue.lowestPosition(100)).isEqualTo(Long.MAX_VALUE);
        assertThat(queue.isUnordered(0)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void shouldFindAllQueuesButThoseThatWereRemoved(final long seed) {
        final Random random = new Random(seed * 32_452_843);
        final QueueIndex index = open(null);
        final Set<Long> there = new TreeSet<>();
        for (int step = 0; step < 3_000; step++) {
            // Keys that collide, and numbers that are taken over.
            final long key = (long) random.nextInt(300) << 16;
            if (random.nextInt(3) == 0) {
                index.remove(key);
                there.remove(key);
            } else {
                final Queue queue = index.queue(key);
                queue.append(queue.end(), step * 100L, 5, 0, 0, 0);
                there.add(key);
            }
            assertThat(index.size()).as("seed %d, step %d", seed, step).isEqualTo(there.size());
        }
        final Set<Long> visited = new TreeSet<>();
        index.forEach(queue -> visited.add(queue.key()));
        assertThat(visited).as("seed %d", seed).isEqualTo(there);
        for (long key = 0; key < 300L << 16; key += 1 << 16) {
            assertThat(index.find(key) != null).as("seed %d, key %d", seed, key).isEqualTo(there.contains(key));
        }
    }

    @Test
    void shouldHaveNoRemovedQueueInItsImage() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final QueueIndex index = open(null);
        for (int i = 0; i < 10; i++) {
            append(index.queue(i), 1);
        }
        index.remove(3);
        index.remove(7);
        publish(log, index);
        disk.kill();
        final CommitLog reopened = CommitLog.open(disk, DATA, OPTIONS, () -> 0);
        final QueueIndex again = open(reopened.image());
        assertThat(again.size()).isEqualTo(8);
        assertThat(again.find(3)).isNull();
        assertThat(again.queue(8).position(1)).isEqualTo(100);
    }

    @Test
    void shouldKeepAllButThePositionOfAMovedEntry() {
        final Queue queue = open(null).queue(1);
        queue.append(0, 1000, 5, 6, 7, 3);
        queue.append(1, 1010, 5, 6, 7, 3);
        queue.repoint(0, 1000, 9000);
        queue.mark(0, 8);
        assertThat(queue.position(0)).isEqualTo(9000);
        assertThat(queue.size(0)).isEqualTo(5);
        assertThat(queue.expirySec(0)).isEqualTo(6);
        assertThat(queue.tagsCode(0)).isEqualTo(7);
        assertThat(queue.bits(0)).isEqualTo(11);
        assertThat(queue.position(1)).isEqualTo(1010);
    }

    /** Appends in and out of order, moves, releases and measurements at random: the bound is never above an entry. */
    @Test
    void shouldNeverClaimALowestPositionThatIsTooHigh() {
        for (long seed = 0; seed < 300; seed++) {
            final Random random = new Random(seed * 31 + 7);
            final Queue queue = open(null).queue(1);
            long tail = 1_000;
            long measured = -1;
            for (int step = 0; step < 200; step++) {
                tail += 10;
                switch (random.nextInt(6)) {
                    case 0, 1 -> queue.append(queue.end(), tail, 5, 0, 0, 0);
                    case 2 -> queue.append(queue.end(), tail - random.nextInt(600), 5, 0, 0, 0);
                    case 3 -> {
                        if (queue.start() < queue.end()) {
                            final long offset = queue.start() + random.nextInt((int) (queue.end() - queue.start()));
                            if (measured < 0 || offset < measured) {
                                queue.repoint(offset, queue.position(offset), tail);
                            }
                        }
                    }
                    case 4 -> queue.releaseBelow(queue.start() + random.nextInt(3));
                    default -> {
                        if (measured < 0) {
                            queue.beginMeasure();
                            measured = queue.end();
                        } else {
                            queue.endMeasure(measured, lowest(queue, queue.start(), measured));
                            measured = -1;
                        }
                    }
                }
                for (long from = queue.start(); from < queue.end(); from++) {
                    assertThat(queue.lowestPosition(from))
                            .as("seed %d, step %d, from %d", seed, step, from)
                            .isLessThanOrEqualTo(lowest(queue, from, queue.end()));
                }
            }
        }
    }

    @Test
    void shouldClaimTheLowestPositionExactlyOnceMeasured() {
        final Queue queue = open(null).queue(1);
        for (int i = 0; i < 10; i++) {
            queue.append(i, 1000 + i * 10, 5, 0, 0, 0);
        }
        queue.repoint(0, 1000, 5000);
        assertThat(queue.isUnordered(0)).isTrue();
        assertThat(queue.lowestPosition(0)).isEqualTo(1000);
        queue.beginMeasure();
        queue.endMeasure(10, 1010);
        assertThat(queue.lowestPosition(0)).isEqualTo(1010);
    }

    private static long lowest(final Queue queue, final long from, final long to) {
        long lowest = Long.MAX_VALUE;
        for (long offset = Math.max(from, queue.start()); offset < Math.min(to, queue.end()); offset++) {
            lowest = Math.min(lowest, queue.position(offset));
        }
        return lowest;
    }

    @Test
    void shouldFindAQueueAgain() {
        final QueueIndex index = open(null);
        final Map<Long, Queue> queues = new HashMap<>();
        for (long key = 0; key < 5_000; key++) {
            queues.put(key << 16, index.queue(key << 16));
        }

        queues.forEach((key, queue) -> assertThat(index.find(key)).isSameAs(queue));
        assertThat(index.queue(7 << 16)).isSameAs(queues.get(7L << 16));
        assertThat(index.find(1)).isNull();
        assertThat(index.size()).isEqualTo(5_000);
    }

    @Test
    void shouldGrowFromSmallToLargeBlocks() {
        final QueueIndex index = open(null);
        final Queue queue = index.queue(1);
        final int total = 10 + 16 * 170 + 3 * 2730;
        for (int i = 0; i < total; i++) {
            append(queue, i);
            assertThat(queue.position(i)).isEqualTo(i * 100L);
        }

        assertThat(queue.start()).isZero();
        assertThat(queue.end()).isEqualTo(total);
        for (int i = 0; i < total; i++) {
            assertThat(queue.position(i)).as("offset %d", i).isEqualTo(i * 100L);
        }
    }

    @Test
    void shouldTakeOneSmallBlockForEachQueueWithFewMessages() {
        final QueueIndex index = open(null);
        for (long key = 0; key < 1000; key++) {
            for (int i = 0; i < 10; i++) {
                append(index.queue(key), i);
            }
        }

        final long bytes = disk.paths(DATA.resolve("index")).stream()
                .mapToLong(path -> disk.bytes(path).length)
                .sum();
        assertThat(bytes).isEqualTo(256 << 10);
    }

    @Test
    void shouldRefuseOffsetsOutsideItsRange() {
        final Queue queue = open(null).queue(1);
        append(queue, 0);
        append(queue, 1);
        queue.releaseBelow(1);

        assertThatThrownBy(() -> queue.position(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> queue.size(2)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(queue.position(1)).isEqualTo(100);
    }

    @Test
    void shouldIgnoreWhatAReplayBringsAgainAndRefuseAGap() {
        final Queue queue = open(null).queue(1);
        append(queue, 0);
        append(queue, 1);
        queue.append(0, 999, 1, 1, 1, 1);

        assertThat(queue.position(0)).isZero();
        assertThat(queue.end()).isEqualTo(2);
        assertThatThrownBy(() -> append(queue, 3)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldStartAnywhereWhenItIsEmpty() {
        final Queue queue = open(null).queue(1);
        append(queue, 500);

        assertThat(queue.start()).isEqualTo(500);
        assertThat(queue.end()).isEqualTo(501);
        assertThat(queue.position(500)).isEqualTo(50_000);
    }

    @Test
    void shouldUseBlocksAgainOnlyWhenNoKeptImageSpeaksOfThem() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final QueueIndex index = open(null);
        final Queue queue = index.queue(1);
        int offset = 0;
        final List<Integer> extents = new ArrayList<>();
        for (int round = 0; round < 12; round++) {
            // One large block's worth and more in each round, all of it released again.
            for (int i = 0; i < 4000; i++) {
                append(queue, offset++);
            }
            queue.releaseBelow(offset);
            publish(log, index);
            extents.add(extents());
        }

        assertThat(extents.get(3)).isGreaterThan(extents.get(0));
        assertThat(extents.get(11)).as("files stop growing: %s", extents).isEqualTo(extents.get(5));
    }

    @Test
    void shouldNotWriteOverBlocksOfTheOlderImage() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final QueueIndex index = open(null);
        for (int i = 0; i < 5; i++) {
            append(index.queue(1), i);
        }
        publish(log, index);
        final long older = log.log().watermarks().committed();
        index.queue(1).releaseBelow(5);
        log.store(LogFixture.message(new Random(1), 100), FlushLevel.WRITTEN);
        publish(log, index);
        index.snapshot(log.log().beginImage(log.log().watermarks().committed()));
        for (int queue = 2; queue < 100; queue++) {
            append(index.queue(queue), 1_000);
        }
        disk.kill();
        // The newer image rots.
        disk.bytes(
                DATA.resolve(String.format(
                        "state/state-%020d", log.log().watermarks().committed())),
                new byte[1]);
        final CommitLog reopened = CommitLog.open(disk, DATA, OPTIONS, () -> 0);
        assertThat(reopened.image().position()).isEqualTo(older);
        final Queue queue = open(reopened.image()).queue(1);

        assertThat(queue.end()).isEqualTo(5);
        for (int i = 0; i < 5; i++) {
            assertThat(queue.position(i)).as("offset %d", i).isEqualTo(i * 100L);
        }
    }

    @Test
    void shouldRefuseWhenFilesOfTheImageAreMissing() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final QueueIndex index = open(null);
        append(index.queue(1), 0);
        publish(log, index);
        disk.delete(DATA.resolve("index/00000000"));
        disk.kill();
        final CommitLog reopened = CommitLog.open(disk, DATA, OPTIONS, () -> 0);

        assertThatThrownBy(() -> open(reopened.image()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void shouldKeepItsFilesMappedWhileAnImageIsBeingPublished(@TempDir final Path directory) {
        final DiskFiles real = new DiskFiles();
        final LogFixture log = new LogFixture(real, directory, OPTIONS).open();
        final QueueIndex index =
                QueueIndex.open(real, directory, OPTIONS, null, log.log().background());
        append(index.queue(1), 0);
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        index.snapshot(image).advance(1);
        image.finish();
        index.close();
        log.background(0);
        assertThat(image.isPublished()).isTrue();
        log.close();
    }

    @Test
    void shouldPrepareTheNextFileInTheBackground() {
        final Queue queue = open(null).queue(1);
        for (int i = 0; i < 10; i++) {
            append(queue, i);
        }
        assertThat(background.wakes()).isPositive();
        background.run();

        assertThat(disk.list(DATA.resolve("index"))).contains("spare-0");
    }

    /** What is committed is indexed, whatever the disk says; images wait for room, and with it nothing is in memory alone. */
    @Test
    void shouldGoOnInMemoryWhileTheDiskIsFull() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        final QueueIndex index =
                QueueIndex.open(disk, DATA, OPTIONS, null, log.log().background());
        final boolean[] full = {true};
        disk.trouble(new SimFiles.Trouble() {
            @Override
            public int room(final Path path, final int bytes) {
                return full[0] && path.getParent().endsWith("index") ? bytes / 2 : bytes;
            }
        });
        final int messages = 20_000;
        for (int i = 0; i < messages; i++) {
            append(index.queue(1), i);
        }
        assertThat(extents()).as("nothing half made is left behind").isEqualTo(1);
        assertThat(tryToPublish(log, index).isPublished()).isFalse();
        full[0] = false;
        log.store(LogFixture.message(new Random(1), 100), FlushLevel.WRITTEN);
        publish(log, index);
        append(index.queue(1), messages);
        log.store(LogFixture.message(new Random(2), 100), FlushLevel.WRITTEN);
        publish(log, index);
        final SimFiles after = disk.crash(new Random(3));
        final CommitLog reopened = CommitLog.open(after, DATA, OPTIONS, () -> 0);
        final Queue queue = QueueIndex.open(after, DATA, OPTIONS, reopened.image(), background)
                .queue(1);

        assertThat(queue.end()).isEqualTo(messages + 1);
        for (int i = 0; i <= messages; i++) {
            assertThat(queue.position(i)).as("offset %d", i).isEqualTo(i * 100L);
        }
    }

    /**
     * Messages of many queues, images in slices while the queues go on, crashes of both kinds: the index from the image
     * and the replay is the index that a replay of the whole log builds.
     */
    @Test
    void shouldBeTheSameFromAnImageAsFromScratch() {
        int fromImages = 0;
        for (int seed = 0; seed < 50; seed++) {
            final Random dice = new Random(seed);
            SimFiles files = new SimFiles();
            for (int life = 0; life < 4; life++) {
                final Life current = new Life(files, dice);
                fromImages += current.log.log().image() == null ? 0 : 1;
                assertSameAsFromScratch(current, files, "seed " + seed + ", life " + life);
                current.traffic();
                final boolean power = dice.nextBoolean();
                files.kill();
                if (power) {
                    files = files.crash(dice);
                }
            }
        }
        assertThat(fromImages).as("lives that began with an image").isGreaterThan(40);
    }

    private void assertSameAsFromScratch(final Life life, final SimFiles files, final String what) {
        final SimFiles scratch = files.copy();
        scratch.paths(DATA).stream()
                .filter(path -> !path.startsWith(DATA.resolve("log")) && !path.endsWith("format"))
                .forEach(scratch::delete);
        final Life rebuilt = new Life(scratch, new Random(0));
        for (long key = 0; key < Life.QUEUES; key++) {
            final Queue actual = life.index.queue(key);
            final Queue expected = rebuilt.index.queue(key);
            assertThat(actual.end()).as("%s, end of %d", what, key).isEqualTo(expected.end());
            for (long offset = actual.start(); offset < actual.end(); offset++) {
                assertThat(actual.position(offset))
                        .as("%s, position of %d in %d", what, offset, key)
                        .isEqualTo(expected.position(offset));
                assertThat(actual.tagsCode(offset))
                        .as("%s, tags code of %d in %d", what, offset, key)
                        .isEqualTo(expected.tagsCode(offset));
            }
        }
    }

    /** A log of messages that say which queue and offset they belong to, and the index that is folded from them. */
    private static final class Life {
        static final int QUEUES = 6;
        private static final int KEY = 8;
        private static final int OFFSET = 16;
        private static final int TAGS_CODE = 24;

        final LogFixture log;
        final Random dice;
        QueueIndex index;
        private final Map<Long, Long> next = new HashMap<>();
        private final List<LogFixture.Entry> unapplied = new ArrayList<>();
        private ImageWriter image;
        private QueueIndex.Snapshot snapshot;

        Life(final SimFiles files, final Random dice) {
            this.dice = dice;
            log = new LogFixture(files, OPTIONS);
            log.open(opened -> {
                index = QueueIndex.open(files, DATA, OPTIONS, opened.image(), opened.background());
                return new RecordVisitor() {
                    @Override
                    public void message(final long position, final int size, final ByteBuffer record) {
                        apply(position, record);
                    }

                    @Override
                    public void control(final long position, final ByteBuffer record) {}
                };
            });
            for (long key = 0; key < QUEUES; key++) {
                next.put(key, index.queue(key).end());
            }
        }

        private void apply(final long position, final ByteBuffer record) {
            final int at = record.position();
            index.queue(record.getLong(at + KEY))
                    .append(
                            record.getLong(at + OFFSET),
                            position,
                            record.remaining(),
                            0,
                            record.getLong(at + TAGS_CODE),
                            0);
        }

        void traffic() {
            for (int step = 0; step < 400; step++) {
                switch (dice.nextInt(30)) {
                    case 0, 1, 2 -> log.log().doAuxWork(step * 5_000_000L);
                    case 3 -> begin();
                    case 4, 5, 6, 7 -> advance();
                    case 8 -> release();
                    case 9, 10, 11, 12, 13, 14 -> turn();
                    default -> send();
                }
            }
        }

        private void send() {
            // Mostly one queue, so that it comes to larger blocks.
            final long key = dice.nextInt(4) > 0 ? 0 : dice.nextInt(QUEUES);
            final int batch = key == 0 ? 20 : 1;
            for (int i = 0; i < batch; i++) {
                final byte[] record = LogFixture.message(dice, 32 + dice.nextInt(30));
                ByteBuffer.wrap(record).putLong(KEY, key).putLong(OFFSET, next.merge(key, 1L, Long::sum) - 1);
                unapplied.add(log.append(record, FlushLevel.values()[dice.nextInt(20) == 0 ? 1 : 0]));
            }
        }

        private void turn() {
            log.seal();
            log.write();
            for (final LogFixture.Entry entry : unapplied) {
                apply(entry.position(), ByteBuffer.wrap(entry.record()));
            }
            unapplied.clear();
        }

        private void begin() {
            if (image == null || image.isDone()) {
                turn();
                image = log.log().beginImage(log.log().watermarks().committed());
                snapshot = index.snapshot(image);
            }
        }

        private void advance() {
            if (snapshot != null && snapshot.advance(1 + dice.nextInt(3))) {
                image.finish();
                snapshot = null;
            }
        }

        private void release() {
            final Queue queue = index.queue(dice.nextInt(QUEUES));
            if (queue.start() < queue.end()) {
                queue.releaseBelow(queue.start() + dice.nextInt((int) (queue.end() - queue.start()) + 1));
            }
        }
    }

    private void publish(final LogFixture log, final QueueIndex index) {
        assertThat(tryToPublish(log, index).isPublished()).isTrue();
    }

    private ImageWriter tryToPublish(final LogFixture log, final QueueIndex index) {
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        final QueueIndex.Snapshot snapshot = index.snapshot(image);
        while (!snapshot.advance(1)) {
            // One queue after the other.
        }
        image.finish();
        log.background(0);
        return image;
    }

    private int extents() {
        return (int) disk.list(DATA.resolve("index")).stream()
                .filter(name -> !name.startsWith("spare"))
                .count();
    }

    private static void append(final Queue queue, final long offset) {
        queue.append(offset, offset * 100, 10, 0, offset, 0);
    }

    private QueueIndex open(final @Nullable ImageReader image) {
        disk.createDirectories(DATA);
        return QueueIndex.open(disk, DATA, OPTIONS, image, background);
    }
}
