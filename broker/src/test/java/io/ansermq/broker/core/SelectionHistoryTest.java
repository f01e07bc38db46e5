package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random lives of a queue with consumers of all sorts, which come, take, settle, give back and go, with restarts. After
 * each step: nobody has what does not match or what another one has, and nobody who has credit waits for a message that is
 * free and matches. In the end a consumer of everything gets all that nobody settled, in order.
 *
 * <p>More lives: {@code make slow M=broker T=SelectionHistoryTest}.
 */
class SelectionHistoryTest {

    private static final int STEPS = 120;
    private static final String[] COLORS = {"red", "blue", "grey"};

    @TempDir
    Path directory;

    /** A consumer, and what it should be able to do. */
    private static final class Taker {
        final String selector;
        final IntPredicate matches;
        int credit;
        long lastTag;
        long handedTag;

        Taker(final String selector, final IntPredicate matches, final int credit) {
            this.selector = selector;
            this.matches = matches;
            this.credit = credit;
        }
    }

    private enum State {
        FREE,
        TAKEN,
        SETTLED
    }

    private final List<State> messages = new ArrayList<>();
    private final List<Integer> holders = new ArrayList<>();
    private final Map<Integer, Taker> takers = new TreeMap<>();
    private CoreFixture broker;
    private CoreFixture.Client client;
    private SplittableRandom random;
    private int queue;
    private int nextTaker;
    private int seen;

    @Test
    void shouldKeepTheRules() {
        live(0, 6);
    }

    @Test
    @Tag("slow")
    void shouldKeepTheRulesInManyLives() {
        live(1_000, 1_200);
    }

    private void live(final long firstSeed, final long endSeed) {
        for (long seed = firstSeed; seed < endSeed; seed++) {
            try {
                live(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    private void live(final long seed) {
        random = new SplittableRandom(seed);
        messages.clear();
        holders.clear();
        takers.clear();
        nextTaker = 1;
        seen = 0;
        broker = new CoreFixture(directory.resolve("seed-" + seed), FlushLevel.WRITTEN);
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
        for (int i = 0; i < STEPS; i++) {
            step();
            broker.settle();
            broker.settle();
            observe();
            check();
        }
        takers.keySet().forEach(this::close);
        broker.settle();
        observe();
        client.deliveries.clear();
        client.subscribe(9_999, queue, 10_000);
        broker.settle();
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::offset)
                .containsExactlyElementsOf(IntStream.range(0, messages.size())
                        .filter(i -> messages.get(i) != State.SETTLED)
                        .mapToObj(i -> (long) i)
                        .toList());
        broker.close();
    }

    private void step() {
        final int dice = random.nextInt(100);
        if (dice < 35 || takers.isEmpty() && dice < 60) {
            send(1 + random.nextInt(random.nextInt(8) == 0 ? 400 : 6));
        } else if (dice < 50) {
            subscribe();
        } else if (dice < 75) {
            settle(anybody());
        } else if (dice < 85) {
            credit(anybody());
        } else if (dice < 91) {
            release(anybody());
        } else if (dice < 97) {
            final int number = anybody();
            close(number);
            takers.remove(number);
        } else {
            restart();
        }
    }

    private int anybody() {
        final List<Integer> all = new ArrayList<>(takers.keySet());
        if (all.isEmpty()) {
            subscribe();
            observe();
            return nextTaker - 1;
        }
        return all.get(random.nextInt(all.size()));
    }

    /** The color and correlation ID of a message follow from its number. */
    private static String color(final int number) {
        return COLORS[number * 7 % 11 % 3];
    }

    private static int correlation(final int number) {
        return number * 5 % 13;
    }

    private void send(final int count) {
        for (int i = 0; i < count; i++) {
            final int number = messages.size();
            client.properties("color", color(number), "JMSCorrelationID", "c" + correlation(number));
            client.send(queue, Integer.toString(number));
            messages.add(State.FREE);
            holders.add(0);
        }
    }

    private void subscribe() {
        final int number = nextTaker++;
        final int wanted = random.nextInt(13);
        final int credit = random.nextInt(30);
        final Taker taker =
                switch (random.nextInt(5)) {
                    case 0 -> new Taker(null, i -> true, credit);
                    case 1 -> new Taker("color = 'red'", i -> color(i).equals("red"), credit);
                    case 2 -> new Taker("color LIKE '%e%'", i -> color(i).contains("e"), credit);
                    case 3 -> new Taker("JMSCorrelationID = 'c" + wanted + "'", i -> correlation(i) == wanted, credit);
                    default ->
                        new Taker(
                                "JMSCorrelationID = 'c" + wanted + "' AND color <> 'red'",
                                i -> correlation(i) == wanted && !color(i).equals("red"),
                                credit);
                };
        takers.put(number, taker);
        client.subscribe(SubscriptionType.QUEUE, number, queue, taker.selector, false, credit);
    }

    private void settle(final int number) {
        for (int i = 0; i < messages.size(); i++) {
            if (holders.get(i) == number && random.nextInt(3) > 0) {
                client.acknowledge(false, number, 0, i, i);
                messages.set(i, State.SETTLED);
                holders.set(i, 0);
            }
        }
    }

    private void credit(final int number) {
        final Taker taker = takers.get(number);
        final int more = random.nextInt(20);
        taker.credit += more;
        taker.handedTag += random.nextInt((int) (taker.lastTag - taker.handedTag) + 1);
        client.request(new Flow(number, more, 1 << 20, taker.handedTag));
    }

    private void release(final int number) {
        final Taker taker = takers.get(number);
        taker.credit += (int) (taker.lastTag - taker.handedTag);
        client.request(new Release(number, taker.handedTag));
        taker.handedTag = taker.lastTag;
        free(number);
    }

    private void close(final int number) {
        client.request(new CloseConsumer(number, takers.get(number).handedTag));
        free(number);
    }

    private void free(final int number) {
        for (int i = 0; i < messages.size(); i++) {
            if (holders.get(i) == number) {
                holders.set(i, 0);
                messages.set(i, State.FREE);
            }
        }
    }

    private void restart() {
        takers.keySet().forEach(this::free);
        takers.clear();
        broker.restart();
        client = broker.client();
        client.open(DestinationKind.QUEUE, "q");
        seen = 0;
    }

    /** What was delivered since the last time: to somebody whose selector matches, and that nobody had. */
    private void observe() {
        for (; seen < client.deliveries.size(); seen++) {
            final CoreFixture.Delivered delivered = client.deliveries.get(seen);
            final Taker taker = takers.get(delivered.consumer());
            final int number = (int) delivered.offset();
            assertThat(messages.get(number)).as("state of %s", delivered).isEqualTo(State.FREE);
            assertThat(taker.matches.test(number))
                    .as("%s matches %s", delivered, taker.selector)
                    .isTrue();
            messages.set(number, State.TAKEN);
            holders.set(number, delivered.consumer());
            taker.lastTag = delivered.tag();
            taker.credit--;
        }
    }

    private void check() {
        takers.forEach((number, taker) -> {
            assertThat(taker.credit).as("credit of %d", number).isNotNegative();
            if (taker.credit > 0) {
                for (int i = 0; i < messages.size(); i++) {
                    assertThat(messages.get(i) == State.FREE && taker.matches.test(i))
                            .as("consumer %d (%s) waits though message %d is free", number, taker.selector, i)
                            .isFalse();
                }
            }
        });
    }
}
