package io.ansermq.client;

import static io.ansermq.client.Calls.async;
import static io.ansermq.client.Calls.failureOf;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.client.ScriptedBroker.Frame;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.LargeBody;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.SendingHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubscriberTest {
    private static final int PREFETCH_BYTES = 1 << 20;

    private ScriptedBroker broker;
    private BrokerSession session;
    private Destination queue;
    private final RecordedDeliveries deliveries = new RecordedDeliveries();

    @BeforeEach
    void connect() throws Exception {
        broker = ScriptedBroker.local();
        session = broker.connect();
        queue = session.open(DestinationKind.QUEUE, "q");
    }

    @AfterEach
    void disconnect() {
        session.close();
        broker.close();
    }

    @Test
    void shouldGrantItsPrefetchWhenItSubscribes() throws Exception {
        broker.byHand(ConsumingHeader.Subscribe.class);
        final CompletableFuture<Subscriber> subscribing = async(() -> subscribe(256));
        final Frame request = broker.expect(ConsumingHeader.Subscribe.class);
        assertThat(request.header())
                .isEqualTo(new ConsumingHeader.Subscribe(
                        1, queue.number(), SubscriptionType.QUEUE, null, null, false, 256, PREFETCH_BYTES));
        broker.answer(request, new ConsumingHeader.Subscribed(1));
        assertThat(resultOf(subscribing).number()).isEqualTo(1);
    }

    @Test
    void shouldGiveBackWhatTheApplicationHasNotSeenWhenTheBrokerStops() throws Exception {
        final ArrayDeque<Delivery> buffer = new ArrayDeque<>();
        final Subscriber subscriber = session.subscribe(queue, 10, PREFETCH_BYTES, new BufferingHandler() {
            @Override
            public void onDeliveries(final Subscriber self, final Delivery[] batch, final int count) {
                buffer.addAll(Arrays.asList(batch).subList(0, count));
                self.handed(buffer.remove());
            }

            @Override
            public long letGo(final Subscriber self) {
                return buffer.isEmpty() ? NOTHING : buffer.remove().tag();
            }
        });
        final CompletableFuture<BrokerException> ended = new CompletableFuture<>();
        session.onClosed(ended::complete);
        broker.deliver(subscriber.number(), 1, "a", "b", "c");
        broker.say(new ConnectionHeader.Failure(ErrorCodes.SHUTTING_DOWN, "it stops"));

        assertThat(broker.expectAck().acks().get(0).handedTag()).isEqualTo(1);
        final Frame frame = broker.expect(ConsumingHeader.ReleaseUnseen.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.ReleaseUnseen(subscriber.number(), 2));
        assertThat(resultOf(ended)).hasMessageContaining("it stops");
    }

    @Test
    void shouldNumberConsumersAndNeverUseANumberAgain() throws Exception {
        broker.always(ConsumingHeader.CloseConsumer.class, new ConnectionHeader.Done());
        final Subscriber first = subscribe(1);
        resultOf(first.close());
        assertThat(subscribe(1).number()).isEqualTo(first.number() + 1);
    }

    @Test
    void shouldPassOnWhyTheBrokerRefusesAConsumer() {
        broker.always(
                ConsumingHeader.Subscribe.class,
                new ConnectionHeader.Failure(ErrorCodes.AUTHORIZATION, "'ann' may not"));
        assertThatThrownBy(() -> subscribe(10))
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.error()).isEqualTo(ErrorCodes.AUTHORIZATION))
                .hasMessage("'ann' may not");
        assertThat(session.subscribers().get(1)).isNull();
        assertThat(broker.heardNothing()).isTrue();
    }

    @Test
    void shouldTakeBackAConsumerThatTheBrokerDoesNotConfirmInTime() throws Exception {
        broker.byHand(ConsumingHeader.Subscribe.class);
        try (BrokerSession impatient =
                BrokerSession.connect(broker.options().requestTimeoutMs(50).build())) {
            assertThatThrownBy(() -> impatient.subscribe(queue, 1, 1, deliveries))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.TIMEOUT));
            broker.expect(ConsumingHeader.Subscribe.class);
            assertThat(broker.expect(ConsumingHeader.CloseConsumer.class).header())
                    .isEqualTo(new ConsumingHeader.CloseConsumer(1, 0));
        }
    }

    @Test
    void shouldRefuseAPrefetchThatLetsNothingThrough() {
        assertThatIllegalArgumentException().isThrownBy(() -> subscribe(-1)).withMessageContaining("prefetch of -1");
    }

    @Test
    void shouldHandOverDeliveriesInOrder() throws Exception {
        final Subscriber subscriber = subscribe(10);
        broker.deliver(subscriber.number(), 1, "a", "b");
        broker.deliver(subscriber.number(), 3, "c");
        final List<Delivery> got = deliveries.expect("a", "b", "c");
        assertThat(got).extracting(Delivery::tag).containsExactly(1L, 2L, 3L);
        assertThat(got.get(0).data()).isSameAs(got.get(1).data());
    }

    @Test
    void shouldGoOnWhenAHandlerThrows() throws Exception {
        final Subscriber subscriber = session.subscribe(queue, 10, PREFETCH_BYTES, (s, batch, count) -> {
            deliveries.onDeliveries(s, batch, count);
            throw new IllegalStateException("an application's mistake");
        });
        try (Muted muted = new Muted(Subscriber.class)) {
            broker.deliver(subscriber.number(), 1, "a");
            broker.deliver(subscriber.number(), 2, "b");
            deliveries.expect("a", "b");
            barrier();
        }
    }

    @Test
    void shouldGiveCreditBackInLumpsOfHalfTheWindow() throws Exception {
        final Subscriber subscriber = subscribe(4);
        broker.deliver(subscriber.number(), 1, "a", "bb", "c", "d");
        final List<Delivery> got = deliveries.expect("a", "bb", "c", "d");
        subscriber.handed(got.get(0));
        barrier();
        subscriber.handed(got.get(1));
        final int bytes = ScriptedBroker.recordBytes("a") + ScriptedBroker.recordBytes("bb");
        assertThat(broker.expectAck().acks())
                .containsExactly(new ConsumerAck(subscriber.number(), 2, bytes, 2, List.of()));
        subscriber.handed(got.get(2));
        barrier();
    }

    @Test
    void shouldTellWhatWasHandedWithAnAcknowledgement() throws Exception {
        final Subscriber subscriber = subscribe(10);
        broker.deliver(subscriber.number(), 1, "a");
        final Delivery delivery = deliveries.expect("a").get(0);
        subscriber.consumed(delivery);
        assertThat(broker.expectAck().acks())
                .containsExactly(new ConsumerAck(subscriber.number(), 0, 0, 1, List.of(new OffsetRange(0, 1, 1))));
    }

    @Test
    void shouldAskForWhatIsThereAndHaveItWhenTheAnswerComes() throws Exception {
        final Subscriber subscriber = subscribe(10);
        broker.deliver(subscriber.number(), 1, "a");
        subscriber.handed(deliveries.expect("a").get(0));
        final CompletableFuture<Void> fetching = subscriber.fetch();
        assertThat(broker.expectAck().acks())
                .as("all credit goes back first, be it less than a lump")
                .containsExactly(
                        new ConsumerAck(subscriber.number(), 1, ScriptedBroker.recordBytes("a"), 1, List.of()));
        final Frame request = broker.expect(ConsumingHeader.Fetch.class);
        assertThat(request.header()).isEqualTo(new ConsumingHeader.Fetch(subscriber.number()));
        broker.deliver(subscriber.number(), 2, "b");
        broker.answer(request, new ConnectionHeader.Done());
        resultOf(fetching);
        assertThat(deliveries.isEmpty()).isFalse();
        deliveries.expect("b");
    }

    @Test
    void shouldAskForWhatIsThereAndSayNothingElseWhenThereIsNoCreditToGive() throws Exception {
        final CompletableFuture<Void> fetching = subscribe(10).fetch();
        broker.answer(broker.expect(ConsumingHeader.Fetch.class), new ConnectionHeader.Done());
        resultOf(fetching);
    }

    @Test
    void shouldDropDeliveriesThatArriveBeforeTheAnswerToARelease() throws Exception {
        final Subscriber subscriber = subscribe(10);
        broker.deliver(subscriber.number(), 1, "a", "b");
        final List<Delivery> got = deliveries.expect("a", "b");
        subscriber.handed(got.get(0));
        final CompletableFuture<Void> releasing = subscriber.release();
        final Frame request = broker.expect(ConsumingHeader.Release.class);
        assertThat(request.header()).isEqualTo(new ConsumingHeader.Release(subscriber.number(), 1));
        broker.deliver(subscriber.number(), 3, "stale");
        broker.answer(request, new ConnectionHeader.Done());
        broker.deliver(subscriber.number(), 4, "a again");
        resultOf(releasing);
        deliveries.expect("a again");
        assertThat(deliveries.isEmpty()).isTrue();
    }

    @Test
    void shouldSendAcknowledgementsBeforeARelease() throws Exception {
        final Subscriber subscriber = subscribe(10);
        subscriber.acknowledgeLazily(0, 7);
        subscriber.release();
        assertThat(broker.expectAck().acks().get(0).ranges()).containsExactly(new OffsetRange(0, 7, 7));
        broker.expect(ConsumingHeader.Release.class);
    }

    @Test
    void shouldForgetAtTheBorderBetweenOldAndNewDeliveries() throws Exception {
        final Subscriber subscriber = subscribe(10);
        broker.deliver(subscriber.number(), 1, "old");
        final CompletableFuture<Void> releasing = subscriber.release(deliveries::clear);
        broker.answer(broker.expect(ConsumingHeader.Release.class), new ConnectionHeader.Done());
        broker.deliver(subscriber.number(), 2, "new");
        resultOf(releasing);
        deliveries.expect("new");
    }

    @Test
    void shouldReleaseThoughForgettingFails() throws Exception {
        final Subscriber subscriber = subscribe(10);
        try (Muted muted = new Muted(Subscriber.class)) {
            final CompletableFuture<Void> releasing = subscriber.release(() -> {
                throw new IllegalStateException("an application's mistake");
            });
            broker.answer(broker.expect(ConsumingHeader.Release.class), new ConnectionHeader.Done());
            resultOf(releasing);
        }
        broker.deliver(subscriber.number(), 1, "new");
        deliveries.expect("new");
    }

    @Test
    void shouldDropUntilTheLastOfSeveralReleasesIsAnswered() throws Exception {
        final Subscriber subscriber = subscribe(10);
        subscriber.release();
        final CompletableFuture<Void> second = subscriber.release();
        final Frame firstRequest = broker.expect(ConsumingHeader.Release.class);
        final Frame secondRequest = broker.expect(ConsumingHeader.Release.class);
        broker.answer(firstRequest, new ConnectionHeader.Done());
        broker.deliver(subscriber.number(), 1, "between");
        broker.answer(secondRequest, new ConnectionHeader.Done());
        resultOf(second);
        assertThat(deliveries.isEmpty()).isTrue();
    }

    @Test
    void shouldEarnNoCreditWithADeliveryThatWasReleased() throws Exception {
        final Subscriber subscriber = subscribe(2);
        broker.deliver(subscriber.number(), 1, "old");
        final Delivery old = deliveries.expect("old").get(0);
        final CompletableFuture<Void> releasing = subscriber.release();
        final Frame request = broker.expect(ConsumingHeader.Release.class);
        subscriber.handed(old);
        broker.answer(request, new ConnectionHeader.Done());
        resultOf(releasing);
        subscriber.handed(old);
        barrier();
        broker.deliver(subscriber.number(), 2, "old");
        subscriber.handed(deliveries.expect("old").get(0));
        assertThat(broker.expectAck().acks().get(0).creditMessages()).isEqualTo(1);
    }

    @Test
    void shouldFailAReleaseWhenTheConnectionIsLost() throws Exception {
        final Subscriber subscriber = subscribe(10);
        final CompletableFuture<Void> releasing = subscriber.release();
        broker.expect(ConsumingHeader.Release.class);
        broker.drop();
        assertThat(failureOf(releasing).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        assertThat(failureOf(subscriber.release()).error()).isEqualTo(BrokerException.CONNECTION_LOST);
    }

    @Test
    void shouldGiveBackWhatItHasWhenItCloses() throws Exception {
        final Subscriber subscriber = subscribe(10);
        broker.deliver(subscriber.number(), 1, "a", "b");
        final List<Delivery> got = deliveries.expect("a", "b");
        subscriber.handed(got.get(0));
        subscriber.acknowledgeLazily(0, 1);
        final CompletableFuture<Void> closing = subscriber.close();
        assertThat(broker.expectAck().acks().get(0).ranges()).containsExactly(new OffsetRange(0, 1, 1));
        final Frame request = broker.expect(ConsumingHeader.CloseConsumer.class);
        assertThat(request.header()).isEqualTo(new ConsumingHeader.CloseConsumer(subscriber.number(), 1));
        broker.deliver(subscriber.number(), 3, "under way");
        broker.answer(request, new ConnectionHeader.Done());
        broker.deliver(subscriber.number(), 4, "much too late");
        resultOf(closing);
        subscriber.acknowledge(0, 2);
        subscriber.handed(got.get(1));
        assertThat(subscriber.close()).isSameAs(closing);
        barrier();
        assertThat(deliveries.isEmpty()).isTrue();
    }

    @Test
    void shouldNotTrustABrokerThatSkipsADelivery() throws Exception {
        final Subscriber subscriber = subscribe(10);
        expectConnectionLostAfter(broker -> broker.deliver(subscriber.number(), 2, "a"));
    }

    @Test
    void shouldNotTrustABrokerThatMiscountsRecords() throws Exception {
        final Subscriber subscriber = subscribe(10);
        expectConnectionLostAfter(broker -> broker.say(
                new ConsumingHeader.Deliver(subscriber.number(), 1, Integer.MAX_VALUE),
                Unpooled.wrappedBuffer(new byte[100])));
    }

    @Test
    void shouldNotTrustABrokerThatSendsBrokenRecords() throws Exception {
        final Subscriber subscriber = subscribe(10);
        expectConnectionLostAfter(broker -> broker.say(
                new ConsumingHeader.Deliver(subscriber.number(), 1, 1), Unpooled.wrappedBuffer(new byte[100])));
    }

    @Test
    void shouldNotTrustABrokerThatSendsWhatOnlyClientsSend() throws Exception {
        expectConnectionLostAfter(broker -> broker.say(new SendingHeader.Send(1, 1, 1)));
    }

    /** More of them than the prefetch: the credit of each must come back. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void shouldGoOnBehindBodiesThatCannotBe(final int prefetch) throws Exception {
        final Subscriber subscriber = subscribe(prefetch);
        final List<byte[]> impossible = List.of(
                new LargeBody(Integer.MAX_VALUE, 0, 1, new long[5000]).encode(),
                new LargeBody(1 << 30, 0, 1, new long[2]).encode(),
                new byte[19],
                new LargeBody(7, 0, 1, new long[0]).encode());
        try (Muted muted = new Muted(HeldDeliveries.class)) {
            long tag = 0;
            for (final byte[] list : impossible) {
                if (prefetch == 0 && tag == 0) {
                    subscriber.ask();
                    broker.expectAck();
                }
                deliverList(subscriber, ++tag, list);
                assertThat(broker.expectAck().acks()).singleElement().satisfies(ack -> {
                    assertThat(ack.creditMessages()).isEqualTo(1);
                    assertThat(ack.ranges()).isEmpty();
                });
            }
            assertThat(subscriber.lapsed()).isEqualTo(tag);
            broker.deliver(subscriber.number(), ++tag, "small");
            deliveries.expect("small");
        }
    }

    @Test
    void shouldNotAskForTheFirstPartOfABodyBeyondItsLimit() throws Exception {
        try (BrokerSession modest = BrokerSession.connect(
                        broker.options().maxLargeMessageBytes(1_000).build());
                Muted muted = new Muted(HeldDeliveries.class)) {
            final Subscriber subscriber = modest.subscribe(queue, 1, PREFETCH_BYTES, deliveries);
            deliverList(subscriber, 1, new LargeBody(1_001, 0, 1, new long[1]).encode());
            broker.expectAck();
            deliverList(subscriber, 2, new LargeBody(1_000, 0, 1, new long[1]).encode());
            broker.expect(SendingHeader.GetPart.class);
        }
    }

    private void deliverList(final Subscriber subscriber, final long tag, final byte[] list) {
        final ByteBuf record = Unpooled.buffer();
        MessageLayout.encode(
                record,
                0,
                0,
                MessageLayout.SYS_FLAG_LARGE,
                1_000,
                0,
                list,
                0,
                list.length,
                new byte[] {'q'},
                new byte[0]);
        broker.say(new ConsumingHeader.Deliver(subscriber.number(), tag, 1), record);
    }

    private void expectConnectionLostAfter(final Consumer<ScriptedBroker> misbehaviour) throws Exception {
        final CompletableFuture<BrokerException> lost = new CompletableFuture<>();
        session.onClosed(lost::complete);
        try (Muted muted = new Muted("io.ansermq.remoting")) {
            misbehaviour.accept(broker);
            assertThat(resultOf(lost).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        }
        assertThat(deliveries.isEmpty()).isTrue();
    }

    private Subscriber subscribe(final int prefetchMessages) throws BrokerException {
        return session.subscribe(queue, prefetchMessages, PREFETCH_BYTES, deliveries);
    }

    /** Makes sure that nothing else was sent up to now. */
    private void barrier() throws Exception {
        final CompletableFuture<ConnectionHeader.Status> asking = async(session::status);
        broker.answer(
                broker.expect(ConnectionHeader.GetStatus.class),
                new ConnectionHeader.Status(java.util.Map.of(), List.of()));
        resultOf(asking);
    }
}
