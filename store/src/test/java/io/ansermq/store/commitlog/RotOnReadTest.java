package io.ansermq.store.commitlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.ExpectedErrors;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.image.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A byte that rots in a segment that no start reads again is found when its record is read. */
@ExtendWith(ExpectedErrors.class)
class RotOnReadTest {
    private static final Path FIRST_SEGMENT = Path.of("/data/log/00000000000000000000");

    /** Segments of several granules, frames of several records. */
    private static final StoreOptions OPTIONS =
            LogFixture.small().stagingBytes(512 << 10).segmentBytes(256 << 10).build();

    /** Records of a frame that has 64 KiB two or three times. */
    private static final int LARGE_FRAME = 600;

    private static final StoreOptions FRAMES_OF_SEVERAL_GRANULES = LogFixture.small()
            .stagingBytes(4 << 20)
            .segmentBytes(2 << 20)
            .maxFrameBytes(300 << 10)
            .build();

    private final Random random = new Random(5);
    private SimFiles disk = new SimFiles();
    private LogFixture log = new LogFixture(disk, OPTIONS).open();

    @Test
    void shouldReadWhatWasJustWritten() {
        final List<Entry> written = store(20, 1);

        assertThat(written).allSatisfy(entry -> assertThat(read(entry)).isEqualTo(ReadOutcome.READ));
    }

    @Test
    void shouldReadEverythingOfALogThatIsWhole() {
        final List<Entry> written = store(1200, 3);
        log.close();
        log.open();

        assertThat(written).allSatisfy(entry -> assertThat(read(entry)).isEqualTo(ReadOutcome.READ));
        assertThat(log.log().damages()).isEmpty();
    }

    /** Any byte of the first frames: the records of its frame are refused, all others come. */
    @Test
    void shouldRefuseTheRecordsOfADamagedFrameAndNoOthers() {
        final long begin = log.log().writer().end();
        final List<Entry> written = new ArrayList<>();
        final List<Long> ends = new ArrayList<>(List.of(begin));
        for (int i = 0; i < 700; i++) {
            written.addAll(store(3, 3));
            ends.add(log.log().writer().end());
        }
        publishAtTheEnd();
        log.close();
        for (int at = (int) begin; at < (int) (long) ends.get(12); at += 1 + random.nextInt(7)) {
            final int flipped = at;
            final long start = ends.stream().filter(end -> end <= flipped).reduce(0L, Math::max);
            final long end = ends.get(ends.indexOf(start) + 1);
            final int bits = 1 << random.nextInt(8);
            disk.rot(FIRST_SEGMENT, at, bits);
            log.open();

            for (final Entry entry : written.subList(0, 60)) {
                final boolean hit = entry.position() >= start && entry.position() < end;
                assertThat(read(entry))
                        .as("byte %d, record %s", at, entry)
                        .isEqualTo(hit ? ReadOutcome.DAMAGED : ReadOutcome.READ);
            }
            assertThat(log.log().damages())
                    .as("byte %d", at)
                    .containsExactly(new Damage(FIRST_SEGMENT, start, end, (int) start));
            log.close();
            disk.rot(FIRST_SEGMENT, at, bits);
        }
    }

    @Test
    void shouldCheckASegmentAgainThatWasLeftBehind() {
        final List<Entry> written = store(60, 1);
        disk.rot(FIRST_SEGMENT, (int) written.get(7).position() + 100, 4);
        store(1200, 3);

        assertThat(read(written.get(6))).isEqualTo(ReadOutcome.READ);
        assertThat(read(written.get(7))).isEqualTo(ReadOutcome.DAMAGED);
        assertThat(log.log().isIntact(written.get(6).position() + 20, 8)).isTrue();
        assertThat(log.log().isIntact(written.get(7).position() + 20, 8)).isFalse();
        assertThat(read(written.get(8))).isEqualTo(ReadOutcome.READ);
    }

