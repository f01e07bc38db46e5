package io.ansermq.store.commitlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.store.AppendMode;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.RecordVisitors;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The numbered steps of {@link Recovery}, each with a damaged directory. */
class RecoveryTest {
    private static final Path FIRST_SEGMENT = Path.of("/data/log/00000000000000000000");
    private static final Path CHECKPOINT = Path.of("/data/checkpoint");
    private static final StoreOptions OPTIONS = LogFixture.small().build();

    private final SimFiles disk = new SimFiles();
    private final Random random = new Random(11);

    // ---- step 1: the checkpoint

    @Test
    void shouldFindEverythingAfterACleanClose() {
        final LogFixture log = open(disk);
        final List<Entry> written = storeSome(log, 5, FlushLevel.WRITTEN);
        log.close();

        assertThat(log.open().found()).isEqualTo(written);
    }

    @Test
    void shouldWriteNothingBehindTheEndWhenItWasClosedInOrder() {
        final LogFixture log = open(disk);
        storeSome(log, 5, FlushLevel.WRITTEN);
        log.close();
        final byte[] bytes = disk.bytes(FIRST_SEGMENT);
        bytes[bytes.length - 1] = 1;
        disk.bytes(FIRST_SEGMENT, bytes);
        log.open();

        assertThat(disk.bytes(FIRST_SEGMENT)[bytes.length - 1]).isEqualTo((byte) 1);
    }

    @Test
    void shouldUseTheOtherSlotOfATornCheckpoint() {
        final LogFixture log = open(disk);
        final List<Entry> written = storeSome(log, 3, FlushLevel.DURABLE);
        log.close();
        log.open();
        written.addAll(storeSome(log, 3, FlushLevel.DURABLE));
        disk.kill();
        final byte[] whole = disk.bytes(CHECKPOINT);
        for (int i = 0; i < whole.length; i++) {
            final SimFiles damaged = disk.copy();
            final byte[] bytes = whole.clone();
            bytes[i] ^= 0x10;
            damaged.bytes(CHECKPOINT, bytes);

            assertThat(open(damaged).found()).as("byte %d", i).isEqualTo(written);
        }
    }

    @Test
    void shouldNeverUseAnEpochTwice() {
        final List<Long> epochs = new ArrayList<>();
        for (int life = 0; life < 5; life++) {
            epochs.clear();
            new LogFixture(disk, OPTIONS).open(new RecordVisitor() {
                @Override
                public void message(final long position, final int size, final ByteBuffer record) {}

                @Override
                public void control(final long position, final ByteBuffer record) {
                    assertThat(ControlRecord.kind(record, record.position())).isEqualTo(ControlRecord.EPOCH);
                    // The payload's first varint: small numbers are one byte.
                    epochs.add((long) record.get(record.position() + ControlRecord.HEADER_BYTES));
                }
            });
            disk.kill();
        }

        assertThat(epochs).containsExactly(1L, 2L, 3L, 4L);
    }

    // ---- steps 3 and 4: the tail

