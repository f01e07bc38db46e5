package io.ansermq.store.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.ExpectedErrors;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.inspection.StoreSalvage;
import io.ansermq.store.inspection.StoreVerifier;
import io.ansermq.store.inspection.VerifyReport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The last 64 KiB of a log, damaged one byte at a time: flipped, or cut off there. What was forced before the end is refused
 * by name, found by verify and saved around by salvage; of the rest recovery keeps all up to the damage.
 * {@code make slow M=store T=EveryByteTest} tries each byte, {@code make t M=store T=EveryByteTest} a sample.
 */
@ExtendWith(ExpectedErrors.class)
class EveryByteTest {
    private static final int LAST_BYTES = 64 << 10;
    private static final int SAMPLE = 400;
    private static final Path SAVED = Path.of("/saved");
    private static final Path SEGMENT = Path.of("/data/log/00000000000000000000");
    private static final StoreOptions OPTIONS =
            LogFixture.small().stagingBytes(512 << 10).segmentBytes(256 << 10).build();

    private final Random random = new Random(21);
    private final SimFiles disk = new SimFiles();
    private final List<Entry> written = new ArrayList<>();
    private final List<Long> frameEnds = new ArrayList<>();
    private long durable;
    private long end;
    private byte[] whole;

    @Test
    void shouldRecoverRightFromDamageAtSomeBytes() {
        write();
        for (int i = 0; i < SAMPLE; i++) {
            final int at = (int) (end - LAST_BYTES) + random.nextInt(LAST_BYTES);
            flip(at, i % 8 == 0);
            cut(at);
        }
    }

    @Test
    @Tag("slow")
    void shouldRecoverRightFromDamageAtEveryByte() {
        write();
        for (int at = (int) end - LAST_BYTES; at < end; at++) {
            flip(at, true);
            cut(at);
        }
    }

    /** Up to two thirds of what will be damaged the log is forced, and a later frame says so; the rest is only written. */
    private void write() {
        final LogFixture log = new LogFixture(disk, OPTIONS).open();
        frameEnds.add(log.log().writer().end());
        while (log.log().writer().end() < 100_000) {
            final boolean early = log.log().writer().end() < 76_000;
            final int records = 1 + random.nextInt(6);
            for (int i = 0; i < records; i++) {
                written.add(log.append(
                        LogFixture.message(random, 90 + random.nextInt(random.nextInt(10) == 0 ? 3_000 : 300)),
                        early ? FlushLevel.DURABLE : FlushLevel.WRITTEN));
                noteFrameEnd(log);
            }
            log.seal();
            log.write();
            noteFrameEnd(log);
        }
        durable = log.log().watermarks().durable();
        end = log.log().writer().end();
        disk.kill();
        whole = disk.bytes(SEGMENT);
        assertThat(end - LAST_BYTES).isLessThan(durable).isPositive();
    }

    /** A frame also ends when the next record would make it too large. */
    private void noteFrameEnd(final LogFixture log) {
        final long sealed = log.log().writer().end();
        if (sealed > frameEnds.get(frameEnds.size() - 1)) {
            frameEnds.add(sealed);
        }
    }

    private void flip(final int at, final boolean withTools) {
        final SimFiles damaged = disk.copy();
        damaged.rot(SEGMENT, at, 1 << at % 8);
        final long frame = frameStart(at);
        if (frame < durable) {
            assertRefused(damaged, frame, "flipped " + at);
            if (withTools) {
                assertVerifiedAndSaved(damaged, frame, "flipped " + at);
            }
        } else {
            assertKept(damaged, frame, "flipped " + at);
        }
    }

    private void cut(final int at) {
        final SimFiles damaged = disk.copy();
        damaged.bytes(SEGMENT, Arrays.copyOf(whole, at));
        final long frame = frameStart(at);
        if (frame < durable) {
            // Every frame that could speak of what was durable may be cut off too.
            assertRefusedOrKept(damaged, frame, "cut at " + at);
        } else {
            assertKept(damaged, frame, "cut at " + at);
        }
    }

    private static void assertRefused(final SimFiles damaged, final long frame, final String what) {
        assertThatThrownBy(() -> new LogFixture(damaged, OPTIONS).open())
                .as(what)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining(SEGMENT.toString())
                .hasMessageContaining("position " + frame);
    }

    private void assertRefusedOrKept(final SimFiles damaged, final long frame, final String what) {
        try {
            assertKept(damaged, frame, what);
        } catch (final StoreException refused) {
            assertThat(refused).as(what).hasMessageContaining("position " + frame);
        }
    }

    private void assertKept(final SimFiles damaged, final long frame, final String what) {
        final LogFixture log = new LogFixture(damaged, OPTIONS).open();
        assertThat(log.found()).as(what).isEqualTo(entriesBelow(frame));
        final Entry next = log.store(LogFixture.message(random, 100), FlushLevel.WRITTEN);
        log.close();
        assertThat(new LogFixture(damaged, OPTIONS).open().found()).as(what).endsWith(next);
    }

    private void assertVerifiedAndSaved(final SimFiles damaged, final long frame, final String what) {
        damaged.kill();
        final VerifyReport report = StoreVerifier.verify(damaged, LogFixture.DIRECTORY);
        assertThat(report.findings()).as(what).singleElement().satisfies(finding -> {
            assertThat(finding.position()).isEqualTo(frame);
            assertThat(finding.file()).isEqualTo(SEGMENT.toString());
        });
        StoreSalvage.salvage(damaged, LogFixture.DIRECTORY, SAVED);
        final List<Entry> rest = new ArrayList<>(written);
        final long frameEnd = frameEnds.get(frameEnds.indexOf(frame) + 1);
        rest.removeIf(entry -> entry.position() >= frame && entry.position() < frameEnd);
        assertThat(new LogFixture(damaged, SAVED, OPTIONS).open().found())
                .as(what)
                .isEqualTo(rest);
    }

    private List<Entry> entriesBelow(final long position) {
        return written.stream().filter(entry -> entry.position() < position).toList();
    }

    /** Where the frame starts that a byte belongs to. */
    private long frameStart(final int at) {
        long start = 0;
        for (final long frameEnd : frameEnds) {
            if (frameEnd <= at) {
                start = frameEnd;
            }
        }
        return start;
    }
}
