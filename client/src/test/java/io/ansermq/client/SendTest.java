package io.ansermq.client;

import static io.ansermq.client.Calls.async;
import static io.ansermq.client.Calls.failureOf;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.client.ScriptedBroker.Frame;
import io.ansermq.client.ScriptedBroker.SentRecord;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SendingHeader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SendTest {
    private ScriptedBroker broker;
    private BrokerSession session;
    private Destination queue;
    private final RecordedSends sends = new RecordedSends();

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
    void shouldSendEveryFieldOfAMessage() throws Exception {
        final byte[] body = "hello, world".getBytes(StandardCharsets.UTF_8);
        final byte[] properties = "TAGS\1t\2".getBytes(StandardCharsets.UTF_8);
        final OutgoingMessage message = new OutgoingMessage(6, 1 << 16, 123_456, body, 5, -99, properties);
        assertThat(session.send(queue, message, sends)).isEqualTo(1);
        final Frame frame = broker.expect(SendingHeader.Send.class);
        assertThat(frame.header()).isEqualTo(new SendingHeader.Send(1, 1, queue.number()));
        assertThat(frame.records())
                .containsExactly(new SentRecord(6, 1 << 16, 123_456, "hello", -99, "q", "TAGS\1t\2"));
        broker.settle(1);
        sends.expect("stored 1");
    }

    @Test
    void shouldPutConsecutiveMessagesForOneDestinationIntoOneFrame() throws Exception {
        final Destination other = session.open(DestinationKind.QUEUE, "r");
        inOneTurn(() -> {
            session.send(queue, TestMessages.text("a"), sends);
            session.send(queue, TestMessages.text("b"), sends);
            session.send(other, TestMessages.text("c"), sends);
            session.send(queue, TestMessages.text("d"), sends);
        });
        assertThat(bodiesOf(broker.expect(SendingHeader.Send.class), 2, 2, queue))
                .containsExactly("a", "b");
        assertThat(bodiesOf(broker.expect(SendingHeader.Send.class), 4, 1, other))
                .containsExactly("c");
        assertThat(bodiesOf(broker.expect(SendingHeader.Send.class), 5, 1, queue))
                .containsExactly("d");
    }

    @Test
    void shouldNotLetAFrameGrowWithoutBound() throws Exception {
        inOneTurn(() -> {
            for (int i = 0; i < 30; i++) {
                session.send(queue, TestMessages.ofBytes(10_000), sends);
            }
        });
        final Frame first = broker.expect(SendingHeader.Send.class);
        final Frame second = broker.expect(SendingHeader.Send.class);
        assertThat(first.body().length).isLessThanOrEqualTo(SendBatch.MAX_BYTES);
        assertThat(first.records().size() + second.records().size()).isEqualTo(30);
        assertThat(((SendingHeader.Send) second.header()).firstSequence())
                .isEqualTo(2 + first.records().size());
    }

    @Test
    void shouldTellCallbacksInOrderWhenOneAnswerSettlesMany() throws Exception {
        for (int i = 0; i < 5; i++) {
            session.send(queue, TestMessages.text("m" + i), sends);
        }
        awaitSent(5);
        broker.settle(3);
        sends.expect("stored 1", "stored 2", "stored 3");
        broker.settle(3);
        broker.settle(5);
        sends.expect("stored 1", "stored 2", "stored 3", "stored 4", "stored 5");
    }

    @Test
    void shouldTellOfRefusedSendsInTheirPlace() throws Exception {
        for (int i = 0; i < 6; i++) {
            session.send(queue, TestMessages.text("m" + i), sends);
        }
        awaitSent(6);
        broker.say(new SendingHeader.SendFailed(6, 1, ErrorCodes.RESOURCE_LIMIT, "disk full"));
        broker.say(new SendingHeader.SendFailed(2, 2, ErrorCodes.MESSAGE_TOO_LARGE, "too large"));
        assertThat(sends.await(0)).isEmpty();
        broker.settle(4);
        broker.settle(6);
        sends.expect("stored 1", "failed 2 6", "failed 3 6", "stored 4", "stored 5", "failed 6 7");
        assertThat(sends.failures().get(0)).hasMessage("too large");
    }

    @Test
    void shouldGoOnWhenACallbackThrows() throws Exception {
        session.send(queue, TestMessages.text("a"), new SendCallback() {
            @Override
            public void stored(final long sequence) {
                throw new IllegalStateException("an application's mistake");
            }

            @Override
            public void failed(final long sequence, final BrokerException e) {}
        });
        session.send(queue, TestMessages.text("b"), sends);
        awaitSent(2);
        try (Muted muted = new Muted(Sender.class)) {
            broker.settle(2);
            sends.expect("stored 2");
        }
    }

    @Test
    void shouldRefuseAMessageOverTheLimitWithoutSendingIt() {
        assertThatThrownBy(() -> session.send(queue, TestMessages.ofBytes(ScriptedBroker.MAX_MESSAGE_BYTES + 1), sends))
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.error()).isEqualTo(ErrorCodes.MESSAGE_TOO_LARGE))
                .hasMessageContaining("queue 'q'")
                .hasMessageContaining("1048577 bytes")
                .hasMessageContaining("is 1048576");
        assertThat(sends.await(0)).isEmpty();
    }

    @Test
    void shouldSendOthersAfterOneThatCannotBeEncoded() throws Exception {
        final Destination broken = new Destination(9, DestinationKind.QUEUE, "x", new byte[0]);
        assertThatThrownBy(() -> session.send(broken, TestMessages.text("a"), sends))
                .isInstanceOf(IllegalArgumentException.class);
        // Flushes while nothing but the attempt is there.
        session.confirmAcks();
        broker.expect(ConsumingHeader.Ack.class);
        assertThat(session.send(queue, TestMessages.text("b"), sends)).isEqualTo(1);
        awaitSent(1);
        broker.settle(1);
        sends.expect("stored 1");
    }

    @Test
    void shouldWaitForTheAnswerWhenAskedTo() throws Exception {
        final CompletableFuture<Long> sending = async(() -> session.sendAndWait(queue, TestMessages.text("a")));
        assertThat(broker.expectSend().firstSequence()).isEqualTo(1);
        assertThat(sending).isNotDone();
        broker.settle(1);
        assertThat(resultOf(sending)).isEqualTo(1);
    }

    @Test
    void shouldThrowTheRefusalOfASynchronousSend() throws Exception {
        final CompletableFuture<Long> sending = async(() -> session.sendAndWait(queue, TestMessages.text("a")));
        broker.expectSend();
        broker.say(new SendingHeader.SendFailed(1, 1, ErrorCodes.RESOURCE_LIMIT, "disk full"));
        broker.settle(1);
        final BrokerException failure = failureOf(sending);
        assertThat(failure.error()).isEqualTo(ErrorCodes.RESOURCE_LIMIT);
        assertThat(failure).hasMessage("disk full");
    }

    @Test
    void shouldLeaveTheFateOpenWhenASynchronousSendHasNoAnswerInTime() throws Exception {
        try (BrokerSession impatient =
                BrokerSession.connect(broker.options().sendTimeoutMs(30).build())) {
            final Destination destination = impatient.open(DestinationKind.QUEUE, "q");
            assertThatThrownBy(() -> impatient.sendAndWait(destination, TestMessages.text("a")))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.TIMEOUT))
                    .hasMessageContaining("within 30 ms")
                    .hasMessageContaining("may or may not be stored");
        }
    }

    @Test
    void shouldLeaveTheFateOpenWhenASynchronousSendIsInterrupted() throws Exception {
        final CompletableFuture<Boolean> sending = async(() -> {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> session.sendAndWait(queue, TestMessages.text("a")))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.INTERRUPTED));
            return Thread.currentThread().isInterrupted();
        });
        assertThat(resultOf(sending)).isTrue();
    }

    @Test
    void shouldNotWaitForItselfInACallback() throws Exception {
        final CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        inOneTurn(() -> {
            try {
                session.sendAndWait(queue, TestMessages.text("a"));
            } catch (IllegalStateException e) {
                thrown.complete(e);
            }
        });
        assertThat(resultOf(thrown)).hasMessageContaining("event loop");
    }

    @Test
    void shouldFailAllUnansweredSendsInOrderWhenTheConnectionIsLost() throws Exception {
        for (int i = 0; i < 3; i++) {
            session.send(queue, TestMessages.text("m" + i), sends);
        }
        awaitSent(3);
        broker.say(new SendingHeader.SendFailed(2, 1, ErrorCodes.RESOURCE_LIMIT, "disk full"));
        broker.settle(1);
        broker.drop();
        sends.expect("stored 1", "failed 2 7", "failed 3 " + BrokerException.CONNECTION_LOST);
        assertThat(sends.failures().get(1)).hasMessageContaining("lost the connection to broker 'scripted'");
        assertThatThrownBy(() -> session.send(queue, TestMessages.text("late"), sends))
                .isInstanceOfSatisfying(
                        BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.CONNECTION_LOST));
    }

    @Test
    void shouldFailAWaitingSynchronousSendWhenTheConnectionIsLost() throws Exception {
        final CompletableFuture<Long> sending = async(() -> session.sendAndWait(queue, TestMessages.text("a")));
        broker.expectSend();
        broker.drop();
        assertThat(failureOf(sending).error()).isEqualTo(BrokerException.CONNECTION_LOST);
    }

    @Test
    void shouldNotTrustABrokerThatAnswersWhatWasNotSent() throws Exception {
        session.send(queue, TestMessages.text("a"), sends);
        awaitSent(1);
        try (Muted muted = new Muted("io.ansermq.remoting")) {
            broker.settle(2);
            sends.expect("failed 1 " + BrokerException.CONNECTION_LOST);
        }
    }

    @Test
    void shouldNotTrustABrokerThatRefusesWhatIsSettled() throws Exception {
        session.send(queue, TestMessages.text("a"), sends);
        session.send(queue, TestMessages.text("b"), sends);
        awaitSent(2);
        try (Muted muted = new Muted("io.ansermq.remoting")) {
            broker.settle(1);
            broker.say(new SendingHeader.SendFailed(1, 1, ErrorCodes.INTERNAL, "too late"));
            sends.expect("stored 1", "failed 2 " + BrokerException.CONNECTION_LOST);
        }
    }

    private static List<String> bodiesOf(
            final Frame frame, final long firstSequence, final int count, final Destination destination) {
        assertThat(frame.header()).isEqualTo(new SendingHeader.Send(firstSequence, count, destination.number()));
        return frame.records().stream().map(SentRecord::body).toList();
    }

    private interface Sends {
        void run() throws BrokerException;
    }

    /** Does all this in one turn of the event loop: in the callback of a first send, which takes sequence number 1. */
    private void inOneTurn(final Sends work) throws Exception {
        session.send(queue, TestMessages.text("first"), new SendCallback() {
            @Override
            public void stored(final long sequence) {
                try {
                    work.run();
                } catch (BrokerException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void failed(final long sequence, final BrokerException e) {
                throw new AssertionError(e);
            }
        });
        broker.expectSend();
        broker.settle(1);
    }

    /** Waits until the broker has so many messages. */
    private void awaitSent(final int count) {
        final List<SentRecord> records = new ArrayList<>();
        while (records.size() < count) {
            records.addAll(broker.expect(SendingHeader.Send.class).records());
        }
        assertThat(records).hasSize(count);
    }
}
