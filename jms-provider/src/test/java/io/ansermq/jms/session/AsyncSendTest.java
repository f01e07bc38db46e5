package io.ansermq.jms.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageProducer;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Sending asynchronously: Jakarta Messaging 3.1, section 7.3. */
class AsyncSendTest extends SessionFixture {

    /** Writes down what happens to which message. */
    private static class Recorder implements CompletionListener {
        final List<String> events = new CopyOnWriteArrayList<>();
        final CountDownLatch done;

        Recorder(final int expected) {
            done = new CountDownLatch(expected);
        }

        @Override
        public void onCompletion(final Message message) {
            record("stored", message);
        }

        @Override
        public void onException(final Message message, final Exception exception) {
            record(exception.getClass().getSimpleName(), message);
        }

        private void record(final String what, final Message message) {
            try {
                events.add(what + " " + text(message));
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
            done.countDown();
        }
    }

    private static CompletionListener completing(final Action action) {
        return new CompletionListener() {
            @Override
            public void onCompletion(final Message message) {
                try {
                    action.run();
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            }

            @Override
            public void onException(final Message message, final Exception exception) {
                throw new AssertionError(exception);
            }
        };
    }

    @Test
    void shouldCompleteOnceAndInOrder() throws JMSException {
        final Recorder recorder = new Recorder(500);
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            producer.send(session.createTextMessage("m" + i), recorder);
            expected.add("stored m" + i);
        }

        awaitLatch(recorder.done);

        assertThat(recorder.events).isEqualTo(expected);
        assertThat(receive(session.createConsumer(orders(session)), 500))
                .isEqualTo(expected.stream().map(e -> e.substring(7)).toList());
    }

    @Test
    void shouldCompleteOnlyWhenTheMessageIsStored() throws JMSException {
        broker.holdAnswers();
        final Recorder recorder = new Recorder(1);
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        producer.send(session.createTextMessage("a"), recorder);
        assertThat(recorder.events).isEmpty();

        broker.giveAnswers();

        awaitLatch(recorder.done);
        assertThat(recorder.events).containsExactly("stored a");
    }

    @Test
    void shouldReportWhatTheBrokerRefuses() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        for (final int refused : new int[] {1, 0}) {
            broker.refuseSends(refused);
            final Recorder recorder = new Recorder(1);
            producer.send(session.createTextMessage("a"), recorder);
            awaitLatch(recorder.done);
            assertThat(recorder.events)
                    .containsExactly(
                            refused == 1 ? ResourceAllocationException.class.getSimpleName() + " a" : "stored a");
        }
    }

    @Test
    void shouldReportMessagesThatWereUnderWayWhenTheConnectionWasLost() throws JMSException {
        broker.holdAnswers();
        final Recorder recorder = new Recorder(2);
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        producer.send(session.createTextMessage("a"), recorder);
        producer.send(session.createTextMessage("b"), recorder);

        broker.dropConnections();

        awaitLatch(recorder.done);
        assertThat(recorder.events).containsExactly("JMSException a", "JMSException b");
        producer.close();
    }

    @Test
    void shouldCallOnAnotherThreadAndWithTheSendersOwnMessage() throws JMSException {
        final AtomicReference<Thread> thread = new AtomicReference<>();
        final AtomicReference<Message> completed = new AtomicReference<>();
        final CountDownLatch done = new CountDownLatch(1);
        final Session session = auto();
        final BytesMessage message = session.createBytesMessage();
        message.writeInt(7);

        session.createProducer(orders(session)).send(message, new CompletionListener() {
            @Override
            public void onCompletion(final Message sent) {
                thread.set(Thread.currentThread());
                completed.set(sent);
                done.countDown();
            }

            @Override
            public void onException(final Message sent, final Exception exception) {}
        });
        awaitLatch(done);

        assertThat(thread.get()).isNotSameAs(Thread.currentThread());
        assertThat(thread.get().getName()).contains("callback");
        assertThat(thread.get().isDaemon()).isTrue();
        assertThat(completed.get()).isSameAs(message);
        assertThat(message.readInt()).as("the message was reset").isEqualTo(7);
        assertThat(message.getJMSMessageID()).startsWith("ID:");
    }

