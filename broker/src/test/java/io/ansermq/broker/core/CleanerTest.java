package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.files.DiskFiles;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Old messages that nobody settles, and the log behind them. */
class CleanerTest {

    private static final CleanerSettings SOON = new CleanerSettings(5_000, 2, 1 << 30);
    private static final String FILLER = "x".repeat(50_000);

    @TempDir
    Path directory;

    @Test
    void shouldFreeTheLogBehindAMessageThatNobodyTakes() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
            scene.leaveBehind("first");
            scene.flow(100);
            assertThat(broker.logStart()).isZero();
            scene.rest();
            assertThat(broker.logStart()).isGreaterThan(4_000_000);
            assertThat(scene.leftBehind()).containsExactly("first");
        }
    }

    @Test
    void shouldKeepOrderAndOffsetsOfWhatItMoves() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
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
            assertThat(scene.offsets()).isEqualTo(List.copyOf(range(40)));
        }
    }

    @Test
    void shouldFindMovedMessagesAfterARestart() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
            scene.leaveBehind("first");
            scene.flow(100);
            scene.rest();
            final long start = broker.logStart();
            assertThat(start).isPositive();
            broker.restart();
            final Scene after = new Scene(broker);
            assertThat(after.leftBehind()).containsExactly("first");
            assertThat(broker.logStart()).isGreaterThanOrEqualTo(start);
        }
    }

    @Test
    void shouldMoveThePartsOfALargeMessageThatNobodyTakes() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
            scene.leaveBehindLarge("a");
            scene.flow(100);
            scene.rest();
            final long start = broker.logStart();
            assertThat(start).isGreaterThan(4_000_000);
            assertThat(scene.leftBehindLarge()).containsExactly(largeBody("a"));
            scene.goAway();
            broker.restart();
            final Scene after = new Scene(broker);
            after.flow(100);
            after.rest();
            assertThat(broker.logStart()).as("moved once more").isGreaterThan(start + 4_000_000);
            broker.saveImage();
            broker.restart();
            assertThat(new Scene(broker).leftBehindLarge()).containsExactly(largeBody("a"));
        }
    }

    @Test
    void shouldNotCopyPartsOfMessagesThatAreSettled() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
            scene.leaveBehind("small");
            scene.flowLarge(20);
            scene.flow(40);
            scene.rest();
            assertThat(broker.logStart()).isGreaterThan(2_000_000);
            assertThat(broker.cleaner().movedBytes()).isLessThan(1_000);
            assertThat(scene.leftBehind()).containsExactly("small");
        }
    }

    /** Power fails at any moment of a cleaning that moves parts: each large message is there, whole. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldLoseNoPartWhenThePowerFailsAtAnyMoment(final long seed) {
        final Random random = new Random(seed * 611_953);
        final CoreFixture broker = new CoreFixture(new SimFiles(), Path.of("/data"), FlushLevel.DURABLE, SOON);
        final List<List<String>> expected = new ArrayList<>();
        Scene scene = new Scene(broker);
        for (int life = 0; life < 3; life++) {
            for (int i = 0; i < 3; i++) {
                final String text = "life " + life + " message " + i;
                scene.leaveBehindLarge(text);
                expected.add(largeBody(text));
                scene.flow(12);
            }
            broker.passSeconds(6);
            for (int turns = random.nextInt(60); turns > 0; turns--) {
                broker.waitMs(random.nextInt(300));
                switch (random.nextInt(3)) {
                    case 0 -> broker.core();
                    case 1 -> broker.log();
                    default -> broker.aux();
                }
            }
            broker.crash(random);
            scene = new Scene(broker);
            assertThat(scene.leftBehindLarge())
                    .as("seed %d, life %d", seed, life)
                    .isEqualTo(expected);
            scene.goAway();
        }
        broker.close();
    }

    private static List<String> largeBody(final String text) {
        return List.of("x".repeat(30_000) + text, "y".repeat(30_000) + text, "z" + text);
    }

    @Test
    void shouldMoveMessagesThatWaitForTheirTime() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
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
            final Scene after = new Scene(broker);
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
    }

    /** Power fails at any moment, with messages that wait, are moved or become due: each is there once in the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldLoseNoDelayedMessageWhenThePowerFailsAtAnyMoment(final long seed) {
        final Random random = new Random(seed * 104_729);
        final CoreFixture broker = new CoreFixture(new SimFiles(), Path.of("/data"), FlushLevel.DURABLE, SOON);
        final List<String> expected = new ArrayList<>();
        Scene scene = new Scene(broker);
        for (int life = 0; life < 4; life++) {
            for (int i = 0; i < 12; i++) {
                final String text = "life " + life + " message " + i;
                scene.delay(text, random.nextInt(40_000));
                expected.add(text);
                scene.flow(4);
            }
            broker.passSeconds(6);
            for (int turns = random.nextInt(60); turns > 0; turns--) {
                broker.waitMs(random.nextInt(300));
                broker.nowEpochMs += random.nextInt(500);
                switch (random.nextInt(3)) {
                    case 0 -> broker.core();
                    case 1 -> broker.log();
                    default -> broker.aux();
                }
            }
            broker.crash(random);
            scene = new Scene(broker);
        }
        broker.nowEpochMs += 100_000;
        for (int i = 0; i < 5; i++) {
            broker.settle();
        }
        assertThat(scene.leftBehind()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
        broker.close();
    }

    @Test
    void shouldLeaveADenseLogAlone() {
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, SOON)) {
            final Scene scene = new Scene(broker);
            for (int i = 0; i < 100; i++) {
                scene.leaveBehind(FILLER);
            }
            scene.rest();
            assertThat(broker.logStart()).isZero();
            assertThat(broker.cleaner().movedMessages()).isZero();
        }
    }

    @Test
    void shouldNotMoveBeforeItsTime() {
        final CleanerSettings late = new CleanerSettings(600_000, 2, 1 << 30);
        try (CoreFixture broker = new CoreFixture(new DiskFiles(), directory, FlushLevel.WRITTEN, late)) {
            final Scene scene = new Scene(broker);
            scene.leaveBehind("first");
            scene.flow(100);
            scene.rest();
            assertThat(broker.cleaner().movedMessages()).isZero();
            broker.passSeconds(600);
            scene.rest();
            assertThat(broker.cleaner().movedMessages()).isEqualTo(1);
        }
    }

    /** Power fails at any moment of a cleaning: each message is there once, in its place, with the acknowledgements. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldLoseNothingWhenThePowerFailsAtAnyMoment(final long seed) {
        final Random random = new Random(seed * 7919);
        final CoreFixture broker = new CoreFixture(new SimFiles(), Path.of("/data"), FlushLevel.DURABLE, SOON);
        final List<String> expected = new ArrayList<>();
        Scene scene = new Scene(broker);
        for (int life = 0; life < 3; life++) {
            for (int i = 0; i < 8; i++) {
                final String text = "life " + life + " message " + i;
                scene.leaveBehind(text);
                expected.add(text);
                scene.flow(6);
            }
            scene.settleOneOf(expected, random);
            broker.passSeconds(6);
            for (int turns = random.nextInt(60); turns > 0; turns--) {
                broker.waitMs(random.nextInt(300));
                switch (random.nextInt(3)) {
                    case 0 -> broker.core();
                    case 1 -> broker.log();
                    default -> broker.aux();
                }
            }
            broker.crash(random);
            scene = new Scene(broker);
            assertThat(scene.leftBehind()).as("seed %d, life %d", seed, life).containsExactlyElementsOf(expected);
            scene.goAway();
        }
        broker.close();
    }

    private static List<Long> range(final int end) {
        final List<Long> all = new ArrayList<>();
        for (long i = 0; i < end; i++) {
            all.add(i);
        }
        return all;
    }

    /** A queue whose messages stay, and one whose messages come and go. */
    private static final class Scene {
        private final CoreFixture broker;
        private final CoreFixture.Client slow;
        private final CoreFixture.Client busy;
        private final int stuck;
        private final int flow;

        Scene(final CoreFixture broker) {
            this.broker = broker;
            slow = broker.client();
            slow.topic = "stuck";
            stuck = slow.open(DestinationKind.QUEUE, "stuck");
            busy = broker.client();
            busy.topic = "flow";
            flow = busy.open(DestinationKind.QUEUE, "flow");
            busy.subscribe(1, flow, 1_000_000);
            broker.settle();
            busy.deliveries.forEach(each -> busy.acknowledge(false, 1, each.lane(), each.offset(), each.offset()));
            broker.settle();
        }

        void leaveBehind(final String text) {
            slow.send(stuck, text);
            broker.settle();
        }

        void leaveBehindLarge(final String text) {
            slow.sendLarge(stuck, largeBody(text).toArray(String[]::new));
            broker.settle();
        }

        List<List<String>> leftBehindLarge() {
            leftBehind();
            return List.copyOf(slow.deliveries).stream().map(slow::load).toList();
        }

        void delay(final String text, final long delayMs) {
            slow.deliverAtEpochMs = broker.nowEpochMs + delayMs;
            slow.send(stuck, text);
            slow.deliverAtEpochMs = DeliveryTime.NOW;
            broker.settle();
        }

        void flow(final int messages) {
            flow(messages, () -> busy.send(flow, FILLER));
        }

        void flowLarge(final int messages) {
            flow(messages, () -> busy.sendLarge(flow, FILLER, "the rest"));
        }

        private void flow(final int messages, final Runnable send) {
            for (int i = 0; i < messages; i++) {
                busy.deliveries.clear();
                busy.request(new io.ansermq.remoting.protocol.ConsumingHeader.Flow(1, 1, 1 << 20, 0));
                send.run();
                broker.settle();
                final CoreFixture.Delivered last = busy.deliveries.get(busy.deliveries.size() - 1);
                busy.acknowledge(false, 1, last.lane(), last.offset(), last.offset());
                broker.settle();
            }
        }

        /** Lets cleaner, images and retention do what they want to. */
        void rest() {
            for (int i = 0; i < 10; i++) {
                broker.passSeconds(6);
                flow(1);
            }
        }

        void settleOneOf(final List<String> expected, final Random random) {
            leftBehind();
            final int chosen = random.nextInt(expected.size());
            final CoreFixture.Delivered delivered = slow.deliveries.get(chosen);
            slow.acknowledge(true, 1, delivered.lane(), delivered.offset(), delivered.offset());
            broker.settle();
            expected.remove(chosen);
            goAway();
        }

        List<String> leftBehind() {
            slow.deliveries.clear();
            slow.subscribe(1, stuck, 10_000);
            broker.settle();
            return slow.texts();
        }

        List<Long> offsets() {
            return slow.deliveries.stream().map(CoreFixture.Delivered::offset).toList();
        }

        void goAway() {
            slow.request(new io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer(1, 0));
            broker.settle();
        }
    }
}
