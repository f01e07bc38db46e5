package io.ansermq.client;

import static io.ansermq.client.Calls.async;
import static io.ansermq.client.Calls.failureOf;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.client.ScriptedBroker.Frame;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CloseTest {
    private ScriptedBroker broker;
    private BrokerSession session;
    private Destination queue;
    private final RecordedSends sends = new RecordedSends();

    @BeforeEach
    void connect() throws Exception {
        broker = ScriptedBroker.tcp();
        session = broker.connect();
        queue = session.open(DestinationKind.QUEUE, "q");
        broker.byHand(ConnectionHeader.Disconnect.class);
    }

    @AfterEach
    void disconnect() {
        broker.close();
        session.close();
    }

    @Test
    void shouldSendWhatWaitsThenSayGoodbyeThenClose() throws Exception {
        final Subscriber subscriber = session.subscribe(queue, 10, 10_000, new RecordedDeliveries());
        session.send(queue, TestMessages.text("a"), sends);
        broker.expectSend();
        subscriber.acknowledgeLazily(0, 1);
        final CompletableFuture<Void> closing = closing();
        broker.expectAck();
        final Frame goodbye = broker.expect(ConnectionHeader.Disconnect.class);
        assertThat(session.isOpen()).isFalse();
        assertThat(closing).isNotDone();
        broker.settle(1);
        broker.answer(goodbye, new ConnectionHeader.Done());
        resultOf(closing);
        sends.expect("stored 1");
        broker.expectClosed();
    }

    @Test
    void shouldFailWhatTheBrokerDidNotSettle() throws Exception {
        session.send(queue, TestMessages.text("a"), sends);
        broker.expectSend();
        final CompletableFuture<Void> closing = closing();
        broker.answer(broker.expect(ConnectionHeader.Disconnect.class), new ConnectionHeader.Done());
        resultOf(closing);
        sends.expect("failed 1 " + BrokerException.CLOSED);
    }

    @Test
    void shouldCloseAllTheSameWhenTheBrokerDoesNotAnswer() throws Exception {
        try (BrokerSession impatient =
                BrokerSession.connect(broker.options().requestTimeoutMs(30).build())) {
            impatient.close();
            broker.expectClosed();
            assertThat(impatient.isOpen()).isFalse();
        }
    }

    @Test
    void shouldCloseWhenTheConnectionIsLostMeanwhile() throws Exception {
        final AtomicInteger told = new AtomicInteger();
        session.onClosed(e -> told.incrementAndGet());
        final CompletableFuture<Void> closing = closing();
        broker.expect(ConnectionHeader.Disconnect.class);
        broker.drop();
        resultOf(closing);
        assertThat(told).as("the application closed it and knows").hasValue(0);
    }

    @Test
    void shouldLetEveryCloserWaitForTheEnd() throws Exception {
        final CompletableFuture<Void> first = closing();
        final Frame goodbye = broker.expect(ConnectionHeader.Disconnect.class);
        final CompletableFuture<Void> second = closing();
        assertThat(second).isNotDone();
        broker.answer(goodbye, new ConnectionHeader.Done());
        resultOf(first);
        resultOf(second);
        assertThat(broker.heardNothing()).isTrue();
    }

    @Test
    void shouldOnlyBeginToCloseInACallback() throws Exception {
        session.send(queue, TestMessages.text("a"), new SendCallback() {
            @Override
            public void stored(final long sequence) {
                session.close();
            }

            @Override
            public void failed(final long sequence, final BrokerException e) {}
        });
        broker.expectSend();
        broker.settle(1);
        broker.answer(broker.expect(ConnectionHeader.Disconnect.class), new ConnectionHeader.Done());
        broker.expectClosed();
    }

    /** What was asked for on a connection that turns out to be lost waits for the next one, but nobody waits for it. */
    @Test
    void shouldCloseASubscriberWhenTheLossIsKnownToTheEventLoopFirst() throws Exception {
        final int never = 3_600_000;
        try (BrokerSession patient = BrokerSession.connect(broker.options()
                .reconnect(new ReconnectOptions(-1, 0, never, never, 1, never, false))
                .build())) {
            final Subscriber subscriber =
                    patient.subscribe(patient.open(DestinationKind.QUEUE, "q"), 10, 10_000, new RecordedDeliveries());
            final CompletableFuture<Void> asked = new CompletableFuture<>();
            patient.execute(() -> {
                asked.join();
                patient.connectionClosed(patient.link(), null);
            });
            final CompletableFuture<Void> fetching = subscriber.fetch();
            final CompletableFuture<Void> closing = subscriber.close();
            asked.complete(null);

            resultOf(closing);
            assertThat(failureOf(fetching).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        }
    }

    @Test
    void shouldTellOnceWhenTheConnectionIsLost() throws Exception {
        final CompletableFuture<BrokerException> lost = new CompletableFuture<>();
        final AtomicInteger told = new AtomicInteger();
        session.onClosed(e -> {
            told.incrementAndGet();
            lost.complete(e);
        });
        broker.drop();
        assertThat(resultOf(lost).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        assertThat(lost.join()).hasMessageContaining("connect again");
        assertThat(session.isOpen()).isFalse();
        session.close();
        assertThat(told).hasValue(1);
    }

    @Test
    void shouldTellAtOnceWhoAsksAfterTheLoss() throws Exception {
        final CompletableFuture<BrokerException> lost = new CompletableFuture<>();
        session.onClosed(lost::complete);
        broker.drop();
        resultOf(lost);
        final CompletableFuture<BrokerException> later = new CompletableFuture<>();
        session.onClosed(later::complete);
        assertThat(later).isCompletedWithValue(lost.join());
    }

    @Test
    void shouldFailAWaitingRequestWhenTheConnectionIsLost() throws Exception {
        final CompletableFuture<ConnectionHeader.Status> asking = async(session::status);
        broker.expect(ConnectionHeader.GetStatus.class);
        broker.drop();
        final BrokerException failure = failureOf(asking);
        assertThat(failure.error()).isEqualTo(BrokerException.CONNECTION_LOST);
        assertThat(failure).hasMessageContaining("before it answered GetStatus");
    }

    @Test
    void shouldRefuseEverythingAfterTheLoss() throws Exception {
        final CompletableFuture<BrokerException> lost = new CompletableFuture<>();
        session.onClosed(lost::complete);
        broker.drop();
        resultOf(lost);
        assertThatThrownBy(() -> session.open(DestinationKind.QUEUE, "other")).isInstanceOf(BrokerException.class);
        assertThatThrownBy(() -> session.subscribe(queue, 1, 1, new RecordedDeliveries()))
                .isInstanceOf(BrokerException.class);
        assertThatThrownBy(() -> session.sendAndWait(queue, TestMessages.text("a")))
                .isInstanceOf(BrokerException.class);
        assertThatThrownBy(session::status).isInstanceOf(BrokerException.class);
    }

    @Test
    void shouldNoticeABrokerThatHasFallenSilent() throws Exception {
        broker.always(
                ConnectionHeader.Connect.class, new ConnectionHeader.Connected(1, "quick", 1, 1_000, 1_000, 20, 99));
        final BrokerSession watching = broker.connect();
        final CompletableFuture<BrokerException> lost = new CompletableFuture<>();
        watching.onClosed(lost::complete);
        broker.fallSilent();
        assertThat(resultOf(lost).error()).isEqualTo(BrokerException.CONNECTION_LOST);
    }

    private CompletableFuture<Void> closing() {
        return async(() -> {
            session.close();
            return null;
        });
    }
}
