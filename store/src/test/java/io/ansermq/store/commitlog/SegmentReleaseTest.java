package io.ansermq.store.commitlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.ExpectedWarnings;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.image.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Segments that nobody needs any more are given back, and their files used again. */
@ExtendWith(ExpectedWarnings.class)
class SegmentReleaseTest {
    private static final Path LOG = Path.of("/data/log");
    private static final StoreOptions OPTIONS = LogFixture.small().build();
    private static final int FULL = OPTIONS.segmentBytes();

    private final SimFiles disk = new SimFiles();
    private final Random random = new Random(9);
    private final LogFixture log = new LogFixture(disk, OPTIONS).open();

    @Test
    void shouldReleaseSegmentsWhollyBelowThePosition() {
        storeBytes(log, 6 * FULL);
        publishTwice(log);
        final SegmentRef third = log.log().retain(3L * FULL);
        third.release();
        log.log().releaseBelow(third.end() - 1);
        log.background(0);

        assertThat(log.log().start()).isEqualTo(third.start());
        assertThat(log.log().retain(third.start() - 1)).isNull();
    }

    @Test
    void shouldUseFilesAgainInsteadOfMakingNewOnes() {
        storeBytes(log, 6 * FULL);
        publishTwice(log);
        log.log().releaseBelow(Long.MAX_VALUE);
        log.background(0);
        final List<String> spares = spares();
        assertThat(spares).hasSizeBetween(2, 4);
        assertThat(spares).anySatisfy(name -> assertThat(disk.bytes(LOG.resolve(name)))
                .as("a recycled file keeps its bytes")
                .contains(1));

        storeBytes(log, FULL);
        log.background(1);
        assertThat(spares()).hasSizeLessThan(spares.size());
    }

    @Test
    void shouldNotUseAFileAgainWhileSomebodyReadsIt() {
        final Entry entry = storeBytes(log, 4 * FULL).get(100);
        storeBytes(log, 2 * FULL);
        publishTwice(log);
        final SegmentRef reader = log.log().retain(entry.position());
        log.log().releaseBelow(Long.MAX_VALUE);
        log.background(0);
        storeBytes(log, 6 * FULL);
        log.background(1);

        assertThat(log.read(entry)).as("no longer part of the log").isNull();
        final byte[] bytes = new byte[entry.record().length];
        reader.buffer().get((int) (entry.position() - reader.start()), bytes);
        assertThat(bytes).isEqualTo(entry.record());
        assertThat(disk.exists(reader.path())).isTrue();

        reader.release();
        assertThat(reader.tryRetain()).isFalse();
        log.background(2);
        assertThat(disk.exists(reader.path())).isFalse();
    }

    @Test
    void shouldKeepTheSegmentThatIsWrittenTo() {
        storeBytes(log, 3 * FULL);
        publishTwice(log);
        log.log().releaseBelow(Long.MAX_VALUE);
        log.background(0);
        final Entry entry = log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);

