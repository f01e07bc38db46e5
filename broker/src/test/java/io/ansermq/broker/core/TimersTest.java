package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Delayed messages: not before their time, exactly once, whatever happens in between. */
class TimersTest {

    private static final long HOUR_MS = TimerHour.HOUR_MS;

    @TempDir
    Path directory;

    private CoreFixture broker;
    private CoreFixture.Client client;
    private int queue;

    @BeforeEach
    void openQueue() {
        broker = new CoreFixture(directory, FlushLevel.DURABLE);
        broker.nowEpochMs = 1000 * HOUR_MS + 1_234_567;
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void sendDelayed(final long delayMs, final String text) {
        client.deliverAtEpochMs = broker.nowEpochMs + delayMs;
        client.send(queue, text);
        client.deliverAtEpochMs = 0;
    }

    private void advanceTo(final long epochMs) {
        broker.nowEpochMs = epochMs;
        broker.settle();
    }

    private void advance(final long ms) {
        advanceTo(broker.nowEpochMs + ms);
    }

    private String delayed() {
        client.answers.clear();
        client.request(new GetStatus());
        broker.settle();
        return ((Status) client.answers.get(0)).figures().get("delayed");
    }

    @Test
    void shouldDeliverAMessageAtItsTimeAndNotBefore() {
        client.subscribe(1, queue, 10);
        sendDelayed(20_000, "later");
        client.send(queue, "now");
        broker.settle();
        assertThat(client.settledSequence)
                .as("the send of a delayed message is answered at once")
                .isEqualTo(2);
        advance(19_999);
        assertThat(client.texts()).containsExactly("now");
        assertThat(delayed()).isEqualTo("1");
        advance(1);
        assertThat(client.texts()).containsExactly("now", "later");
        assertThat(client.deliveries).extracting(CoreFixture.Delivered::offset).containsExactly(0L, 1L);
        assertThat(delayed()).isEqualTo("0");
    }

    @Test
    void shouldDeliverInTheOrderOfDeliveryTimesAndOfSendingWhereTheseAreEqual() {
        client.subscribe(1, queue, 10);
        sendDelayed(300, "c");
        sendDelayed(100, "a");
        sendDelayed(300, "d");
        sendDelayed(200, "b");
        broker.settle();
        advance(1000);
        assertThat(client.texts()).containsExactly("a", "b", "c", "d");
    }

    @Test
    void shouldWaitLongerThanFortyDays() {
        client.subscribe(1, queue, 10);
        sendDelayed(41 * 24 * HOUR_MS, "x");
        broker.settle();
        advance(41 * 24 * HOUR_MS - 1);
        broker.saveImage();
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).isEmpty();
        advance(1);
        assertThat(client.texts()).containsExactly("x");
    }

    @Test
    void shouldFireWhatBecameDueWhileTheBrokerWasDown() {
        sendDelayed(1000, "a");
        sendDelayed(2 * HOUR_MS, "b");
        sendDelayed(9 * HOUR_MS, "c");
        broker.settle();
        broker.nowEpochMs += 5 * HOUR_MS;
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("a", "b");
    }

