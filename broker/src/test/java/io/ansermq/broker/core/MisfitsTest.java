package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ConsumingHeader.Expired;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetterAction;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLettersSettled;
import io.ansermq.remoting.protocol.DeadLetterHeader.ListDeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.SettleDeadLetters;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of messages that come back, are delivered too often, or whose time is over. */
class MisfitsTest {

    private static final int CREDIT = 1000;

    @TempDir
    Path directory;

    private CoreFixture broker;
    private CoreFixture.Client client;
    private int queue;

    @BeforeEach
    void start() {
        start(new DestinationPolicy(3, 0, 1, 0, "DLQ.q", "", false));
    }

    private void start(final DestinationPolicy policy) {
        if (broker != null) {
            broker.close();
        }
        broker = new CoreFixture(directory.resolve(String.valueOf(System.nanoTime())), FlushLevel.DURABLE, policy);
        broker.nowEpochMs = 1_700_000_000_000L;
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    /** A consumer that sees everything it gets and gives it back. */
    private void fail(final int consumer) {
        final long tag = client.deliveries.get(client.deliveries.size() - 1).tag();
        client.deliveries.clear();
        client.request(new Release(consumer, tag));
        client.request(new Flow(consumer, CREDIT, 1 << 20, 0));
        broker.settle();
    }

    private List<CoreFixture.Delivered> contentsOf(final String name) {
        final CoreFixture.Client reader = broker.client();
        reader.topic = name;
        final int destination = reader.open(DestinationKind.QUEUE, name);
        reader.subscribe(1, destination, CREDIT);
        final List<CoreFixture.Delivered> found = List.copyOf(reader.deliveries);
        reader.vanish();
        return found;
    }

    private String figure(final String name) {
        client.answers.clear();
        client.request(new GetStatus());
        broker.settle();
        return ((Status) client.answers.get(0)).figures().get(name);
    }

    // ---- Dead letters

    @Test
    void shouldMoveAMessageThatWasDeliveredTooOften() {
        client.properties = new MessageProperties.Builder()
                .put("UNIQ_KEY", "abc")
                .put("count", "5")
                .put(MessageProperties.JMS_TYPES, "Icount")
                .toBytes();
        client.send(queue, DestinationState.laneOfPriority(7), 0, "bad");
        client.properties = new byte[0];
        client.subscribe(1, queue, CREDIT);
        fail(1);
        fail(1);
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(2);
        fail(1);
        assertThat(client.deliveries).isEmpty();

        final List<CoreFixture.Delivered> dead = contentsOf("DLQ.q");
        assertThat(dead).extracting(CoreFixture.Delivered::text).containsExactly("bad");
        assertThat(dead.get(0).lane()).isEqualTo(DestinationState.laneOfPriority(7));
        assertThat(dead.get(0).deliveriesBefore()).isZero();
        assertThat(dead.get(0).properties())
                .containsEntry("UNIQ_KEY", "abc")
                .containsEntry("count", "5")
                .containsEntry(DeadLetterProperties.REASON, "deliveries")
                .containsEntry(DeadLetterProperties.DESTINATION, "queue://q")
                .containsEntry(DeadLetterProperties.MESSAGE_ID, "ID:abc")
                .containsEntry(DeadLetterProperties.TIME, String.valueOf(broker.nowEpochMs))
                .containsEntry(DeadLetterProperties.DELIVERIES, "3")
                .containsEntry(
                        MessageProperties.JMS_TYPES,
                        "Icount,I" + DeadLetterProperties.DELIVERIES + ",J" + DeadLetterProperties.TIME)
                .doesNotContainKey(DeadLetterProperties.SUBSCRIPTION);
        assertThat(figure("deadLettered")).isEqualTo("1");
    }

    @Test
    void shouldDeliverWhatIsBehindADeadLetter() {
        client.send(queue, "bad", "good");
        client.subscribe(1, queue, CREDIT);
        client.acknowledge(false, 1, 0, 1, 1);
        fail(1);
        fail(1);
        client.send(queue, "next");
        fail(1);
        assertThat(client.texts()).containsExactly("next");
    }

    @Test
    void shouldNotCountWhatALostClientNeverReported() {
        client.send(queue, "a");
        for (int i = 1; i <= 5; i++) {
            client.subscribe(1, queue, CREDIT);
            assertThat(client.deliveries)
                    .extracting(CoreFixture.Delivered::deliveriesBefore)
                    .as("told, but not counted towards the limit")
                    .containsExactly(i - 1);
            client.vanish();
            client = broker.client();
        }
        assertThat(contentsOf("DLQ.q")).isEmpty();
    }

    @Test
    void shouldKeepCountsOverARestart() {
        client.send(queue, "bad");
        client.subscribe(1, queue, CREDIT);
        fail(1);
        fail(1);
        broker.saveImage();
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, CREDIT);
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(2);
        fail(1);
        assertThat(contentsOf("DLQ.q")).extracting(CoreFixture.Delivered::text).containsExactly("bad");
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).as("in one of the two places").isEmpty();
        assertThat(contentsOf("DLQ.q")).hasSize(1);
    }

    @Test
    void shouldHaveAMessageInOnePlaceWheneverTheBrokerEnds() {
        for (int turns = 0; turns < 8; turns++) {
            start(new DestinationPolicy(1, 0, 1, 0, "DLQ.q", "", false));
            client.send(queue, "bad");
            client.subscribe(1, queue, CREDIT);
            client.request(new Release(1, 1));
            for (int i = 0; i < turns; i++) {
                broker.core();
                broker.log();
            }
            broker.restart();
            client = broker.client();
            client.subscribe(1, queue, CREDIT);
            final int here = client.deliveries.size();
            client.vanish();
            client = broker.client();
            assertThat(here + contentsOf("DLQ.q").size())
                    .as("after %d turns", turns)
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldDropWhatHasNoDeadLetterQueue() {
        start(new DestinationPolicy(1, 0, 1, 0, "", "", false));
        client.send(queue, "bad", "good");
        client.subscribe(1, queue, 1);
        fail(1);
        assertThat(client.texts()).containsExactly("good");
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).containsExactly("good");
    }

    // ---- Redelivery delay

    @Test
    void shouldRedeliverAtOnceAndInOrderWithoutADelay() {
        client.send(queue, "a", "b", "c");
        client.subscribe(1, queue, CREDIT);
        fail(1);
        assertThat(client.texts()).containsExactly("a", "b", "c");
    }

    @Test
    void shouldWaitLongerWithEachDeliveryAndNotHoldUpOthers() {
        start(new DestinationPolicy(0, 1000, 2, 3000, "", "", false));
        client.send(queue, "a");
        client.subscribe(1, queue, CREDIT);
        for (final int seconds : new int[] {1, 2, 3, 3}) {
            fail(1);
            client.send(queue, "other");
            broker.passMs(seconds * 1000 - 1);
            assertThat(client.texts()).containsExactly("other");
            client.acknowledge(
                    false,
                    1,
                    0,
                    client.deliveries.get(0).offset(),
                    client.deliveries.get(0).offset());
            broker.passMs(1);
            assertThat(client.texts()).containsExactly("other", "a");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldWaitOnAfterARestartForWhatIsLeft(final boolean withImage) {
        start(new DestinationPolicy(0, 10_000, 1, 10_000, "", "", false));
        client.send(queue, "a", "b");
        client.subscribe(1, queue, CREDIT);
        fail(1);
        client.send(queue, "other");
        broker.settle();
        if (withImage) {
            broker.saveImage();
        }
        broker.nowEpochMs += 4_000;
        broker.restart();
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).containsExactly("other");
        broker.passMs(5_990);
        assertThat(client.texts()).containsExactly("other");
        broker.passMs(10);
        assertThat(client.texts()).containsExactly("other", "a", "b");
        assertThat(client.deliveries.get(1).deliveriesBefore()).isEqualTo(1);
    }

    @Test
    void shouldNotWaitAfterARestartForWhatIsOver() {
        start(new DestinationPolicy(0, 10_000, 1, 10_000, "", "", false));
        client.send(queue, "a");
        client.subscribe(1, queue, CREDIT);
        fail(1);
        broker.nowEpochMs += 10_000;
        broker.restart();
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).containsExactly("a");
    }

    @Test
    void shouldWaitNoLongerThanTheLongestWaitWhenTheClockWasSetBack() {
        start(new DestinationPolicy(0, 10_000, 1, 10_000, "", "", false));
        client.send(queue, "a");
        client.subscribe(1, queue, CREDIT);
        fail(1);
        broker.nowEpochMs -= 86_400_000;
        broker.restart();
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).isEmpty();
        broker.passMs(10_000);
        assertThat(client.texts()).containsExactly("a");
    }

    // ---- Expiry

    private void sendExpiring(final long timeToLiveMs, final String text) {
        final long epochMs = broker.nowEpochMs + timeToLiveMs;
        client.properties = new MessageProperties.Builder()
                .put(MessageProperties.JMS_EXPIRATION, Long.toString(epochMs))
                .toBytes();
        client.expirySec = (int) ((epochMs + 999) / 1000);
        client.send(queue, text);
        client.expirySec = Expiry.NEVER;
        client.properties = new byte[0];
    }

    @Test
    void shouldDeliverUntilTheMillisecondOfExpiry() {
        sendExpiring(1500, "a");
        sendExpiring(1501, "b");
        client.send(queue, "c");
        broker.settle();
        broker.nowEpochMs += 1500;
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).containsExactly("b", "c");
        assertThat(figure("expired")).isEqualTo("1");
    }

    @Test
    void shouldSweepOutWhatNobodyAsksFor() {
        sendExpiring(2000, "a");
        client.send(queue, "b");
        sendExpiring(60_000, "c");
        broker.settle();
        broker.nowEpochMs += 1999;
        broker.passSeconds(2);
        assertThat(figure("expired")).isEqualTo("0");
        broker.nowEpochMs += 1001;
        broker.passSeconds(2);
        assertThat(figure("expired")).isEqualTo("1");
        broker.restart();
        client = broker.client();
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).containsExactly("b", "c");
    }

    @Test
    void shouldSweepOutWhatExpiredWhileTheBrokerWasDown() {
        for (int i = 0; i < 3000; i++) {
            sendExpiring(i % 2 == 0 ? 1000 : 900_000, "m" + i);
        }
        broker.settle();
        broker.saveImage();
        broker.nowEpochMs += 10_000;
        broker.restart();
        client = broker.client();
        broker.passSeconds(2);
        assertThat(figure("expired")).isEqualTo("1500");
    }

    @Test
    void shouldMoveWhatHasExpiredToItsQueue() {
        start(new DestinationPolicy(0, 0, 1, 0, "", "EXPIRY.q", false));
        sendExpiring(500, "swept");
        sendExpiring(5000, "asked for");
        broker.settle();
        broker.nowEpochMs += 1000;
        broker.passSeconds(2);
        broker.nowEpochMs += 10_000;
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).isEmpty();
        final List<CoreFixture.Delivered> expired = contentsOf("EXPIRY.q");
        assertThat(expired).extracting(CoreFixture.Delivered::text).containsExactly("swept", "asked for");
        assertThat(expired.get(0).properties())
                .containsEntry(DeadLetterProperties.REASON, "expired")
                .doesNotContainKey(MessageProperties.JMS_EXPIRATION);
        broker.nowEpochMs += 10_000;
        assertThat(contentsOf("EXPIRY.q")).as("stay there").hasSize(2);
    }

    @Test
    void shouldSweepAMessageThatWasWithAConsumerWhenItExpired() {
        sendExpiring(1000, "a");
        client.subscribe(1, queue, 1);
        assertThat(client.texts()).containsExactly("a");
        broker.nowEpochMs += 2000;
        broker.passSeconds(2);
        assertThat(figure("expired")).as("it was delivered in time").isEqualTo("0");
        client.vanish();
        client = broker.client();
        broker.nowEpochMs += 10_000;
        broker.passSeconds(2);
        assertThat(figure("expired")).isEqualTo("1");
    }

    // ---- What operators ask for

    private ControlHeader answer(final ControlHeader request) {
        client.answers.clear();
        client.request(request);
        broker.settle();
        return client.answers.get(0);
    }

    /** Buries so many messages, each with an ID. */
    private void bury(final int count) {
        start(new DestinationPolicy(1, 0, 1, 0, "DLQ.q", "", false));
        for (int i = 0; i < count; i++) {
            client.properties =
                    new MessageProperties.Builder().put("UNIQ_KEY", "id" + i).toBytes();
            client.send(queue, DestinationState.laneOfPriority(i % 10), 0, "m" + i);
        }
        client.properties = new byte[0];
        client.subscribe(1, queue, CREDIT);
        fail(1);
        broker.settle();
    }

    @Test
    void shouldListDeadLettersPageByPage() {
        bury(150);
        int lane = 0;
        long offset = 0;
        final List<String> ids = new ArrayList<>();
        for (int page = 0; lane >= 0; page++) {
            assertThat(page).isLessThan(10);
            final DeadLetters answer = (DeadLetters) answer(new ListDeadLetters("DLQ.q", lane, offset));
            answer.letters().forEach(each -> {
                ids.add(each.messageId());
                assertThat(each.origin()).isEqualTo("queue://q");
                assertThat(each.reason()).isEqualTo("deliveries");
                assertThat(each.deliveries()).isEqualTo(1);
                assertThat(each.timeEpochMs()).isEqualTo(broker.nowEpochMs);
            });
            lane = answer.nextLane();
            offset = answer.nextOffset();
        }
        assertThat(ids).hasSize(150).doesNotHaveDuplicates();
    }

    @Test
    void shouldSendADeadLetterBackWhereItCameFrom() {
        bury(3);
        assertThat(answer(new SettleDeadLetters(DeadLetterAction.RETRY, "DLQ.q", "queue://q", "ID:id1", 0, 0)))
                .isEqualTo(new DeadLettersSettled(1, -1, 0));
        assertThat(client.texts()).containsExactly("m1");
        assertThat(client.deliveries.get(0).deliveriesBefore()).isZero();
        assertThat(client.deliveries.get(0).properties()).containsOnlyKeys("UNIQ_KEY");
        assertThat(contentsOf("DLQ.q")).extracting(CoreFixture.Delivered::text).containsExactlyInAnyOrder("m0", "m2");
    }

    @Test
    void shouldThrowDeadLettersAway() {
        bury(100);
        final DeadLettersSettled first =
                (DeadLettersSettled) answer(new SettleDeadLetters(DeadLetterAction.PURGE, "DLQ.q", null, null, 0, 0));
        assertThat(first.count()).isEqualTo(64);
        assertThat(answer(new SettleDeadLetters(
                        DeadLetterAction.PURGE, "DLQ.q", null, null, first.nextLane(), first.nextOffset())))
                .isEqualTo(new DeadLettersSettled(36, -1, 0));
        broker.restart();
        client = broker.client();
        assertThat(contentsOf("DLQ.q")).isEmpty();
    }

    @Test
    void shouldLeaveDeadLettersOfOthersAlone() {
        bury(2);
        assertThat(answer(new SettleDeadLetters(DeadLetterAction.PURGE, "DLQ.q", "queue://other", null, 0, 0)))
                .isEqualTo(new DeadLettersSettled(0, -1, 0));
        assertThat(contentsOf("DLQ.q")).hasSize(2);
    }

    @Test
    void shouldSayThatThereIsNoSuchQueue() {
        assertThat(answer(new ListDeadLetters("DLQ.nobody", 0, 0))).isInstanceOf(Failure.class);
        assertThat(answer(new SettleDeadLetters(DeadLetterAction.PURGE, "DLQ.nobody", null, null, 0, 0)))
                .isInstanceOf(Failure.class);
    }

    @Test
    void shouldMoveWhatAClientFoundExpired() {
        start(new DestinationPolicy(0, 0, 1, 0, "", "EXPIRY.q", false));
        sendExpiring(50_000, "a");
        client.subscribe(1, queue, CREDIT);
        client.request(new Expired(1, 0, 0));
        broker.settle();
        assertThat(contentsOf("EXPIRY.q"))
                .extracting(CoreFixture.Delivered::text)
                .containsExactly("a");
        client.vanish();
        client = broker.client();
        client.subscribe(1, queue, CREDIT);
        assertThat(client.texts()).isEmpty();
    }
}
