package io.ansermq.client;

import static io.ansermq.client.Calls.failureOf;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.client.ScriptedBroker.Frame;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AcknowledgeTest {
    private ScriptedBroker broker;
    private BrokerSession session;
    private Subscriber first;
    private Subscriber second;

    @BeforeEach
    void connect() throws Exception {
        broker = ScriptedBroker.local();
        session = broker.connect();
        final Destination queue = session.open(DestinationKind.QUEUE, "q");
        final RecordedDeliveries deliveries = new RecordedDeliveries();
        first = session.subscribe(queue, 10, 10_000, deliveries);
        second = session.subscribe(queue, 10, 10_000, deliveries);
    }

    @AfterEach
    void disconnect() {
        session.close();
        broker.close();
    }

    @Test
    void shouldSendAnAcknowledgementAtOnceWithoutAskingForAnAnswer() {
        first.acknowledge(3, 17);
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header())
                .isEqualTo(new ConsumingHeader.Ack(
                        false, List.of(new ConsumerAck(first.number(), 0, 0, 0, List.of(new OffsetRange(3, 17, 17))))));
        assertThat(frame.opaque()).isZero();
    }

    @Test
    void shouldMergeWhatWaitsAndSendItInOneFrameForAllSubscribers() {
        first.acknowledgeLazily(0, 5);
        second.acknowledgeLazily(0, 9);
        first.acknowledgeLazily(0, 7);
        first.acknowledgeLazily(2, 7);
        first.acknowledgeLazily(0, 6);
        second.acknowledge(0, 10, 12);
        assertThat(broker.expectAck().acks())
                .containsExactly(
                        new ConsumerAck(
                                first.number(), 0, 0, 0, List.of(new OffsetRange(0, 5, 7), new OffsetRange(2, 7, 7))),
                        new ConsumerAck(second.number(), 0, 0, 0, List.of(new OffsetRange(0, 9, 12))));
    }

    @Test
    void shouldSendLazyAcknowledgementsWhenVeryManyWait() {
        LongStream.range(0, 1_024).forEach(i -> first.acknowledgeLazily(0, 2 * i));
        assertThat(broker.expectAck().acks().get(0).ranges()).hasSizeGreaterThanOrEqualTo(1_024);
    }

    @Test
    void shouldConfirmAllThatWaitsWithOneFrame() throws Exception {
        first.acknowledgeLazily(0, 5, 9);
        final CompletableFuture<Void> confirming = session.confirmAcks();
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.Ack(true, List.of(ack(first, 5, 9))));
        assertThat(confirming).isNotDone();
        broker.answer(frame, new ConsumingHeader.AckDone(1));
        assertThat(resultOf(confirming)).isNull();
    }

    @Test
    void shouldTellEachWhoAsksWhatWasRefusedOfItsOwn() throws Exception {
        final CompletableFuture<Integer> one = session.acknowledge(Map.of(first, List.of(new OffsetRange(0, 5, 9))));
        first.acknowledgeLazily(0, 20);
        final CompletableFuture<Integer> two = session.acknowledge(Map.of(second, List.of(new OffsetRange(0, 3, 3))));
        for (int frames = 0; frames < 2; ) {
            final Frame frame = broker.expect(ConsumingHeader.Ack.class);
            final ConsumingHeader.Ack ack = (ConsumingHeader.Ack) frame.header();
            if (ack.confirm()) {
                frames++;
                assertThat(ack.acks()).hasSize(1).containsAnyOf(ack(first, 5, 9), ack(second, 3, 3));
                broker.answer(frame, new ConsumingHeader.AckDone(ack.acks().contains(ack(first, 5, 9)) ? 2 : 0));
            }
        }
        assertThat(resultOf(one)).isEqualTo(2);
        assertThat(resultOf(two)).isZero();
    }

    @Test
    void shouldLeaveOutWhatIsOfAClosedSubscriberAndCallItRefused() throws Exception {
        final CompletableFuture<Void> closing = first.close();
        broker.answer(broker.expect(ConsumingHeader.CloseConsumer.class), new ConnectionHeader.Done());
        resultOf(closing);
        final CompletableFuture<Integer> confirming =
                session.acknowledge(Map.of(first, List.of(new OffsetRange(0, 5, 9))));
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.Ack(true, List.of()));
        broker.answer(frame, new ConsumingHeader.AckDone(0));
        assertThat(resultOf(confirming)).isEqualTo(5);
    }

    @Test
    void shouldAddWhatIsOfAClosedSubscriberToWhatTheBrokerRefuses() throws Exception {
        final CompletableFuture<Void> closing = first.close();
        broker.answer(broker.expect(ConsumingHeader.CloseConsumer.class), new ConnectionHeader.Done());
        resultOf(closing);
        final CompletableFuture<Integer> confirming = session.acknowledge(Map.of(
                first, List.of(new OffsetRange(0, 5, 9), new OffsetRange(1, 3, 3)),
                second, List.of(new OffsetRange(0, 20, 29))));
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.Ack(true, List.of(ack(second, 20, 29))));
        broker.answer(frame, new ConsumingHeader.AckDone(2));
        assertThat(resultOf(confirming)).isEqualTo(8);
    }

    @Test
    void shouldSendWhatIsAcknowledgedBeforeACloseThatWasOnlyAskedFor() throws Exception {
        final CompletableFuture<Void> go = new CompletableFuture<>();
        session.execute(go::join);
        final CompletableFuture<Void> closing = first.close();
        final CompletableFuture<Integer> confirming =
                session.acknowledge(Map.of(first, List.of(new OffsetRange(0, 5, 9))));
        go.complete(null);
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.Ack(true, List.of(ack(first, 5, 9))));
        final Frame close = broker.expect(ConsumingHeader.CloseConsumer.class);
        broker.answer(frame, new ConsumingHeader.AckDone(0));
        broker.answer(close, new ConnectionHeader.Done());
        assertThat(resultOf(confirming)).isZero();
        resultOf(closing);
    }

    @Test
    void shouldNotTellWhatWasRefusedOfOthers() throws Exception {
        final CompletableFuture<Void> closing = first.close();
        broker.answer(broker.expect(ConsumingHeader.CloseConsumer.class), new ConnectionHeader.Done());
        resultOf(closing);
        second.acknowledgeLazily(0, 3);
        final CompletableFuture<Integer> confirming =
                session.acknowledge(Map.of(first, List.of(new OffsetRange(0, 5, 9))));
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.Ack(true, List.of(ack(second, 3, 3))));
        broker.answer(frame, new ConsumingHeader.AckDone(1));
        assertThat(resultOf(confirming)).isEqualTo(5);
    }

    @Test
    void shouldConfirmWhatIsOnItsWayAlready() throws Exception {
        first.acknowledge(0, 5);
        broker.expectAck();
        final CompletableFuture<Void> confirming = session.confirmAcks();
        final Frame frame = broker.expect(ConsumingHeader.Ack.class);
        assertThat(frame.header()).isEqualTo(new ConsumingHeader.Ack(true, List.of()));
        assertThat(confirming).isNotDone();
        broker.answer(frame, new ConsumingHeader.AckDone(0));
        assertThat(resultOf(confirming)).isNull();
    }

    @Test
    void shouldConfirmWhenRangesFillSeveralFrames() throws Exception {
        // One lane at a time stays below the number of ranges that is sent unasked.
        final int subscribers = 1 + AckQueue.MAX_RANGES_PER_FRAME / 1_000;
        for (int i = 0; i < subscribers; i++) {
            final Subscriber subscriber = session.subscribe(first.destination(), 10, 10_000, new RecordedDeliveries());
            LongStream.range(0, 1_000).forEach(n -> subscriber.acknowledgeLazily(0, 2 * n));
        }
        final CompletableFuture<Void> confirming = session.confirmAcks();
        final Frame one = broker.expect(ConsumingHeader.Ack.class);
        final Frame two = broker.expect(ConsumingHeader.Ack.class);
        assertThat(rangesOf(one)).isEqualTo(AckQueue.MAX_RANGES_PER_FRAME);
        assertThat(rangesOf(one) + rangesOf(two)).isEqualTo(subscribers * 1_000);
        broker.answer(one, new ConsumingHeader.AckDone(2));
        assertThat(confirming).isNotDone();
        broker.answer(two, new ConsumingHeader.AckDone(3));
        assertThat(resultOf(confirming)).isNull();
    }

    @Test
    void shouldAddUpWhatIsRefusedOfVeryManyRanges() throws Exception {
        final List<OffsetRange> many = LongStream.rangeClosed(0, AckQueue.MAX_RANGES_PER_FRAME)
                .mapToObj(n -> new OffsetRange(0, 2 * n, 2 * n))
                .toList();
        final CompletableFuture<Integer> confirming = session.acknowledge(Map.of(first, many));
        final Frame one = broker.expect(ConsumingHeader.Ack.class);
        final Frame two = broker.expect(ConsumingHeader.Ack.class);
        assertThat(List.of(rangesOf(one), rangesOf(two))).containsExactly(AckQueue.MAX_RANGES_PER_FRAME, 1);
        broker.answer(one, new ConsumingHeader.AckDone(2));
        assertThat(confirming).isNotDone();
        broker.answer(two, new ConsumingHeader.AckDone(1));
        assertThat(resultOf(confirming)).isEqualTo(3);
    }

    @Test
    void shouldPassOnWhyTheBrokerCannotConfirm() throws Exception {
        final CompletableFuture<Void> confirming = session.confirmAcks();
        broker.answer(
                broker.expect(ConsumingHeader.Ack.class),
                new ConnectionHeader.Failure(ErrorCodes.SHUTTING_DOWN, "closing"));
        assertThat(failureOf(confirming)).hasMessage("closing");
    }

    @Test
    void shouldFailConfirmationsWhenTheConnectionIsLost() throws Exception {
        final CompletableFuture<Void> confirming = session.confirmAcks();
        final CompletableFuture<Integer> asking = session.acknowledge(Map.of(first, List.of(new OffsetRange(0, 5, 9))));
        broker.expect(ConsumingHeader.Ack.class);
        broker.drop();
        assertThat(failureOf(asking).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        assertThat(failureOf(confirming).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        assertThat(failureOf(session.confirmAcks()).error()).isEqualTo(BrokerException.CONNECTION_LOST);
    }

    private static ConsumerAck ack(final Subscriber of, final long firstOffset, final long last) {
        return new ConsumerAck(of.number(), 0, 0, 0, List.of(new OffsetRange(0, firstOffset, last)));
    }

    private static int rangesOf(final Frame frame) {
        return ((ConsumingHeader.Ack) frame.header())
                .acks().stream().mapToInt(ack -> ack.ranges().size()).sum();
    }
}