    @Test
    void shouldThrowWhatIsWrongBeforeTheSendAndNotCallTheListener() throws JMSException {
        final Recorder recorder = new Recorder(1);
        final Session session = auto();
        final MessageProducer named = session.createProducer(orders(session));
        final MessageProducer unnamed = session.createProducer(null);
        final Message message = session.createMessage();

        assertThatThrownBy(() -> named.send(message, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> named.send(message, 1, 1, 1, null)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> named.send(null, recorder)).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> named.send(orders(session), message, recorder))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> unnamed.send(message, recorder)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> unnamed.send(null, message, recorder)).isInstanceOf(InvalidDestinationException.class);
        assertThatThrownBy(() -> unnamed.send(orders(session), message, null))
                .isInstanceOf(IllegalArgumentException.class);
        session.close();
        assertThat(recorder.events).isEmpty();
        assertThatThrownBy(() -> named.send(message, recorder)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldWaitForCompletionsWhenAnythingAboveCloses() throws JMSException {
        for (final String what : List.of("producer", "session", "connection")) {
            broker.holdAnswers();
            final JmsConnection other = connect();
            final Session session = other.createSession();
            final MessageProducer producer = session.createProducer(orders(session));
            final Recorder recorder = new Recorder(1);
            producer.send(session.createTextMessage(what), recorder);

            final Thread closer = start(() -> {
                switch (what) {
                    case "producer" -> producer.close();
                    case "session" -> session.close();
                    default -> other.close();
                }
            });
            awaitBlocked(closer);
            assertThat(recorder.events).isEmpty();
            broker.giveAnswers();
            join(closer);

            assertThat(recorder.events).as(what).containsExactly("stored " + what);
            other.close();
        }
    }

    @Test
    void shouldRefuseToCloseWhatTheCompletionListenerBelongsTo() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final List<Class<?>> thrown = new CopyOnWriteArrayList<>();
        final List<Action> forbidden = List.of(producer::close, session::close, connection::close);
        final CountDownLatch done = new CountDownLatch(forbidden.size());
        for (final Action action : forbidden) {
            producer.send(session.createMessage(), completing(() -> {
                try {
                    action.run();
                } catch (IllegalStateException e) {
                    thrown.add(e.getClass());
                } finally {
                    done.countDown();
                }
            }));
        }
        awaitLatch(done);

        assertThat(thrown).hasSize(forbidden.size());
        assertThat(producer.getPriority()).as("still open").isEqualTo(4);
    }

    @Test
    void shouldLetACompletionListenerCloseAnotherProducerAndSend() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final MessageProducer other = session.createProducer(orders(session));
        final CountDownLatch done = new CountDownLatch(1);
        producer.send(session.createTextMessage("a"), completing(() -> {
            other.close();
            producer.send(session.createTextMessage("b"));
            done.countDown();
        }));
        awaitLatch(done);

        assertThat(receive(session.createConsumer(orders(session)), 2)).containsExactly("a", "b");
    }

    @Test
    void shouldGoOnWhenACompletionListenerThrows() throws JMSException {
        final Session session = auto();
        final MessageProducer producer = session.createProducer(orders(session));
        final AtomicInteger calls = new AtomicInteger();
        final Recorder recorder = new Recorder(1);
        producer.send(session.createMessage(), completing(() -> {
            calls.incrementAndGet();
            throw new IllegalArgumentException("thrown by the test");
        }));
        producer.send(session.createTextMessage("next"), recorder);

        awaitLatch(recorder.done);
        producer.close();
        assertThat(calls).hasValue(1);
        assertThat(recorder.events).containsExactly("stored next");
    }

    @Test
    void shouldSendAsynchronouslyWithTheSimplifiedApi() throws JMSException {
        final Recorder recorder = new Recorder(2);
        try (JMSContext context = JmsContext.open(settings(""), JMSContext.AUTO_ACKNOWLEDGE)) {
            final var producer = context.createProducer().setAsync(recorder);
            assertThat(producer.getAsync()).isSameAs(recorder);
            producer.send(context.createQueue("orders"), "a").send(context.createQueue("orders"), "b");
        }
        // Closing has waited.
        assertThat(recorder.events).containsExactly("stored a", "stored b");
    }
}