    /** A frame that covers several granules is one unit, wherever reading begins and in whatever order it goes on. */
    @ParameterizedTest
    @ValueSource(strings = {"forwards", "backwards", "at random"})
    void shouldRefuseAllOfALargeDamagedFrame(final String order) {
        log.close();
        disk = new SimFiles();
        log = new LogFixture(disk, FRAMES_OF_SEVERAL_GRANULES).open();
        final List<Entry> written = store(8 * LARGE_FRAME, LARGE_FRAME);
        publishAtTheEnd();
        log.close();
        disk.rot(
                FIRST_SEGMENT,
                (int) written.get(2 * LARGE_FRAME + random.nextInt(LARGE_FRAME)).position() + 30,
                2);
        log.open();
        final List<Integer> numbers =
                new ArrayList<>(IntStream.range(0, 5 * LARGE_FRAME).boxed().toList());
        switch (order) {
            case "forwards" -> {}
            case "backwards" -> Collections.reverse(numbers);
            default -> Collections.shuffle(numbers, random);
        }

        for (int round = 0; round < 2; round++) {
            for (final int number : numbers) {
                assertThat(read(written.get(number)))
                        .as("record %d, %d in each frame", number, LARGE_FRAME)
                        .isEqualTo(number / LARGE_FRAME == 2 ? ReadOutcome.DAMAGED : ReadOutcome.READ);
            }
        }
        assertThat(log.log().damages()).hasSize(1);
    }

    @Test
    void shouldRefuseAPlaceWhereNoMessageBegins() {
        final Entry entry = store(3, 3).get(1);
        final ByteBuffer to = ByteBuffer.allocate(entry.record().length);

        assertThat(log.log().readIntact(entry.position() + 1, entry.record().length, to, 0))
                .isEqualTo(ReadOutcome.DAMAGED);
        assertThat(log.log().readIntact(entry.position(), entry.record().length - 1, to, 0))
                .isEqualTo(ReadOutcome.DAMAGED);
    }

    @Test
    void shouldSayThatAPlaceIsGone() {
        final Entry entry = store(1, 1).get(0);
        final ByteBuffer to = ByteBuffer.allocate(100);

        assertThat(log.log().readIntact(log.log().writer().end(), 100, to, 0)).isEqualTo(ReadOutcome.GONE);
        assertThat(log.log().readIntact(entry.position() + (1 << 30), 100, to, 0))
                .isEqualTo(ReadOutcome.GONE);
    }

    /** A message that carries what looks like a frame does not lead the check astray. */
    @Test
    void shouldNotTakeTheContentOfAMessageForAFrame() {
        final long begin = log.log().writer().end();
        final byte[] record = LogFixture.message(random, 400);
        final int inside = 120 - (int) ((begin + FrameLayout.HEADER_BYTES + 120) % FrameLayout.ALIGNMENT);
        FrameLayout.putHeader(
                ByteBuffer.wrap(record),
                inside,
                FrameLayout.HEADER_BYTES,
                1,
                begin + FrameLayout.HEADER_BYTES + inside,
                7,
                0,
                0,
                0);
        FrameLayout.complete(ByteBuffer.wrap(record), inside, 0, new CRC32C());
        final Entry odd = log.append(record, FlushLevel.WRITTEN);
        final List<Entry> written = store(1200, 3);
        disk.rot(FIRST_SEGMENT, (int) written.get(30).position(), 1);

        assertThat(read(odd)).isEqualTo(ReadOutcome.READ);
        assertThat(read(written.get(0))).isEqualTo(ReadOutcome.READ);
        assertThat(read(written.get(30))).isEqualTo(ReadOutcome.DAMAGED);
    }

    /** From now on no start reads what was written so far. */
    private void publishAtTheEnd() {
        final ImageWriter image = log.log().beginImage(log.log().watermarks().committed());
        image.finish();
        log.background(0);
        assertThat(image.isPublished()).isTrue();
    }

    private List<Entry> store(final int count, final int perFrame) {
        final List<Entry> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            stored.add(log.append(LogFixture.message(random, 90 + random.nextInt(300)), FlushLevel.WRITTEN));
            if (i % perFrame == perFrame - 1) {
                log.seal();
                log.write();
            }
        }
        log.seal();
        log.write();
        return stored;
    }

    private ReadOutcome read(final Entry entry) {
        final byte[] bytes = new byte[entry.record().length];
        final ReadOutcome outcome = log.log().readIntact(entry.position(), bytes.length, ByteBuffer.wrap(bytes), 0);
        assertThat(bytes).isEqualTo(outcome == ReadOutcome.READ ? entry.record() : new byte[bytes.length]);
        return outcome;
    }
}
