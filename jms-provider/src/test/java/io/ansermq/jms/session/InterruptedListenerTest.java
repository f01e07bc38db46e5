package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a listener was at work on when its connection was lost. */
class InterruptedListenerTest extends SessionFixture {
    private final ConcurrentLinkedQueue<String> received = new ConcurrentLinkedQueue<>();
    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch mayReturn = new CountDownLatch(1);
    private volatile Thread dispatcher;
    private volatile boolean returning;

    @Test
    void shouldNotHandOverAgainWhatAListenerIsDoneWithHoweverOftenTheConnectionIsLost() throws Exception {
        send("first", "second");
        try (JmsConnection consuming =
                connect("?initialReconnectDelay=1ms&reconnectDelay=1ms&maxReconnectAttempts=-1")) {
            consuming.start();
            final Session session = consuming.createSession();
            session.createConsumer(orders(session)).setMessageListener(this::listen);
            assertThat(called.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();

            broker.deliverOnlyWhenAsked();
            lose();
            mayReturn.countDown();
            await(() -> returning && dispatcher.getState() == Thread.State.WAITING);
            lose();
            broker.deliverAtOnce();

            await(() -> broker.backlog("orders") == 0);
        }
        assertThat(List.copyOf(received)).containsExactly("first", "second");
    }

    /** Ends the connections and waits until the consumer is there again. */
    private void lose() {
        final int before = broker.subscriptions();
        broker.dropConnections();
        await(() -> broker.subscriptions() > before && broker.consumers() == 1);
    }

    private static void await(final Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE_MS, TimeUnit.MILLISECONDS).until(condition);
    }

    private void listen(final Message message) {
        try {
            received.add(text(message));
            dispatcher = Thread.currentThread();
            called.countDown();
            assertThat(mayReturn.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            returning = true;
        } catch (JMSException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