    @Test
    void shouldEndAtTheFrameThatATruncationCutThrough() {
        final List<Entry> written = new ArrayList<>();
        final List<Long> ends = new ArrayList<>();
        final LogFixture log = open(disk);
        for (int i = 0; i < 6; i++) {
            written.add(log.store(LogFixture.message(random, 20 + i), FlushLevel.WRITTEN));
            ends.add(log.log().writer().end());
        }
        final byte[] whole = disk.bytes(FIRST_SEGMENT);
        for (int length = (int) (long) ends.get(0); length <= ends.get(5) + 16; length++) {
            final int cut = length;
            final SimFiles damaged = disk.copy();
            damaged.bytes(FIRST_SEGMENT, Arrays.copyOf(whole, length));
            final int kept = (int) ends.stream().filter(end -> end <= cut).count();

            assertFoundAndGoesOn(damaged, written.subList(0, kept), "cut at " + cut);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = AppendMode.class,
            names = {"MAPPED", "CHANNEL"})
    void shouldEndAtTheFrameThatAFlippedByteIsIn(final AppendMode mode) {
        final StoreOptions options = LogFixture.small().appendMode(mode).build();
        final List<Entry> written = new ArrayList<>();
        final List<Long> ends = new ArrayList<>();
        final LogFixture log = new LogFixture(disk, options).open();
        final long start = log.log().writer().end();
        for (int i = 0; i < 6; i++) {
            written.add(log.store(LogFixture.message(random, 20 + 3 * i), FlushLevel.WRITTEN));
            ends.add(log.log().writer().end());
        }
        final byte[] whole = disk.bytes(FIRST_SEGMENT);
        for (int at = (int) start; at < ends.get(5) + 64; at++) {
            final int flipped = at;
            final SimFiles damaged = disk.copy();
            final byte[] bytes = whole.clone();
            bytes[at] ^= (byte) (1 << (at % 8));
            damaged.bytes(FIRST_SEGMENT, bytes);
            final int kept = (int) ends.stream().filter(end -> end <= flipped).count();

            assertFoundAndGoesOn(damaged, written.subList(0, kept), "flipped " + flipped);
        }
    }

    @Test
    void shouldRefuseDamageBelowWhatWasForcedAndNameThePlace() {
        final LogFixture log = open(disk);
        final long start = log.log().writer().end();
        final List<Long> ends = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            log.store(LogFixture.message(random, 40), FlushLevel.DURABLE);
            ends.add(log.log().writer().end());
        }
        final byte[] whole = disk.bytes(FIRST_SEGMENT);
        // The last frame was forced too, but no later frame says so: that it is torn cannot be told from a crash.
        for (int at = (int) start; at < ends.get(2); at++) {
            final int flipped = at;
            final SimFiles damaged = disk.copy();
            final byte[] bytes = whole.clone();
            bytes[at] ^= 1;
            damaged.bytes(FIRST_SEGMENT, bytes);
            final long frameStart = ends.stream().filter(end -> end <= flipped).reduce(start, Math::max);

            assertThatThrownBy(() -> open(damaged))
                    .as("flipped %d", at)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(FIRST_SEGMENT.toString())
                    .hasMessageContaining("position " + frameStart);
        }
    }

    @Test
    void shouldRefuseDamageOfTheLastFrameWhenTheLogWasClosedInOrder() {
        final LogFixture log = open(disk);
        final Entry last = log.store(LogFixture.message(random, 40), FlushLevel.WRITTEN);
        log.close();
        final SimFiles later = disk.crash(random);
        final byte[] bytes = later.bytes(FIRST_SEGMENT);
        bytes[(int) last.position() + 12] ^= 1;
        later.bytes(FIRST_SEGMENT, bytes);

        assertThatThrownBy(() -> open(later)).isInstanceOf(StoreException.class).hasMessageContaining("damaged");
    }

    @Test
    void shouldRefuseWhenASegmentIsMissing() {
        final LogFixture log = open(disk);
        storeSome(log, 40, FlushLevel.DURABLE);
        log.close();
        final List<Path> segments = disk.paths(Path.of("/data/log"));
        for (final Path missing : segments.subList(0, segments.size() - 1)) {
            final SimFiles damaged = disk.copy();
            damaged.delete(missing);

            assertThatThrownBy(() -> open(damaged))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("missing");
        }
    }

    @Test
    void shouldChangeNothingWhenItRefuses() {
        final LogFixture log = open(disk);
        storeSome(log, 40, FlushLevel.DURABLE);
        disk.kill();
        final byte[] bytes = disk.bytes(FIRST_SEGMENT);
        bytes[500] ^= 1;
        disk.bytes(FIRST_SEGMENT, bytes);
        final SimFiles before = disk.copy();

        assertThatThrownBy(() -> open(disk)).isInstanceOf(StoreException.class);

        assertThat(disk.paths(Path.of("/data"))).isEqualTo(before.paths(Path.of("/data")));
        assertThat(disk.paths(Path.of("/data")))
                .allSatisfy(path -> assertThat(disk.bytes(path)).isEqualTo(before.bytes(path)));
    }

