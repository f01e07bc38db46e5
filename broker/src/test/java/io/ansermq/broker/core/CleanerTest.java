package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.files.DiskFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old messages that nobody settles, and the log behind them. */
class CleanerTest {

    @TempDir
    Path directory;

    private CoreFixture broker;
    private CleanerScene scene;

    @BeforeEach
    void open() {
        open(CleanerScene.SOON);
    }

    private void open(final CleanerSettings settings) {
        broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, settings);
        scene = new CleanerScene(broker);
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void shouldFreeTheLogBehindAMessageThatNobodyTakes() {
        scene.leaveBehind("first");
        scene.flow(100);
        assertThat(broker.logStart()).isZero();
        scene.rest();
        assertThat(broker.logStart()).isGreaterThan(4_000_000);
        assertThat(scene.leftBehind()).containsExactly("first");
    }

    @Test
    void shouldKeepOrderAndOffsetsOfWhatItMoves() {
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            scene.leaveBehind("m" + i);
            expected.add("m" + i);
            scene.flow(4);
        }
        scene.rest();
        final long freed = broker.logStart();
        assertThat(freed).isPositive();
        // Some of them were moved, some were sent later: both once more, and the moved ones for the second time.
        for (int i = 30; i < 40; i++) {
            scene.leaveBehind("m" + i);
            expected.add("m" + i);
            scene.flow(12);
        }
        scene.rest();
        assertThat(broker.logStart()).isGreaterThan(freed);
        assertThat(scene.leftBehind()).isEqualTo(expected);
        assertThat(scene.offsets()).isEqualTo(LongStream.range(0, 40).boxed().toList());
    }

    @Test
    void shouldFindMovedMessagesAfterARestart() {
        scene.leaveBehind("first");
        scene.flow(100);
        scene.rest();
        final long start = broker.logStart();
        assertThat(start).isPositive();
        broker.restart();
        final CleanerScene after = new CleanerScene(broker);
        assertThat(after.leftBehind()).containsExactly("first");
        assertThat(broker.logStart()).isGreaterThanOrEqualTo(start);
    }

    @Test
    void shouldMoveThePartsOfALargeMessageThatNobodyTakes() {
        scene.leaveBehindLarge("a");
        scene.flow(100);
        scene.rest();
        final long start = broker.logStart();
        assertThat(start).isGreaterThan(4_000_000);
        assertThat(scene.leftBehindLarge()).containsExactly(CleanerScene.largeBody("a"));
        scene.goAway();
        broker.restart();
        final CleanerScene after = new CleanerScene(broker);
        after.flow(100);
        after.rest();
        assertThat(broker.logStart()).as("moved once more").isGreaterThan(start + 4_000_000);
        broker.saveImage();
        broker.restart();
        assertThat(new CleanerScene(broker).leftBehindLarge()).containsExactly(CleanerScene.largeBody("a"));
    }

    @Test
    void shouldNotCopyPartsOfMessagesThatAreSettled() {
        scene.leaveBehind("small");
        scene.flowLarge(20);
        scene.flow(40);
        scene.rest();
        assertThat(broker.logStart()).isGreaterThan(2_000_000);
        assertThat(broker.cleaner().movedBytes()).isLessThan(1_000);
        assertThat(scene.leftBehind()).containsExactly("small");
    }

    @Test
    void shouldMoveMessagesThatWaitForTheirTime() {
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            scene.delay("m" + i, 7_200_000 + i);
            expected.add("m" + i);
            scene.flow(5);
        }
        scene.rest();
        final long start = broker.logStart();
        assertThat(start).isGreaterThan(3_000_000);
        broker.restart();
        final CleanerScene after = new CleanerScene(broker);
        after.flow(100);
        after.rest();
        assertThat(broker.logStart()).as("moved once more").isGreaterThan(start);
        assertThat(after.leftBehind()).isEmpty();
        after.goAway();
        broker.nowEpochMs += 7_200_000;
        broker.settle();
        broker.nowEpochMs += 1_000;
        broker.settle();
        broker.settle();
        assertThat(after.leftBehind()).isEqualTo(expected);
    }

    @Test
    void shouldLeaveADenseLogAlone() {
        for (int i = 0; i < 100; i++) {
            scene.leaveBehind(CleanerScene.FILLER);
        }
        scene.rest();
        assertThat(broker.logStart()).isZero();
        assertThat(broker.cleaner().movedMessages()).isZero();
    }

    @Test
    void shouldNotMoveBeforeItsTime() {
        broker.close();
        open(new CleanerSettings(600_000, 2, 1 << 30));
        scene.leaveBehind("first");
        scene.flow(100);
        scene.rest();
        assertThat(broker.cleaner().movedMessages()).isZero();
        broker.passSeconds(600);
        scene.rest();
        assertThat(broker.cleaner().movedMessages()).isEqualTo(1);
    }
}
