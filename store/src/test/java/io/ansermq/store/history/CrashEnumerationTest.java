package io.ansermq.store.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.AppendMode;
import io.ansermq.store.StoreException;
import io.ansermq.store.StoreOptions;
import io.ansermq.store.fixtures.EveryChoice;
import io.ansermq.store.fixtures.ExpectedErrors;
import io.ansermq.store.fixtures.FaultyFiles;
import io.ansermq.store.fixtures.LogFixture;
import io.ansermq.store.fixtures.SimFiles;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Short traces, cut off after each file operation in turn, and then every outcome of a loss of power: each sector that was not
 * forced old, new or torn, each length and each name changed or not.
 */
@ExtendWith(ExpectedErrors.class)
class CrashEnumerationTest {
    /** A trace with more outcomes at one moment is not short. */
    private static final int MAX_OUTCOMES = 50_000;

    private static final int RECORD_BYTES = 100;

    /** What a life does; a step ends early when the store has stopped. */
    private record Trace(String name, AppendMode mode, Consumer<StoreLife> steps) {
        @Override
        public String toString() {
            return name + ", " + mode;
        }
    }

    static Stream<Trace> traces() {
        return Stream.of(AppendMode.CHANNEL, AppendMode.MAPPED)
                .flatMap(mode -> Stream.of(
                        new Trace("two frames", mode, CrashEnumerationTest::twoFrames),
                        new Trace("a group", mode, CrashEnumerationTest::group),
                        new Trace("an image", mode, CrashEnumerationTest::image),
                        new Trace("a close", mode, CrashEnumerationTest::close)));
    }

    @ParameterizedTest
    @MethodSource("traces")
    void shouldKeepEveryPromiseAtEachMoment(final Trace trace) {
        final StoreOptions options = LogFixture.small().appendMode(trace.mode()).build();
        boolean complete = false;
        int outcomes = 0;
        int moment = 0;
        for (; !complete; moment++) {
            final SimFiles disk = new SimFiles();
            final Promises promises = new Promises();
            complete = run(trace, disk, options, promises, moment);
            final EveryChoice every = new EveryChoice();
            int here = 0;
            do {
                judge(disk.crash(every), options, promises.copy(), trace + ", after " + moment + ", outcome " + every);
                here++;
                assertThat(here).as("outcomes after %d operations", moment).isLessThan(MAX_OUTCOMES);
            } while (every.next());
            outcomes += here;
        }
        assertThat(outcomes).as("outcomes of %d moments", moment).isGreaterThan(moment);
    }

    /** True when the trace came to its end before the process died. */
    private static boolean run(
            final Trace trace,
            final SimFiles disk,
            final StoreOptions options,
            final Promises promises,
            final int operations) {
        final FaultyFiles dying = new FaultyFiles(disk);
        dying.fault(FaultyFiles.dieAfter(operations));
        try {
            final StoreLife life = StoreLife.begin(dying, options, promises);
            trace.steps().accept(life);
            return !life.isFailed();
        } catch (final StoreException dead) {
            assertThat(dead).hasMessageContaining("the process is dead");
            return false;
        }
    }

    private static void judge(
            final SimFiles found, final StoreOptions options, final Promises promises, final String where) {
        promises.powerLost();
        try {
            StoreLife.begin(found, options, promises);
        } catch (final BrokenPromise | RuntimeException broken) {
            throw new BrokenPromise(where + ": " + broken.getMessage(), broken);
        }
    }

    private static void twoFrames(final StoreLife life) {
        final Random dice = new Random(3);
        for (int i = 0; i < 2 && !life.isFailed(); i++) {
            life.append(dice, 1, RECORD_BYTES);
            life.seal();
            life.logWork();
        }
    }

    private static void group(final StoreLife life) {
        final Random dice = new Random(4);
        life.appendTogether(dice, 2);
        life.seal();
        life.logWork();
    }

    private static void image(final StoreLife life) {
        final Random dice = new Random(6);
        for (int round = 0; round < 2 && !life.isFailed(); round++) {
            life.append(dice, 1, RECORD_BYTES);
            life.seal();
            life.logWork();
            for (int i = 0; i < 6 && !life.isFailed(); i++) {
                life.imageStep(dice);
                life.auxWork(0);
            }
        }
    }

    private static void close(final StoreLife life) {
        life.append(new Random(5), 1, RECORD_BYTES);
        life.close();
    }
}
