package io.ansermq.store.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.commitlog.ReadOutcome;
import io.ansermq.store.fixtures.ExpectedErrors;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.LogFixture.Entry;
import io.ansermq.store.fixtures.SimFiles;
import io.ansermq.store.image.ImageWriter;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Logs of several lives, damaged in several places at random: whatever it was, the copy starts and holds what verify counted. */
@ExtendWith(ExpectedErrors.class)
class SalvageManyTest {
    private static final int LOGS = 150;
    private static final Path SAVED = Path.of("/saved");
    private static final StoreOptions OPTIONS = LogFixture.small().build();

    @Test
    void shouldMakeAStartOfAnythingThatHasALog() {
        for (int seed = 0; seed < LOGS; seed++) {
            final Random dice = new Random(seed * 0x9E3779B97F4A7C15L);
            final SimFiles disk = new SimFiles();
            final List<Entry> written = write(disk, dice);
            damage(disk, dice);
            final VerifyReport damaged = StoreVerifier.verify(disk, LogFixture.DIRECTORY);
            final SalvageReport report = StoreSalvage.salvage(disk, LogFixture.DIRECTORY, SAVED);

            assertThat(report.messages()).as("seed %d", seed).isEqualTo(damaged.messages());
            assertThat(StoreVerifier.verify(disk, SAVED).findings())
                    .as("seed %d, %s", seed, report)
                    .isEmpty();
            final LogFixture saved = new LogFixture(disk, SAVED, OPTIONS).open();
            assertThat(written).as("seed %d", seed).containsAll(saved.found());
            assertThat(written.stream().filter(entry -> isRead(saved, entry)))
                    .as("seed %d", seed)
                    .hasSize((int) report.messages());
            final Entry next = saved.store(LogFixture.message(dice, 200), FlushLevel.DURABLE);
            saved.close();
            assertThat(new LogFixture(disk, SAVED, OPTIONS).open().found())
                    .as("seed %d", seed)
                    .endsWith(next);
        }
    }

    private static boolean isRead(final LogFixture log, final Entry entry) {
        final byte[] bytes = new byte[entry.record().length];
        return log.log().readIntact(entry.position(), bytes.length, ByteBuffer.wrap(bytes), 0) == ReadOutcome.READ
                && Arrays.equals(bytes, entry.record());
    }

    /** Closed in order at the end, so that all of it is known to be durable. */
    private static List<Entry> write(final SimFiles disk, final Random dice) {
        final List<Entry> written = new ArrayList<>();
        final LogFixture log = new LogFixture(disk, OPTIONS);
        for (int lives = 1 + dice.nextInt(4); lives > 0; lives--) {
            log.open();
            for (int i = dice.nextInt(40); i >= 0; i--) {
                written.add(log.append(LogFixture.message(dice, 100 + dice.nextInt(600)), FlushLevel.WRITTEN));
                if (dice.nextInt(3) > 0) {
                    log.seal();
                    log.write();
                }
            }
            log.seal();
            log.write();
            if (dice.nextInt(3) == 0) {
                final ImageWriter image =
                        log.log().beginImage(log.log().watermarks().committed());
                image.finish();
                log.background(0);
            }
            if (lives == 1 || dice.nextBoolean()) {
                log.close();
            } else {
                disk.kill();
            }
        }
        return written;
    }

    private static void damage(final SimFiles disk, final Random dice) {
        for (int count = 1 + dice.nextInt(4); count > 0; count--) {
            final List<Path> segments = disk.paths(LogFixture.DIRECTORY.resolve("log")).stream()
                    .filter(path -> path.getFileName().toString().startsWith("0"))
                    .toList();
            final Path segment = segments.get(dice.nextInt(segments.size()));
            final byte[] bytes = disk.bytes(segment);
            switch (dice.nextInt(8)) {
                case 0 -> disk.bytes(segment, Arrays.copyOf(bytes, dice.nextInt(bytes.length)));
                case 1 -> {
                    if (segments.size() > 1) {
                        disk.delete(segment);
                    }
                }
                case 2 -> {
                    final int from = dice.nextInt(bytes.length);
                    Arrays.fill(bytes, from, Math.min(bytes.length, from + 3_000), (byte) 0);
                    disk.bytes(segment, bytes);
                }
                case 3 ->
                    disk.paths(LogFixture.DIRECTORY.resolve("state"))
                            .forEach(image -> disk.rot(image, dice.nextInt(disk.bytes(image).length), 4));
                case 4 -> disk.bytes(LogFixture.DIRECTORY.resolve("checkpoint"), new byte[7]);
                default -> {
                    if (bytes.length > 0) {
                        disk.rot(segment, dice.nextInt(bytes.length), 1 << dice.nextInt(8));
                    }
                }
            }
        }
    }
}
