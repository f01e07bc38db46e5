package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Power fails at any moment while old messages are moved. */
class CleanerCrashTest {

    private final CoreFixture broker =
            new CoreFixture(new SimFiles(), Path.of("/data"), FlushLevel.DURABLE, CleanerScene.SOON);
    private CleanerScene scene = new CleanerScene(broker);

    @AfterEach
    void close() {
        broker.close();
    }

    /** Each message is there once, in its place, with the acknowledgements. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldLoseNoMessage(final long seed) {
        final Random random = new Random(seed * 7919);
        final List<String> expected = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            for (int i = 0; i < 8; i++) {
                final String text = "life " + life + " message " + i;
                scene.leaveBehind(text);
                expected.add(text);
                scene.flow(6);
            }
            scene.settleOneOf(expected, random);
            crashWhileCleaning(random);
            assertThat(scene.leftBehind()).as("seed %d, life %d", seed, life).containsExactlyElementsOf(expected);
            scene.goAway();
        }
    }

    /** Each large message is there, whole. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldLoseNoPartOfALargeMessage(final long seed) {
        final Random random = new Random(seed * 611_953);
        final List<List<String>> expected = new ArrayList<>();
        for (int life = 0; life < 3; life++) {
            for (int i = 0; i < 3; i++) {
                final String text = "life " + life + " message " + i;
                scene.leaveBehindLarge(text);
                expected.add(CleanerScene.largeBody(text));
                scene.flow(12);
            }
            crashWhileCleaning(random);
            assertThat(scene.leftBehindLarge())
                    .as("seed %d, life %d", seed, life)
                    .isEqualTo(expected);
            scene.goAway();
        }
    }

    /** Messages wait, are moved or become due: each is there once in the end. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldLoseNoDelayedMessage(final long seed) {
        final Random random = new Random(seed * 104_729);
        final List<String> expected = new ArrayList<>();
        for (int life = 0; life < 4; life++) {
            for (int i = 0; i < 12; i++) {
                final String text = "life " + life + " message " + i;
                scene.delay(text, random.nextInt(40_000));
                expected.add(text);
                scene.flow(4);
            }
            crashWhileCleaning(random);
        }
        broker.nowEpochMs += 100_000;
        for (int i = 0; i < 5; i++) {
            broker.settle();
        }
        assertThat(scene.leftBehind()).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(expected);
    }

    /** Lets a cleaning come some turns far, then starts anew with what is on the disk. */
    private void crashWhileCleaning(final Random random) {
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
        scene = new CleanerScene(broker);
    }
}
