package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.Choices;
import io.ansermq.store.fixtures.SimFiles;
import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A message in another's place: one of the two is there for everybody, whatever happens in between. */
class ReplacementsTest {
    private static final int OLD_LANE = 0;
    private static final int NEW_LANE = 3;
    private static final int CRASHES = 60;

    private static final CleanerSettings SLOW_CLEANER = new CleanerSettings(600_000, 2, 1 << 30);

    private CoreFixture broker = new CoreFixture(new SimFiles(), Path.of("/data"), FlushLevel.DURABLE, SLOW_CLEANER);
    private CoreFixture.Client client = broker.client();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        broker.close();
    }

    private DestinationState queue() {
        if (broker.desk().decideSharedQueue("q", 0) instanceof Catalog.Create create) {
            broker.desk().create(create);
            broker.settle();
        }
        return Objects.requireNonNull(broker.desk().destination("q"));
    }

    private void group(final String name) {
        client.request(new Subscribe(1, queue().id(), SubscriptionType.GROUP, name, null, false, 100, 1 << 20));
        broker.settle();
    }

    private void send(final String text) {
        client.send(queue().id(), OLD_LANE, 0, text);
        broker.settle();
    }

    private void replace(final long offset) {
        final Lane lane = broker.desk().lane(queue(), OLD_LANE);
        broker.desk().replace(queue(), copy(lane.position(offset), lane.size(offset)), lane, offset, this::tell);
    }

    private ByteBuf copy(final long position, final int size) {
        return Objects.requireNonNull(broker.desk().copy(position, size, queue(), NEW_LANE, properties -> Map.of()));
    }

    private void tell(final Failure refusal) {
        told.add(refusal == null ? "done" : refusal.text());
    }

    /** Where a group that begins now gets messages from. */
    private List<Integer> lanesSeenBy(final String group) {
        client = broker.client();
        group(group);
        return client.deliveries.stream().map(CoreFixture.Delivered::lane).toList();
    }

    @Test
    void shouldShowTheNewOneAloneToGroupsThatComeLaterAndAfterRestartsFromAnyImage() {
        send("a");
        replace(0);
        broker.settle();
        assertThat(told).containsExactly("done");

        assertThat(lanesSeenBy("first")).containsExactly(NEW_LANE);
        client.vanish();
        broker.restart();
        assertThat(lanesSeenBy("after the log was replayed")).containsExactly(NEW_LANE);
        client.vanish();
        broker.saveImage();
        broker.restart();
        assertThat(lanesSeenBy("after an image was loaded")).containsExactly(NEW_LANE);
    }

    @Test
    void shouldRefuseWhatAConsumerHasByThen() {
        send("a");
        replace(0);
        group("group");
        broker.settle();
        // The request and the consumer came in one turn: whoever was first has it, and nobody else.
        final List<Integer> lanes =
                client.deliveries.stream().map(CoreFixture.Delivered::lane).toList();
        assertThat(lanes).hasSize(1);
        assertThat(told).hasSize(1);
        assertThat(lanes.get(0)).isEqualTo(told.get(0).equals("done") ? NEW_LANE : OLD_LANE);

        replace(0);
        broker.settle();
        assertThat(told.get(1)).contains("a consumer has it");
    }

    @Test
    void shouldReplaceWhatWaitsForItsTime() {
        client.deliverAtEpochMs = broker.nowEpochMs + 1_000;
        send("later");
        broker.desk().forEachDelayed(queue(), (dueEpochMs, number, position, size) -> {
            broker.desk().replaceDelayed(queue(), copy(position, size), dueEpochMs, number, this::tell);
            return true;
        });
        broker.settle();
        broker.restart();
        broker.nowEpochMs += 2_000;
        broker.settle();

        assertThat(told).containsExactly("done");
        assertThat(lanesSeenBy("group")).containsExactly(NEW_LANE);
    }

    @ParameterizedTest
    @EnumSource(FlushLevel.class)
    void shouldLeaveOneOfTheTwoWhereverThePowerFails(final FlushLevel flush) {
        for (int seed = 0; seed < CRASHES; seed++) {
            final Random random = new Random(seed);
            broker.close();
            broker = new CoreFixture(new SimFiles(), Path.of("/data"), flush, SLOW_CLEANER);
            client = broker.client();
            told.clear();
            group("before");
            client.vanish();
            client = broker.client();
            send("a");
            broker.saveImage();
            replace(0);
            for (int turns = random.nextInt(8); turns > 0; turns--) {
                step(random);
            }
            final boolean stored = told.contains("done");
            if (random.nextBoolean()) {
                broker.disk().writeBack(Choices.seeded(random));
            }
            broker.crash(random);

            final List<Integer> seen = lanesSeenBy("before");
            client.vanish();
            assertThat(possible(stored, flush))
                    .as("seed %d, told %s", seed, told)
                    .contains(seen);
            assertThat(lanesSeenBy("later")).as("seed %d", seed).isEqualTo(seen);
        }
    }

    private static List<List<Integer>> possible(final boolean stored, final FlushLevel flush) {
        if (stored) {
            return List.of(List.of(NEW_LANE));
        }
        return flush == FlushLevel.DURABLE
                ? List.of(List.of(OLD_LANE), List.of(NEW_LANE))
                : List.of(List.of(), List.of(OLD_LANE), List.of(NEW_LANE));
    }

    private void step(final Random random) {
        switch (random.nextInt(4)) {
            case 0 -> broker.core();
            case 1 -> broker.log();
            case 2 -> broker.aux();
            default -> broker.saveImage();
        }
    }
}