    @Test
    void shouldNeverReplayStaleBytesOfAnEarlierEpoch() {
        final LogFixture log = open(disk);
        final Entry torn = log.store(LogFixture.message(random, 200), FlushLevel.WRITTEN);
        log.store(LogFixture.message(random, 200), FlushLevel.WRITTEN);
        final long staleStart = log.log().writer().end();
        log.store(LogFixture.message(random, 200), FlushLevel.WRITTEN);
        disk.kill();
        final byte[] old = disk.bytes(FIRST_SEGMENT);
        final byte[] damaged = old.clone();
        damaged[(int) torn.position() + 50] ^= 1;
        disk.bytes(FIRST_SEGMENT, damaged);

        // The next life ends exactly where the third frame of the last one stands, which bears the next sequence
        // number.
        log.open();
        assertThat(log.found()).isEmpty();
        final int bytes = (int) (staleStart - log.log().writer().end() - FrameLayout.HEADER_BYTES);
        final Entry fresh = log.store(LogFixture.message(random, bytes), FlushLevel.WRITTEN);
        assertThat(log.log().writer().end()).isEqualTo(staleStart);
        disk.kill();
        final byte[] mixed = disk.bytes(FIRST_SEGMENT);
        System.arraycopy(old, (int) staleStart, mixed, (int) staleStart, old.length - (int) staleStart);
        disk.bytes(FIRST_SEGMENT, mixed);
        assertThat(FrameLayout.validLength(
                        ByteBuffer.wrap(mixed), (int) staleStart, mixed.length, staleStart, new CRC32C()))
                .as("the stale frame is whole")
                .isPositive();

        assertThat(log.open().found()).containsExactly(fresh);
    }

    @Test
    void shouldEndWhereASequenceNumberIsLeftOut() {
        final LogFixture log = open(disk);
        final Entry kept = log.store(LogFixture.message(random, 40), FlushLevel.WRITTEN);
        final Entry odd = log.store(LogFixture.message(random, 40), FlushLevel.WRITTEN);
        disk.kill();
        final ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(FIRST_SEGMENT));
        final int frame = (int) odd.position() - FrameLayout.HEADER_BYTES;
        bytes.putLong(frame + FrameLayout.SEQUENCE, bytes.getLong(frame + FrameLayout.SEQUENCE) + 1);
        FrameLayout.complete(bytes, frame, 0, new CRC32C());
        disk.bytes(FIRST_SEGMENT, bytes.array());