    @Test
    void shouldNotDeliverWhatWasCancelledNotEvenAfterARestart() {
        client.subscribe(1, queue, 10);
        sendDelayed(1_000, "cancelled");
        sendDelayed(1_000, "stays");
        broker.settle();
        final long dueEpochMs = broker.nowEpochMs + 1_000;
        assertThat(broker.desk().delayedAt(dueEpochMs, 0)).isPositive();
        assertThat(broker.desk().cancelDelayed(dueEpochMs, 0)).isTrue();
        broker.settle();
        assertThat(broker.desk().delayedAt(dueEpochMs, 0)).isEqualTo(-1);
        assertThat(broker.desk().cancelDelayed(dueEpochMs, 0)).isFalse();
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, 10);
        advance(2_000);
        assertThat(client.texts()).containsExactly("stays");
    }

    @Test
    void shouldNotCancelWhatHasFired() {
        client.subscribe(1, queue, 10);
        sendDelayed(1_000, "gone");
        broker.settle();
        final long dueEpochMs = broker.nowEpochMs + 1_000;
        advance(1_000);
        assertThat(broker.desk().cancelDelayed(dueEpochMs, 0)).isFalse();
        assertThat(broker.desk().cancelDelayed(dueEpochMs, 7)).isFalse();
        assertThat(client.texts()).containsExactly("gone");
    }

    @Test
    void shouldNotFireWhenTheClockIsSetBack() {
        client.subscribe(1, queue, 10);
        advance(HOUR_MS);
        advance(-HOUR_MS);
        sendDelayed(10, "x");
        broker.settle();
        assertThat(client.texts()).isEmpty();
        advance(10);
        assertThat(client.texts()).containsExactly("x");
    }

    @Test
    void shouldNotGiveAnEarlierMessageToALaterSubscription() {
        client.topic = "t";
        final int topic = client.open(DestinationKind.TOPIC, "t");
        client.subscribe(1, topic, 10);
        client.deliverAtEpochMs = broker.nowEpochMs + 50;
        client.send(topic, "x");
        client.subscribe(2, topic, 10);
        client.send(topic, "y");
        client.deliverAtEpochMs = 0;
        advance(50);
        client.send(topic, "z");
        broker.settle();
        assertThat(client.deliveries)
                .extracting(d -> d.consumer() + d.text())
                .containsExactlyInAnyOrder("1x", "1y", "1z", "2y", "2z");
    }

    @Test
    void shouldKeepTheLogOfAMessageThatWaits() {
        sendDelayed(HOUR_MS, "waits");
        client.subscribe(1, queue, 1);
        final String large = "x".repeat(100_000);
        for (int i = 0; i < 60; i++) {
            client.send(queue, large);
            broker.settle();
            client.acknowledge(false, 1, 0, i, i);
            client.request(new Flow(1, 1, 1 << 20, i + 1));
            broker.saveImage();
            broker.passSeconds(2);
        }
        advance(HOUR_MS);
        assertThat(client.texts()).hasSize(61).endsWith("waits");
    }

    @Test
    void shouldDeliverEachOfManyOnceThroughRestartsAndImages() {
        for (long seed = 1; seed <= 20; seed++) {
            broker.close();
            broker = new CoreFixture(directory.resolve("seed" + seed), FlushLevel.DURABLE);
            broker.nowEpochMs = 5000 * HOUR_MS - 60_000;
            client = broker.client();
            queue = client.open(DestinationKind.QUEUE, "q");
            liveThrough(new Random(seed), "seed " + seed);
        }
    }

    private record Sent(String text, long dueEpochMs) {}

    private void liveThrough(final Random random, final String life) {
        final List<Sent> sent = new ArrayList<>();
        final List<String> received = new ArrayList<>();
        client.subscribe(1, queue, 100_000);
        for (int step = 0; step < 60; step++) {
            final int messages = random.nextInt(40);
            for (int i = 0; i < messages; i++) {
                final long delayMs =
                        random.nextInt(10) == 0 ? random.nextInt((int) (3 * HOUR_MS)) : random.nextInt(5000);
                final Sent message = new Sent(life + " " + sent.size(), broker.nowEpochMs + delayMs);
                sent.add(message);
                sendDelayed(delayMs, message.text());
            }
            broker.settle();
            switch (random.nextInt(6)) {
                case 0 -> broker.saveImage();
                case 1 -> {
                    broker.core();
                    broker.nowEpochMs += random.nextInt(2000);
                    broker.core(); // due ones are sequenced, perhaps not written
                    take(received, sent, life);
                    broker.restart();
                    client = broker.client();
                    client.subscribe(1, queue, 100_000);
                }
                default -> advance(random.nextInt(3000));
            }
            take(received, sent, life);
        }
        advance(4 * HOUR_MS);
        broker.settle();
        take(received, sent, life);
        assertThat(received).as(life).doesNotHaveDuplicates().hasSameSizeAs(sent);
        assertThat(delayed()).as(life).isEqualTo("0");
        broker.saveImage();
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, 100_000);
        advance(HOUR_MS);
        assertThat(client.texts()).as(life).isEmpty();
    }

    /** Checks and acknowledges what came. */
    private void take(final List<String> received, final List<Sent> sent, final String life) {
        final var due = sent.stream().collect(Collectors.toMap(Sent::text, Sent::dueEpochMs));
        for (final CoreFixture.Delivered each : client.deliveries) {
            assertThat(due.get(each.text()))
                    .as("%s: %s is early", life, each.text())
                    .isLessThanOrEqualTo(broker.nowEpochMs);
            received.add(each.text());
            client.acknowledge(false, 1, each.lane(), each.offset(), each.offset());
        }
        final List<Long> times =
                client.deliveries.stream().map(d -> due.get(d.text())).toList();
        assertThat(times).as(life).isSortedAccordingTo(Comparator.naturalOrder());
        client.deliveries.clear();
        broker.settle();
    }
}
