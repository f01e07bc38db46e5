package io.ansermq.store.commitlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.RecordVisitors;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class CommitLogTest {
    private final SimFiles disk = new SimFiles();
    private final Random random = new Random(7);

    static Stream<Arguments> modesAndLevels() {
        return Stream.of(AppendMode.MAPPED, AppendMode.CHANNEL)
                .flatMap(mode -> Stream.of(FlushLevel.values()).map(level -> Arguments.of(mode, level)));
    }

    @ParameterizedTest
    @MethodSource("modesAndLevels")
    void shouldReadBackWhatWasCommittedOnARealDisk(
            final AppendMode mode, final FlushLevel level, @TempDir final Path directory) {
        final StoreOptions options = LogFixture.small().appendMode(mode).build();
        final LogFixture log = new LogFixture(new DiskFiles(), directory, options).open();
        final List<Entry> written = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            written.add(log.append(LogFixture.message(random, 20 + random.nextInt(600)), level));
            if (i % 7 == 6) {
                log.seal();
                log.write();
                log.background(i);
            }
        }
        log.seal();
        log.write();

        assertThat(log.log().watermarks().committed())
                .isEqualTo(log.log().writer().end());
        assertThat(written).allSatisfy(entry -> assertThat(log.read(entry)).isEqualTo(entry.record()));
        log.close();

        assertThat(log.open().found()).isEqualTo(written);
        log.close();
    }

    /** Wherever staging memory and the segment stand: skipped ends and a PAD frame must not take the room for ever. */
    @Test
    void shouldAlwaysHaveRoomForTheLargestRecordInTheEnd() {
        final StoreOptions options = LogFixture.small().build();
        final LogFixture tight = new LogFixture(new SimFiles(), options).open();
        for (int i = 0; i < 3_000; i++) {
            tight.store(LogFixture.message(random, 8 + random.nextInt(2_000)), FlushLevel.WRITTEN);
            assertThat(tight.log().writer().reserve(options.maxRecordBytes()))
                    .as("record %d, behind position %d", i, tight.log().writer().end())
                    .isTrue();
        }
        tight.close();
    }

    @Test
    void shouldCommitWrittenFramesBeforeTheForceAndDurableOnesAfterIt() {
        final LogFixture log = open(LogFixture.small().build());
        final Watermarks marks = log.log().watermarks();
        final long start = marks.committed();
        final List<Long> seen = new ArrayList<>();
        log.log().attach(() -> seen.add(marks.committed()), failure -> {});

        final Entry first = log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.seal();
        final long firstEnd = log.log().writer().end();
        log.append(LogFixture.message(random, 100), FlushLevel.DURABLE);
        log.seal();
        log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.seal();
        final long end = log.log().writer().end();
        assertThat(marks.written()).isEqualTo(start);
        assertThat(log.read(first)).as("nothing is read before it is written").isNull();
        log.write();

        // Up to the first frame that waits for the force; then everything, since it was forced too.
        assertThat(seen).containsExactly(firstEnd, end);
        assertThat(marks.durable()).isEqualTo(end);
        assertThat(marks.written()).isEqualTo(end);
    }

    @Test
    void shouldTakeTheHighestLevelOfAFramesRecords() {
        final LogFixture log = open(LogFixture.small().build());
        log.append(LogFixture.message(random, 100), FlushLevel.DURABLE);
        log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.seal();
        log.write();

        assertThat(log.log().watermarks().durable())
                .isEqualTo(log.log().writer().end());
    }

    @Test
    void shouldPutRecordsThatBelongTogetherIntoOneFrame() {
        final LogFixture log = open(LogFixture.small().build());
        final FrameWriter writer = log.log().writer();
        final List<Entry> written = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            final int[] sizes = random.ints(1 + random.nextInt(6), 20, 600).toArray();
            while (!writer.together(IntStream.of(sizes).sum())) {
                log.seal();
                log.write();
            }
            final long base = writer.end();
            for (final int size : sizes) {
                written.add(log.append(LogFixture.message(random, size), FlushLevel.WRITTEN));
            }
            assertThat(writer.end()).as("nothing was sealed in group " + i).isEqualTo(base);
            if (random.nextInt(3) == 0) {
                log.seal();
                log.write();
            }
        }
        log.seal();
        log.write();
        log.close();

        assertThat(log.open().found()).isEqualTo(written);
    }

    @Test
    void shouldForgetRecordsThatBelongedTogetherWhenTheFrameIsSealed() {
        final LogFixture log = open(LogFixture.small().build());
        final FrameWriter writer = log.log().writer();
        assertThat(writer.together(3000)).isTrue();
        log.seal();

        final Entry first = log.append(LogFixture.message(random, 1500), FlushLevel.WRITTEN);
        log.append(LogFixture.message(random, 1500), FlushLevel.WRITTEN);

        assertThat(writer.end()).as("the second record began a frame").isGreaterThan(first.position());
    }

    @Test
    void shouldNotForceForWrittenFrames() {
        final LogFixture log = open(LogFixture.small().build());
        final long durable = log.log().watermarks().durable();
        log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);

        assertThat(log.log().watermarks().durable()).isEqualTo(durable);
        assertThat(log.log().watermarks().committed())
                .isEqualTo(log.log().writer().end());
    }

    @Test
    void shouldForceWrittenFramesInTheBackgroundWhenTheIntervalIsOver() {
        final LogFixture log = open(LogFixture.small().backgroundForceMs(500).build());
        log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        final long durable = log.log().watermarks().durable();

        log.background(0);
        log.background(TimeUnit.MILLISECONDS.toNanos(499));
        assertThat(log.log().watermarks().durable()).isEqualTo(durable);

        log.background(TimeUnit.MILLISECONDS.toNanos(500));
        assertThat(log.log().watermarks().durable())
                .isEqualTo(log.log().watermarks().written());
    }

    @Test
    void shouldForceAllSegmentsThatADurableFrameStandsOn() {
        final LogFixture log = open(LogFixture.small().build());
        final List<Entry> written = new ArrayList<>();
        while (disk.paths(Path.of("/data/log")).size() < 3) {
            written.add(log.store(LogFixture.message(random, 900), FlushLevel.WRITTEN));
        }
        written.add(log.store(LogFixture.message(random, 900), FlushLevel.DURABLE));

        for (int seed = 0; seed < 20; seed++) {
            assertThat(new LogFixture(
                                    disk.crash(new Random(seed)),
                                    LogFixture.small().build())
                            .open()
                            .found())
                    .as("seed %d", seed)
                    .isEqualTo(written);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = AppendMode.class,
            names = {"MAPPED", "CHANNEL"})
    void shouldNeverLetAFrameSpanSegments(final AppendMode mode) {
        final StoreOptions options = LogFixture.small().appendMode(mode).build();
        final LogFixture log = open(options);
        final List<Entry> written = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            written.add(log.append(
                    LogFixture.message(random, 20 + random.nextInt(options.maxRecordBytes() - 20)),
                    FlushLevel.WRITTEN));
        }
        log.seal();
        log.write();
        log.close();

        assertThat(log.open().found()).isEqualTo(written);
        final List<Path> segments = disk.paths(Path.of("/data/log"));
        assertThat(written).allSatisfy(entry -> assertThat(segments)
                .as("the segment of %s", entry)
                .filteredOn(path -> path.getFileName().toString().matches("[0-9]+"))
                .anySatisfy(path -> {
                    final long start = Long.parseLong(path.getFileName().toString());
                    assertThat(entry.position()).isGreaterThanOrEqualTo(start);
                    assertThat(entry.position() + entry.record().length)
                            .isLessThanOrEqualTo(start + disk.bytes(path).length);
                }));
    }

    @Test
    void shouldFillSegmentsToEveryPossibleRest() {
        // Records of all lengths make frames end at every distance from the segment's end, also less than a header.
        for (int bytes = 1200; bytes < 1400; bytes++) {
            final SimFiles own = new SimFiles();
            final LogFixture log = new LogFixture(own, LogFixture.small().build()).open();
            final List<Entry> written = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                written.add(log.store(LogFixture.message(random, bytes), FlushLevel.WRITTEN));
            }
            own.kill();
            assertThat(log.open().found()).as("records of %d bytes", bytes).isEqualTo(written);
        }
    }

    @Test
    void shouldStartSmallAndDoubleUpToTheFullLength() {
        final StoreOptions options = LogFixture.small().build();
        final LogFixture log = open(options);
        for (int i = 0; i < 60; i++) {
            log.store(LogFixture.message(random, 900), FlushLevel.WRITTEN);
        }

        assertThat(disk.paths(Path.of("/data/log")).stream().map(path -> disk.bytes(path).length))
                .startsWith(4 << 10, 8 << 10, 16 << 10, 16 << 10);
    }

    @Test
    void shouldKeepRecordsOfOneTurnInOneFrame() {
        final LogFixture log = open(LogFixture.small().build());
        log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.seal();
        log.seal();

        assertThat(log.log().doLogWork()).as("frames").isEqualTo(1);
    }

    @Test
    void shouldCloseAFrameThatIsFull() {
        final LogFixture log = open(LogFixture.small().maxFrameBytes(1000).build());
        for (int i = 0; i < 4; i++) {
            log.append(LogFixture.message(random, 400), FlushLevel.WRITTEN);
        }
        log.seal();

        assertThat(log.log().doLogWork()).as("frames").isEqualTo(2);
    }

    @Test
    void shouldForgetAReservationThatIsNotCommitted() {
        final LogFixture log = open(LogFixture.small().build());
        assertThat(log.log().writer().reserve(500)).isTrue();
        assertThat(log.log().writer().reserve(300)).isTrue();
        final Entry first = log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        assertThat(log.log().writer().reserve(700)).isTrue();
        final Entry second = log.append(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.seal();
        log.write();
        disk.kill();

        assertThat(second.position()).isEqualTo(first.position() + 100);
        assertThat(log.open().found()).containsExactly(first, second);
    }

    @Test
    void shouldRefuseRoomWithoutChangingAnythingAndTellWhenThereIsSome() {
        final LogFixture log = open(LogFixture.small().build());
        final FrameWriter writer = log.log().writer();
        final List<Entry> written = new ArrayList<>();
        while (writer.reserve(1000)) {
            written.add(log.append(LogFixture.message(random, 1000), FlushLevel.WRITTEN));
            log.seal();
        }
        final long end = writer.end();
        assertThat(writer.reserve(1000)).isFalse();
        assertThat(writer.end()).isEqualTo(end);

        final int before = log.progress();
        log.write();
        assertThat(log.progress()).isGreaterThan(before);
        assertThat(writer.reserve(1000)).isTrue();
        written.add(log.append(LogFixture.message(random, 1000), FlushLevel.WRITTEN));
        log.seal();
        log.write();
        disk.kill();
        assertThat(log.open().found()).isEqualTo(written);
    }

    @Test
    void shouldTellOfRoomBeforeADurableBatchIsForced() {
        final LogFixture log = open(LogFixture.small().build());
        final FrameWriter writer = log.log().writer();
        while (writer.reserve(1000)) {
            log.append(LogFixture.message(random, 1000), FlushLevel.DURABLE);
            log.seal();
        }
        final List<Boolean> roomAtProgress = new ArrayList<>();
        final long durable = log.log().watermarks().durable();
        log.log()
                .attach(
                        () -> roomAtProgress.add(log.log().watermarks().durable() == durable && writer.reserve(1000)),
                        failure -> {});
        log.log().doLogWork();

        assertThat(roomAtProgress).first().isEqualTo(true);
    }

    @Test
    void shouldRefuseRoomWhenTheRingIsFull() {
        final LogFixture log = open(LogFixture.small().ringSlots(4).build());
        final FrameWriter writer = log.log().writer();
        int frames = 0;
        while (writer.reserve(20)) {
            log.append(LogFixture.message(random, 20), FlushLevel.WRITTEN);
            log.seal();
            frames++;
        }

        assertThat(frames).isEqualTo(4);
        log.write();
        assertThat(writer.reserve(20)).isTrue();
    }

    @Test
    void shouldRefuseARecordThatIsTooLarge() {
        final StoreOptions options = LogFixture.small().build();
        final LogFixture log = open(options);

        assertThatThrownBy(() -> log.log().writer().reserve(options.maxRecordBytes() + 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(Integer.toString(options.maxRecordBytes()));
        log.store(LogFixture.message(random, options.maxRecordBytes()), FlushLevel.WRITTEN);
    }

    @Test
    void shouldRefuseARecordWhoseLengthIsNotWhatWasReserved() {
        final LogFixture log = open(LogFixture.small().build());
        log.log().writer().reserve(100);
        log.log().writer().slot().put(LogFixture.message(random, 99));

        assertThatThrownBy(() -> log.log().writer().commit(FlushLevel.WRITTEN))
                .isInstanceOf(IllegalStateException.class);
    }

    /** Lengths at random, levels at random, agents at random: what was written is what is found. */
    @Test
    void shouldHoldUnderRandomTraffic() {
        for (int seed = 0; seed < 150; seed++) {
            final Random dice = new Random(seed);
            final SimFiles own = new SimFiles();
            final StoreOptions options = LogFixture.small()
                    .appendMode(dice.nextBoolean() ? AppendMode.MAPPED : AppendMode.CHANNEL)
                    .maxFrameBytes(200 + dice.nextInt(3000))
                    .build();
            final LogFixture log = new LogFixture(own, options).open();
            final List<Entry> written = new ArrayList<>();
            for (int step = 0; step < 200; step++) {
                switch (dice.nextInt(10)) {
                    case 0 -> log.seal();
                    case 1 -> log.log().doLogWork();
                    case 2 -> log.log().doAuxWork(step * 10_000_000L);
                    default -> {
                        final int most = dice.nextInt(20) == 0 ? options.maxRecordBytes() : 500;
                        written.add(log.append(
                                LogFixture.message(dice, 8 + dice.nextInt(most - 7)),
                                FlushLevel.values()[dice.nextInt(2)]));
                    }
                }
            }
            log.seal();
            log.write();
            assertThat(written).as("seed %d", seed).allSatisfy(entry -> assertThat(log.read(entry))
                    .isEqualTo(entry.record()));
            if (dice.nextBoolean()) {
                log.close();
            } else {
                own.kill();
            }
            assertThat(log.open().found()).as("seed %d", seed).isEqualTo(written);
        }
    }

    @Test
    void shouldKeepADirectoryForItself(@TempDir final Path directory) {
        final StoreOptions options = LogFixture.small().build();
        final LogFixture log = new LogFixture(new DiskFiles(), directory, options).open();

        assertThatThrownBy(() -> new LogFixture(new DiskFiles(), directory, options).open())
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("lock");
        log.close();
        new LogFixture(new DiskFiles(), directory, options).open().close();
    }

    @Test
    void shouldRefuseADirectoryOfAnotherVersion() {
        open(LogFixture.small().build()).close();
        disk.bytes(Path.of("/data/format"), "anser-store 2\n".getBytes());

        assertThatThrownBy(() -> open(LogFixture.small().build()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("anser-store 2")
                .hasMessageContaining("newer");
    }

    @Test
    void shouldRefuseADiskThatIsNearlyFull() {
        disk.usableSpace(10 << 20);

        assertThatThrownBy(() -> open(LogFixture.small().minFreeBytes(20 << 20).build()))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("10 MiB")
                .hasMessageContaining("20 MiB");
    }

    /** The one test with real threads: nothing is lost, and no wake-up either. */
    @ParameterizedTest
    @EnumSource(
            value = AppendMode.class,
            names = {"MAPPED", "CHANNEL"})
    void shouldCommitEverythingOnThreadsOfItsOwn(final AppendMode mode, @TempDir final Path directory)
            throws InterruptedException {
        final StoreOptions options = LogFixture.small()
                .segmentBytes(256 << 10)
                .appendMode(mode)
                .ringSlots(8)
                .build();
        final CommitLog log = CommitLog.open(new DiskFiles(), directory, options, System::currentTimeMillis);
        log.replay(RecordVisitors.NONE);
        final Semaphore progress = new Semaphore(0);
        log.start(
                task -> {
                    final Thread thread = new Thread(task);
                    thread.setDaemon(true);
                    return thread;
                },
                progress::release,
                failure -> {});
        final FrameWriter writer = log.writer();
        final List<Entry> written = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            final byte[] record = LogFixture.message(random, 20 + random.nextInt(1500));
            while (!writer.reserve(record.length)) {
                writer.seal(i);
                progress.acquire();
            }
            writer.slot().put(record);
            written.add(new Entry(writer.position(), record));
            writer.commit(i % 50 == 0 ? FlushLevel.DURABLE : FlushLevel.WRITTEN);
            if (i % 3 == 0) {
                writer.seal(i);
            }
            if (i % 100 == 0) {
                // Alone and idle: only its own wake-up lets it end.
                while (log.watermarks().committed() < writer.end()) {
                    progress.acquire();
                }
            }
        }
        writer.seal(2000);
        log.close();

        assertThat(new LogFixture(new DiskFiles(), directory, options).open().found())
                .isEqualTo(written);
    }

    @Test
    void shouldNotReadOutsideTheLog() {
        final LogFixture log = open(LogFixture.small().build());
        final Entry entry = log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        final ByteBuffer bytes = ByteBuffer.allocate(200);

        assertThat(log.log().read(entry.position(), 100, bytes, 50)).isTrue();
        assertThat(bytes.slice(50, 100)).isEqualTo(ByteBuffer.wrap(entry.record()));
        assertThat(log.log().read(entry.position(), 200, bytes, 0)).isFalse();
        assertThat(log.log().read(1 << 20, 1, bytes, 0)).isFalse();
    }

    private LogFixture open(final StoreOptions options) {
        return new LogFixture(disk, options).open();
    }
}