        assertThat(log.read(entry)).isEqualTo(entry.record());
    }

    /** Old frames stand in the recycled file, also at places where frames of now end: none of them is replayed. */
    @Test
    void shouldNeverReplayBytesOfARecycledSegment() {
        // Frames of one length, so that old and new ones stand at the same places in their segments.
        final List<Entry> written = new ArrayList<>();
        while (log.log().writer().end() < 6L * FULL) {
            log.store(LogFixture.message(random, 200), FlushLevel.WRITTEN);
        }
        publishTwice(log);
        log.log().releaseBelow(Long.MAX_VALUE);
        log.background(0);
        final long replayedFrom = log.log().watermarks().committed();
        for (int i = 0; i < 200; i++) {
            written.add(log.store(LogFixture.message(random, 200), FlushLevel.WRITTEN));
            log.background(i);
            final SimFiles killed = disk.copy();
            assertThat(new LogFixture(killed, OPTIONS).open().found())
                    .as("after %d messages from position %d", i + 1, replayedFrom)
                    .isEqualTo(written);
        }
    }

    /** Crashes at random moments of a log that turns over its segments all the time. */
    @Test
    void shouldLoseNothingWhenTheLogTurnsOver() {
        for (int seed = 0; seed < 60; seed++) {
            final Random dice = new Random(seed);
            SimFiles files = new SimFiles();
            List<Entry> expected = new ArrayList<>();
            int durable = 0;
            for (int life = 0; life < 5; life++) {
                final LogFixture current = new LogFixture(files, OPTIONS).open();
                final List<Entry> found = current.found();
                final List<Entry> afterImage = expected.stream()
                        .filter(entry -> current.log().image() == null
                                || entry.position() >= current.log().image().position())
                        .toList();
                final int mustHave = Math.max(0, durable - (expected.size() - afterImage.size()));
                assertThat(found)
                        .as("seed %d, life %d", seed, life)
                        .isEqualTo(afterImage.subList(0, Math.min(found.size(), afterImage.size())))
                        .hasSizeGreaterThanOrEqualTo(mustHave);
                expected = new ArrayList<>(found);
                for (int step = 0; step < 150; step++) {
                    switch (dice.nextInt(12)) {
                        case 0 -> publish(current, step * 1_000_000_000L);
                        case 1 ->
                            current.log()
                                    .releaseBelow(current.log().watermarks().committed());
                        case 2, 3 -> current.log().doAuxWork(step * 1_000_000_000L);
                        default ->
                            expected.add(current.store(
                                    LogFixture.message(dice, 100 + dice.nextInt(1500)),
                                    FlushLevel.values()[dice.nextInt(2)]));
                    }
                }
                final long forced = current.log().watermarks().durable();
                final boolean power = dice.nextBoolean();
                durable = power
                        ? (int) expected.stream()
                                .filter(entry -> entry.position() + entry.record().length <= forced)
                                .count()
                        : expected.size();
                files.kill();
                if (power) {
                    files = files.crash(dice);
                }
            }
        }
    }

    /** The process dies at each file operation of a release, and the power fails: the log has no gap. */
    @Test
    void shouldLeaveNoGapWhenAReleaseIsCutOff() {
        boolean finished = false;
        for (int operations = 0; !finished; operations++) {
            final SimFiles own = new SimFiles();
            final FaultyFiles faulty = new FaultyFiles(own);
            final LogFixture current = new LogFixture(faulty, OPTIONS).open();
            storeBytes(current, 6 * FULL);
            publishTwice(current);
            final Entry last = current.store(LogFixture.message(random, 100), FlushLevel.DURABLE);
            faulty.fault(FaultyFiles.dieAfter(operations));
            current.log().releaseBelow(Long.MAX_VALUE);
            current.background(100);
            finished = current.failures().isEmpty();

            for (int seed = 0; seed < 5; seed++) {
                final SimFiles after = own.crash(new Random(seed));
                assertThat(new LogFixture(after.copy(), OPTIONS).open().found())
                        .as("died after %d operations, seed %d", operations, seed)
                        .containsExactly(last);

                // Without images all that is left of the log is replayed, which a gap would end.
                after.paths(Path.of("/data/state")).forEach(path -> after.bytes(path, new byte[1]));
                assertThat(new LogFixture(after, OPTIONS).open().found())
                        .as("all of it, died after %d operations, seed %d", operations, seed)
                        .endsWith(last);
            }
        }
    }

    @Test
    void shouldNameTheSegmentWhenTheImageNeedsAReleasedOne() {
        storeBytes(log, 6 * FULL);
        publishTwice(log);
        log.log().releaseBelow(Long.MAX_VALUE);
        log.background(0);
        disk.kill();
        disk.paths(Path.of("/data/state")).forEach(path -> disk.bytes(path, new byte[1]));
        disk.bytes(Path.of("/data/checkpoint"), new byte[1]);

        assertThatThrownBy(log::open).isInstanceOf(StoreException.class).hasMessageContaining("position 0 is missing");
    }

    private List<Entry> storeBytes(final LogFixture where, final int bytes) {
        final List<Entry> stored = new ArrayList<>();
        final long until = where.log().writer().end() + bytes;
        while (where.log().writer().end() < until) {
            stored.add(where.store(LogFixture.message(random, 300), FlushLevel.WRITTEN));
        }
        where.background(0);
        return stored;
    }

    /** Two images near the end of the log, so that either of them may rot. */
    private void publishTwice(final LogFixture where) {
        publish(where, 0);
        where.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        publish(where, 0);
    }

    private static void publish(final LogFixture where, final long nowNs) {
        final ImageWriter image =
                where.log().beginImage(where.log().watermarks().committed());
        image.add(16, ByteBuffer.allocate(8));
        image.finish();
        where.background(nowNs);
    }

    private List<String> spares() {
        return disk.list(LOG).stream().filter(name -> name.startsWith("spare")).toList();
    }
}