        assertThat(log.open().found()).containsExactly(kept);
    }

    @Test
    void shouldDropSegmentsOfALostTail() {
        final LogFixture log = open(disk);
        final List<Entry> written = storeSome(log, 40, FlushLevel.WRITTEN);
        assertThat(disk.paths(FIRST_SEGMENT.getParent())).hasSizeGreaterThan(2);
        disk.kill();
        final byte[] bytes = disk.bytes(FIRST_SEGMENT);
        bytes[(int) written.get(3).position()] ^= 1;
        disk.bytes(FIRST_SEGMENT, bytes);

        assertThat(log.open().found()).isEqualTo(written.subList(0, 3));
        assertThat(disk.paths(FIRST_SEGMENT.getParent())).containsExactly(FIRST_SEGMENT);
    }

    @Test
    void shouldMakeZerosOfWhatStandsBehindATornTail() {
        final LogFixture log = open(disk);
        final Entry kept = log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        final Entry torn = log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        disk.kill();
        final byte[] bytes = disk.bytes(FIRST_SEGMENT);
        bytes[(int) torn.position()] ^= 1;
        disk.bytes(FIRST_SEGMENT, bytes);

        assertThat(log.open().found()).containsExactly(kept);
        final byte[] after = disk.bytes(FIRST_SEGMENT);
        for (int i = (int) log.log().writer().end(); i < after.length; i++) {
            assertThat(after[i]).as("byte %d", i).isZero();
        }
    }

    @Test
    void shouldRefuseFramesOfANewerFormat() {
        final LogFixture log = open(disk);
        final Entry entry = log.store(LogFixture.message(random, 40), FlushLevel.WRITTEN);
        disk.kill();
        final ByteBuffer bytes = ByteBuffer.wrap(disk.bytes(FIRST_SEGMENT));
        final int frame = (int) entry.position() - FrameLayout.HEADER_BYTES;
        bytes.putInt(frame + FrameLayout.FLAGS, 2 << 24);
        FrameLayout.complete(bytes, frame, 0, new CRC32C());
        disk.bytes(FIRST_SEGMENT, bytes.array());

        assertThatThrownBy(() -> open(disk))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("format version 2")
                .hasMessageContaining("newer version of AnserMQ");
    }

    @Test
    void shouldRefuseRecordsOfAnUnknownKind() {
        final LogFixture log = open(disk);
        final byte[] record = LogFixture.message(random, 40);
        ByteBuffer.wrap(record).putInt(4, 0x12345678);
        log.store(record, FlushLevel.WRITTEN);
        disk.kill();

        assertThatThrownBy(() -> open(disk)).isInstanceOf(StoreException.class).hasMessageContaining("unknown kind");
    }

    // ---- all steps, at all moments

    /** Any crash of the power, any number of times: what was committed as durable is there, and nothing out of order. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1000, 2000, 3000})
    void shouldKeepWhatWasForcedAndAPrefixOfTheRest(final int firstSeed) {
        for (int seed = firstSeed; seed < firstSeed + 100; seed++) {
            final Random dice = new Random(seed);
            final StoreOptions options = LogFixture.small()
                    .appendMode(dice.nextBoolean() ? AppendMode.MAPPED : AppendMode.CHANNEL)
                    .build();
            SimFiles files = new SimFiles();
            List<Entry> written = new ArrayList<>();
            int durable = 0;
            for (int life = 0; life < 5; life++) {
                final LogFixture log = new LogFixture(files, options).open();
                final List<Entry> found = log.found();
                assertThat(found)
                        .as("seed %d, life %d, of %d at least %d", seed, life, written.size(), durable)
                        .isEqualTo(written.subList(0, Math.min(found.size(), written.size())))
                        .hasSizeGreaterThanOrEqualTo(durable);
                written = new ArrayList<>(found);
                traffic(log, dice, written);
                final long forced = log.log().watermarks().durable();
                final long held = log.log().watermarks().written();
                switch (dice.nextInt(4)) {
                    case 0 -> {
                        log.seal();
                        log.close();
                        durable = written.size();
                    }
                    case 1 -> {
                        files.kill();
                        durable = countBelow(written, held);
                    }
                    default -> {
                        files = files.crash(dice);
                        durable = countBelow(written, forced);
                    }
                }
            }
        }
    }

    /** The process dies at each file operation of a recovery, and the power fails then: the next one finds the same. */
    @Test
    void shouldSurviveACrashAtEachStepOfItself() {
        for (int seed = 0; seed < 12; seed++) {
            final Random dice = new Random(seed);
            final SimFiles first = new SimFiles();
            final LogFixture log = open(first);
            final List<Entry> written = storeSome(log, 12, FlushLevel.DURABLE);
            storeSome(log, 12, FlushLevel.WRITTEN);
            final SimFiles crashed = first.crash(dice);
            final List<Entry> expected = open(crashed.copy()).found();
            assertThat(expected).as("seed %d", seed).hasSizeGreaterThanOrEqualTo(written.size());

            boolean finished = false;
            for (int operations = 0; !finished; operations++) {
                final SimFiles tried = crashed.copy();
                final FaultyFiles faulty = new FaultyFiles(tried);
                faulty.fault(FaultyFiles.dieAfter(operations));
                try {
                    new LogFixture(faulty, OPTIONS).open();
                    finished = true;
                } catch (final StoreException dead) {
                    assertThat(dead).hasMessageContaining("dead");
                }
                assertThat(open(tried.crash(dice)).found())
                        .as("seed %d, died after %d operations", seed, operations)
                        .isEqualTo(expected);
            }
        }
    }

    private void traffic(final LogFixture log, final Random dice, final List<Entry> written) {
        final int steps = dice.nextInt(60);
        for (int step = 0; step < steps; step++) {
            switch (dice.nextInt(8)) {
                case 0, 1 -> log.seal();
                case 2 -> log.log().doLogWork();
                case 3 -> log.log().doAuxWork(step * 5_000_000L);
                default ->
                    written.add(log.append(
                            LogFixture.message(dice, 8 + dice.nextInt(700)), FlushLevel.values()[dice.nextInt(2)]));
            }
        }
    }

    private static int countBelow(final List<Entry> entries, final long position) {
        return (int) entries.stream()
                .filter(entry -> entry.position() + entry.record().length <= position)
                .count();
    }

    private void assertFoundAndGoesOn(final SimFiles files, final List<Entry> expected, final String what) {
        final LogFixture log = open(files);
        assertThat(log.found()).as(what).isEqualTo(expected);
        final List<Entry> more = new ArrayList<>(expected);
        more.add(log.store(LogFixture.message(random, 30), FlushLevel.WRITTEN));
        files.kill();
        assertThat(log.open().found()).as(what + ", one life later").isEqualTo(more);
    }

    private List<Entry> storeSome(final LogFixture log, final int count, final FlushLevel level) {
        final List<Entry> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stored.add(log.store(LogFixture.message(random, 20 + random.nextInt(500)), level));
        }
        return stored;
    }

    private static LogFixture open(final SimFiles files) {
        return new LogFixture(files, OPTIONS).open(RecordVisitors.NONE);
    }
}
