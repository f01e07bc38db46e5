package io.ansermq.client;

import static io.ansermq.client.Calls.async;
import static io.ansermq.client.Calls.failureOf;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SendWindowTest {
    private static final int WINDOW = 1_000;

    private ScriptedBroker broker;
    private BrokerSession session;
    private Destination queue;
    private final RecordedSends sends = new RecordedSends();

    @BeforeEach
    void connect() throws Exception {
        broker = ScriptedBroker.local().window(WINDOW);
        session = broker.connect();
        queue = session.open(DestinationKind.QUEUE, "q");
    }

    @AfterEach
    void disconnect() {
        session.close();
        broker.close();
    }

    @Test
    void shouldHoldASendBackWhileTheWindowIsUsedUp() throws Exception {
        send(400);
        send(400);
        final CompletableFuture<Long> third = blocked(201);
        broker.settle(1);
        assertThat(resultOf(third)).isEqualTo(3);
    }

    @Test
    void shouldUseTheWindowToTheLastByte() throws Exception {
        send(400);
        send(600);
        assertThat(session.sender().unanswered()).isEqualTo(2);
    }

    @Test
    void shouldWakeOnlyWhenHalfOfTheWindowIsFree() throws Exception {
        for (int i = 0; i < 10; i++) {
            send(100);
        }
        final CompletableFuture<Long> next = blocked(100);
        broker.settle(4);
        sends.await(4);
        assertThat(next).isNotDone();
        broker.settle(5);
        assertThat(resultOf(next)).isEqualTo(11);
    }

    @Test
    void shouldLetARecordLongerThanTheWindowGoAlone() throws Exception {
        send(100);
        final CompletableFuture<Long> large = blocked(5_000);
        broker.settle(1);
        assertThat(resultOf(large)).isEqualTo(2);
        blocked(100);
        broker.settle(2);
    }

    @Test
    void shouldNotLetSmallSendsStarveALargeOne() throws Exception {
        send(400);
        send(400);
        final CompletableFuture<Long> large = blocked(900);
        final CompletableFuture<Long> small = blocked(100);
        broker.settle(1);
        sends.await(1);
        assertThat(large).isNotDone();
        assertThat(small).isNotDone();
        broker.settle(2);
        assertThat(resultOf(large)).isEqualTo(3);
        assertThat(resultOf(small)).isEqualTo(4);
    }

    @Test
    void shouldSayWhatItWaitedForWhenTheTimeIsUp() throws Exception {
        try (BrokerSession impatient =
                BrokerSession.connect(broker.options().sendTimeoutMs(30).build())) {
            final Destination destination = impatient.open(DestinationKind.QUEUE, "q");
            impatient.send(destination, TestMessages.ofRecordBytes(900), sends);
            assertThatThrownBy(() -> impatient.send(destination, TestMessages.ofRecordBytes(200), sends))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.TIMEOUT))
                    .hasMessageContaining("a send to queue 'q' waited 30 ms")
                    .hasMessageContaining("900 of 1000 bytes are unanswered by broker 'scripted'");
            broker.settle(1);
            sends.expect("stored 1");
            assertThat(impatient.send(destination, TestMessages.ofRecordBytes(200), sends))
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldLetOthersGoOnWhenALargeSendGivesUp() throws Exception {
        try (BrokerSession impatient =
                BrokerSession.connect(broker.options().sendTimeoutMs(30).build())) {
            final Destination destination = impatient.open(DestinationKind.QUEUE, "q");
            impatient.send(destination, TestMessages.ofRecordBytes(300), sends);
            assertThatThrownBy(() -> impatient.send(destination, TestMessages.ofRecordBytes(800), sends))
                    .isInstanceOf(BrokerException.class);
            assertThat(impatient.send(destination, TestMessages.ofRecordBytes(700), sends))
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldStopWaitingWhenInterrupted() throws Exception {
        send(1_000);
        final CompletableFuture<Thread> waiter = new CompletableFuture<>();
        final CompletableFuture<Long> blocked = async(() -> {
            waiter.complete(Thread.currentThread());
            return session.send(queue, TestMessages.ofRecordBytes(100), sends);
        });
        awaitBlocked(1);
        resultOf(waiter).interrupt();
        assertThat(failureOf(blocked).error()).isEqualTo(BrokerException.INTERRUPTED);
    }

    @Test
    void shouldStopWaitingWhenTheConnectionIsLost() throws Exception {
        send(1_000);
        final CompletableFuture<Long> blocked = blocked(100);
        broker.drop();
        assertThat(failureOf(blocked).error()).isEqualTo(BrokerException.CONNECTION_LOST);
        sends.expect("failed 1 " + BrokerException.CONNECTION_LOST);
    }

    @Test
    void shouldStopWaitingWhenTheSessionIsClosed() throws Exception {
        send(1_000);
        final CompletableFuture<Long> blocked = blocked(100);
        session.close();
        assertThat(failureOf(blocked).error()).isEqualTo(BrokerException.CLOSED);
        sends.expect("failed 1 " + BrokerException.CLOSED);
    }

    @Test
    void shouldExceedTheWindowInACallbackRatherThanBlockIt() throws Exception {
        final RecordedSends fromCallback = new RecordedSends();
        session.send(queue, TestMessages.ofRecordBytes(100), new SendCallback() {
            @Override
            public void stored(final long sequence) {
                try {
                    session.send(queue, TestMessages.ofRecordBytes(800), fromCallback);
                    session.send(queue, TestMessages.ofRecordBytes(800), fromCallback);
                } catch (BrokerException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void failed(final long sequence, final BrokerException e) {}
        });
        broker.expectSend();
        broker.settle(1);
        assertThat(broker.expectSend().count()).isEqualTo(2);
        final CompletableFuture<Long> next = blocked(100);
        broker.settle(3);
        fromCallback.expect("stored 2", "stored 3");
        assertThat(resultOf(next)).isEqualTo(4);
    }

    private void send(final int recordBytes) throws BrokerException {
        session.send(queue, TestMessages.ofRecordBytes(recordBytes), sends);
        broker.expectSend();
    }

    /** A send on another thread that waits for room. */
    private CompletableFuture<Long> blocked(final int recordBytes) {
        final int before = session.sender().waiting();
        final CompletableFuture<Long> sending =
                async(() -> session.send(queue, TestMessages.ofRecordBytes(recordBytes), sends));
        awaitBlocked(before + 1);
        return sending;
    }

    private void awaitBlocked(final int count) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(() -> session.sender().waiting() == count);
    }
}
