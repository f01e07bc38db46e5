package io.ansermq.store.commitlog;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.FaultyFiles.Operation;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.SimFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Who writes a frame: the log agent's thread, or whoever has sealed it. */
class LogTurnTest {
    private static final int SMALL = 100;
    private static final int LARGE = 20_000;

    private final FaultyFiles files = new FaultyFiles(new SimFiles());
    private final Random random = new Random(7);
    private final List<Throwable> failures = new ArrayList<>();
    private final LogFixture log = new LogFixture(
                    files,
                    LogFixture.small()
                            .segmentBytes(1 << 20)
                            .stagingBytes(256 << 10)
                            .maxFrameBytes(64 << 10)
                            .build())
            .open();

    /** The log has a thread, which sleeps for ever: what it would do the test does, or nobody. */
    private LogFixture withSleepingThread() {
        log.log().start(task -> new Thread(() -> {}), () -> {}, failures::add);
        return log;
    }

    private void seal(final int bytes) {
        log.append(LogFixture.message(random, bytes), FlushLevel.DURABLE);
        log.seal();
    }

    private boolean isAllDurable() {
        final Watermarks marks = log.log().watermarks();
        final long end = log.log().writer().end();
        return marks.durable() == end && marks.committed() == end;
    }

    @Test
    void shouldHaveCommittedASmallFrameWhenItIsSealedIfNothingElseIsUnderWay() {
        withSleepingThread();
        for (int i = 0; i < 100; i++) {
            seal(SMALL);
            assertThat(isAllDurable()).as("frame %d", i).isTrue();
        }
        log.close();
    }

    /** Who has sealed it looks by himself how far the log has come, and is not to be woken for it. */
    @Test
    void shouldTellOfProgressOnlyWhenTheThreadHasWritten() {
        final AtomicInteger told = new AtomicInteger();
        log.log().start(task -> new Thread(() -> {}), told::incrementAndGet, failures::add);
        seal(SMALL);
        assertThat(isAllDurable()).isTrue();
        assertThat(told).hasValue(0);

        seal(LARGE);
        log.log().doLogWork();
        assertThat(told).hasPositiveValue();
        log.close();
    }

    @Test
    void shouldLeaveALargeFrameAndWhatComesBehindItToTheThread() {
        withSleepingThread();
        seal(LARGE);
        assertThat(isAllDurable()).as("the large one").isFalse();
        seal(SMALL);
        assertThat(isAllDurable()).as("one behind it").isFalse();

        assertThat(log.log().doLogWork()).isEqualTo(2);
        assertThat(isAllDurable()).isTrue();
        seal(SMALL);
        assertThat(isAllDurable()).as("one after it").isTrue();
        log.close();
    }

    @Test
    void shouldLeaveFramesToTheThreadWhileForcesTakeLong() {
        withSleepingThread();
        files.fault((operation, path) -> {
            if (operation == Operation.FORCE) {
                final long endNs = System.nanoTime() + 20_000_000;
                while (System.nanoTime() < endNs) {
                    Thread.onSpinWait();
                }
            }
        });
        seal(SMALL);
        assertThat(isAllDurable()).as("nobody knew that it would take long").isTrue();
        seal(SMALL);
        assertThat(isAllDurable()).isFalse();

        // The thread goes on, and finds out that the disk is quick again.
        files.heal();
        int left = 0;
        for (boolean here = false; !here; left++) {
            assertThat(left).as("frames left to the thread").isLessThan(100);
            log.write();
            seal(SMALL);
            here = isAllDurable();
        }
        log.close();
    }

    @Test
    void shouldStopForGoodWhenTheWriteFailsThatASealBrought() {
        withSleepingThread();
        seal(SMALL);
        final long committed = log.log().watermarks().committed();
        files.fault((operation, path) -> {
            if (operation == Operation.FORCE) {
                throw new IOException("Input/output error");
            }
        });
        seal(SMALL);
        files.heal();
        seal(SMALL);

        assertThat(log.log().watermarks().committed()).isEqualTo(committed);
        assertThat(failures).singleElement().satisfies(failure -> assertThat(failure)
                .hasMessageContaining("Input/output error"));
        log.close();
    }

    @Test
    void shouldWriteNothingBySealingWhenTheLogIsDrivenByHand() {
        seal(SMALL);
        assertThat(isAllDurable()).isFalse();
        log.write();
        assertThat(isAllDurable()).isTrue();
        log.close();
    }

    /** A wake-up that is lost leaves a frame uncommitted for ever. */
    @Test
    void shouldCommitEveryFrameWhoeverHasTheTurn() {
        final StoreOptions options = LogFixture.small()
                .segmentBytes(256 << 10)
                .stagingBytes(64 << 10)
                .maxFrameBytes(32 << 10)
                .build();
        final LogFixture busy = new LogFixture(new SimFiles(), options).open();
        busy.log().start(task -> new Thread(task, "log"), () -> {}, failures::add);
        final Watermarks marks = busy.log().watermarks();
        for (int i = 0; i < 3_000; i++) {
            final int frames = 1 + random.nextInt(3);
            for (int j = 0; j < frames; j++) {
                final byte[] record =
                        LogFixture.message(random, 8 + random.nextInt(random.nextBoolean() ? 200 : 12_000));
                while (!busy.log().writer().reserve(record.length)) {
                    busy.seal();
                    Thread.onSpinWait();
                }
                busy.log().writer().slot().put(record);
                busy.log().writer().commit(random.nextBoolean() ? FlushLevel.DURABLE : FlushLevel.WRITTEN);
                busy.seal();
            }
            final long end = busy.log().writer().end();
            final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            while (marks.committed() != end) {
                assertThat(System.nanoTime()).as("round %d", i).isLessThan(deadlineNs);
                Thread.onSpinWait();
            }
        }
        assertThat(failures).isEmpty();
        busy.close();
    }
}
