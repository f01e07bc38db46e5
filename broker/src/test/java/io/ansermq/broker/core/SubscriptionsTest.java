package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.AdminHeader.Rewind;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribed;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader;
import io.ansermq.remoting.protocol.DestinationHeader.CreateTemporary;
import io.ansermq.remoting.protocol.DestinationHeader.DeleteDestination;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.Unsubscribe;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Durable subscriptions, temporary destinations and deletions through restarts, with and without a state image. */
class SubscriptionsTest {

    @TempDir
    Path directory;

    private CoreFixture broker;
    private CoreFixture.Client client;
    private int topic;

    @BeforeEach
    void openTopic() {
        broker = new CoreFixture(directory, FlushLevel.DURABLE);
        connect();
        topic = client.open(DestinationKind.TOPIC, "t");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private void connect() {
        client = broker.client();
        client.topic = "t";
        client.request(new Connect(1, "test", "c", null, null));
        broker.settle();
    }

    private void restart(final boolean withImage) {
        if (withImage) {
            broker.saveImage();
        }
        broker.restart();
        connect();
    }

    private ControlHeader ask(final ControlHeader request) {
        client.answers.clear();
        client.request(request);
        broker.settle();
        return client.answers.get(client.answers.size() - 1);
    }

    @Test
    void shouldRewindToMessagesOfARetainedTopicThatEverySubscriptionHasSettled() {
        broker.close();
        broker = new CoreFixture(
                directory.resolve("retained"),
                FlushLevel.DURABLE,
                new DestinationPolicy(0, 0, 1, 0, "", "", false, true));
        connect();
        topic = client.open(DestinationKind.TOPIC, "t");
        durable(1, "s");
        final String filler = "x".repeat(50_000);
        for (int i = 0; i < 40; i++) {
            broker.nowEpochMs += 1_000;
            client.request(new Flow(1, 1, 1 << 20, 0));
            client.send(topic, i + filler);
            broker.settle();
            final CoreFixture.Delivered last = client.deliveries.get(client.deliveries.size() - 1);
            client.acknowledge(false, 1, last.lane(), last.offset(), last.offset());
            broker.passSeconds(2);
        }
        restart(true);
        topic = client.open(DestinationKind.TOPIC, "t");
        broker.passSeconds(20);
        assertThat(broker.logStart()).isZero();
        assertThat(ask(new Rewind("c", "s", broker.nowEpochMs - 9_000))).isEqualTo(new Done());
        client.deliveries.clear();
        durable(2, "s");
        assertThat(client.texts().stream().map(text -> text.substring(0, 2)))
                .containsExactly("30", "31", "32", "33", "34", "35", "36", "37", "38", "39");
    }

    private ControlHeader durable(final int consumer, final String name) {
        return durable(consumer, name, null);
    }

    private ControlHeader durable(final int consumer, final String name, final String selector) {
        return ask(new Subscribe(consumer, topic, SubscriptionType.DURABLE, name, selector, false, 1000, 1 << 20));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKeepADurableSubscriptionThroughARestart(final boolean withImage) {
        client.send(topic, "before");
        broker.settle();
        assertThat(durable(1, "s")).isEqualTo(new Subscribed(1));
        client.send(topic, "a", "b");
        broker.settle();
        client.acknowledge(true, 1, 0, 1, 1);
        broker.settle();
        assertThat(client.texts()).containsExactly("a", "b");
        restart(withImage);
        client.send(topic, "c");
        broker.settle();
        restart(false);

        durable(1, "s");

        assertThat(client.texts()).containsExactly("b", "c");
        assertThat(client.deliveries)
                .extracting(CoreFixture.Delivered::deliveriesBefore)
                .containsExactly(1, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldBeginWhereItsRecordStands(final boolean withImage) {
        client.send(topic, "1", "2", "3");
        client.request(new Subscribe(1, topic, SubscriptionType.DURABLE, "s", null, false, 1000, 1 << 20));
        broker.core();
        client.send(topic, "4", "5");
        broker.core();
        broker.settle();
        assertThat(client.texts()).containsExactly("4", "5");
        restart(withImage);
        durable(1, "s");
        assertThat(client.texts()).containsExactly("4", "5");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldForgetWhatWasUnsubscribed(final boolean withImage) {
        durable(1, "s");
        ask(new CloseConsumer(1, 0));
        client.send(topic, "a");
        broker.settle();
        assertThat(ask(new Unsubscribe("s"))).isEqualTo(new Done());
        restart(withImage);
        assertThat(ask(new Unsubscribe("s")))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.error()).isEqualTo(ErrorCodes.DESTINATION));
        durable(1, "s");
        assertThat(client.deliveries).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldDropWhatWaitedWhenTheSelectorChanges(final boolean withImage) {
        durable(1, "s", "a = 1");
        ask(new CloseConsumer(1, 0));
        client.send(topic, "dropped");
        broker.settle();
        durable(1, "s", "a is null");
        ask(new CloseConsumer(1, 0));
        client.send(topic, "kept");
        broker.settle();
        restart(withImage);
        durable(1, "s", "a is null");
        assertThat(client.texts()).containsExactly("kept");
    }

    @Test
    void shouldKeepTheLogForAnIdleSubscriptionAndFreeItAfterwards() {
        durable(1, "s");
        ask(new CloseConsumer(1, 0));
        final long before = broker.logStart();
        for (int i = 0; i < 40; i++) {
            client.send(topic, "x".repeat(100_000));
            broker.settle();
        }
        broker.saveImage();
        broker.passSeconds(2);
        assertThat(broker.logStart()).isEqualTo(before);

        ask(new Unsubscribe("s"));
        for (int i = 0; i < 20; i++) {
            client.send(topic, "x".repeat(100_000));
            broker.saveImage();
            broker.passSeconds(2);
        }
        assertThat(broker.logStart()).isGreaterThan(before);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldForgetADeletedDestinationAndTakeItsNameAgain(final boolean withImage) {
        durable(1, "s");
        client.send(topic, "a");
        broker.settle();
        assertThat(ask(new DeleteDestination(DestinationKind.TOPIC, "t"))).isInstanceOf(Failure.class);
        ask(new CloseConsumer(1, 0));
        assertThat(ask(new DeleteDestination(DestinationKind.TOPIC, "t"))).isEqualTo(new Done());
        final int again = client.open(DestinationKind.TOPIC, "t");
        assertThat(again).isNotEqualTo(topic);
        client.send(again, "b");
        broker.settle();
        restart(withImage);
        topic = client.open(DestinationKind.TOPIC, "t");
        assertThat(topic).isEqualTo(again);
        assertThat(ask(new Unsubscribe("s"))).isInstanceOf(Failure.class);
        durable(1, "s");
        client.send(topic, "c");
        broker.settle();
        assertThat(client.texts()).containsExactly("c");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldForgetTemporaryDestinationsInARestart(final boolean withImage) {
        final DestinationOpened opened = (DestinationOpened) ask(new CreateTemporary(DestinationKind.QUEUE));
        client.topic = opened.topic();
        client.send(opened.destination(), "a", "b");
        broker.settle();
        ask(new Subscribe(1, opened.destination(), SubscriptionType.QUEUE, null, null, false, 10, 1 << 20));
        assertThat(client.texts()).containsExactly("a", "b");
        restart(withImage);
        assertThat(ask(new DestinationHeader.OpenDestination(DestinationKind.QUEUE, opened.topic(), true)))
                .isInstanceOf(Failure.class);
        final DestinationOpened next = (DestinationOpened) ask(new CreateTemporary(DestinationKind.QUEUE));
        assertThat(next.topic()).isNotEqualTo(opened.topic());
        client.topic = next.topic();
        client.send(next.destination(), "c");
        ask(new Subscribe(1, next.destination(), SubscriptionType.QUEUE, null, null, false, 10, 1 << 20));
        assertThat(client.texts()).containsExactly("c");
    }

    @Test
    void shouldUseTheIndexOfATemporaryDestinationAgainOnlyWhenNothingIsUnderWay() {
        for (int i = 0; i < 50; i++) {
            final DestinationOpened opened = (DestinationOpened) ask(new CreateTemporary(DestinationKind.QUEUE));
            client.topic = opened.topic();
            client.send(opened.destination(), "unread" + i);
            client.request(new DeleteDestination(DestinationKind.QUEUE, opened.topic()));
            client.request(new CreateTemporary(DestinationKind.QUEUE));
            broker.settle();
            final DestinationOpened next = (DestinationOpened) client.answers.get(client.answers.size() - 1);
            client.deliveries.clear();
            client.topic = next.topic();
            client.send(next.destination(), "read" + i);
            ask(new Subscribe(i + 1, next.destination(), SubscriptionType.QUEUE, null, null, false, 10, 1 << 20));
            assertThat(client.texts()).containsExactly("read" + i);
            client.acknowledge(true, i + 1, 0, 0, 100);
            ask(new CloseConsumer(i + 1, 1));
            ask(new DeleteDestination(DestinationKind.QUEUE, next.topic()));
        }
    }

    @Test
    void shouldRefuseASendToADeletedDestinationInItsTurn() {
        final int doomed = client.open(DestinationKind.QUEUE, "doomed");
        ask(new DeleteDestination(DestinationKind.QUEUE, "doomed"));
        client.send(topic, "stored");
        client.send(doomed, "refused");
        broker.core();
        assertThat(client.settledSequence)
                .as("nothing is settled before it is stored")
                .isZero();
        broker.settle();
        assertThat(client.settledSequence).isEqualTo(2);
        assertThat(client.answers).last().isInstanceOf(SendingHeader.SendFailed.class);
    }

    @Test
    void shouldFreeAClientIdWithItsConnection() {
        final CoreFixture.Client second = broker.client();
        second.request(new Connect(1, "test", "c", null, null));
        broker.settle();
        assertThat(second.answers).last().isInstanceOf(Failure.class);
        client.vanish();
        final CoreFixture.Client third = broker.client();
        third.request(new Connect(1, "test", "c", null, null));
        broker.settle();
        assertThat(third.answers).isEmpty();
        assertThat(third.welcomed).isTrue();
    }
}
