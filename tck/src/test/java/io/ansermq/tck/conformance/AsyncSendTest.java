package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** Sending without waiting: section 7.3. */
class AsyncSendTest extends Conformance {

    /** Notes what it hears. */
    static final class Completions implements CompletionListener {
        final BlockingQueue<Message> completed = new LinkedBlockingQueue<>();
        final BlockingQueue<Exception> failed = new LinkedBlockingQueue<>();

        @Override
        public void onCompletion(final Message message) {
            completed.add(message);
        }

        @Override
        public void onException(final Message message, final Exception exception) {
            failed.add(exception);
        }

        Message next() throws InterruptedException {
            final Message message = completed.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
            assertThat(message).as("a completion").isNotNull();
            return message;
        }
    }

    /** Holds the first completion until it is let go. */
    private static final class Held implements CompletionListener {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch letGo = new CountDownLatch(1);
        final AtomicInteger done = new AtomicInteger();

        @Override
        public void onCompletion(final Message message) {
            entered.countDown();
            try {
                letGo.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            done.incrementAndGet();
        }

        @Override
        public void onException(final Message message, final Exception exception) {
            onCompletion(message);
        }
    }

    /** One of the four send methods with a completion listener. */
    private record Send(String name, Way way) {
        @Override
        public String toString() {
            return name;
        }
    }

    private interface Way {
        void send(Session session, Queue queue, Message message, CompletionListener listener) throws JMSException;
    }

    private static final List<Send> SENDS = List.of(
            new Send("send(Message, CompletionListener)", (session, queue, message, listener) -> session.createProducer(
                            queue)
                    .send(message, listener)),
            new Send(
                    "send(Message, int, int, long, CompletionListener)",
                    (session, queue, message, listener) -> session.createProducer(queue)
                            .send(message, DeliveryMode.NON_PERSISTENT, 7, 60_000, listener)),
            new Send(
                    "send(Destination, Message, CompletionListener)",
                    (session, queue, message, listener) ->
                            session.createProducer(null).send(queue, message, listener)),
            new Send(
                    "send(Destination, Message, int, int, long, CompletionListener)",
                    (session, queue, message, listener) -> session.createProducer(null)
                            .send(queue, message, DeliveryMode.PERSISTENT, 1, 0, listener)));

    @Override
    protected void cases(final Cases cases) {
        completions(cases);
        illegalUses(cases);
        closing(cases);
        simplified(cases);
    }

    private static void completions(final Cases cases) {
        cases.section("7.3")
                .each(
                        "%s calls its listener once with the message that was sent",
                        SENDS, (scene, send) -> {
                            final Completions completions = new Completions();
                            final Session session = scene.session();
                            final Message message = session.createTextMessage("async");
                            send.way().send(session, scene.queue(), message, completions);
                            assertThat(completions.next()).isSameAs(message);
                            session.close();
                            assertThat(completions.completed).isEmpty();
                            assertThat(completions.failed).isEmpty();
                            assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                                    .isEqualTo("async");
                        });
        cases.each(
                "the header fields are set before %s returns",
                SENDS, (scene, send) -> {
                    final Session session = scene.session();
                    final Message message = session.createMessage();
                    send.way().send(session, scene.queue(), message, new Completions());
                    assertThat(message.getJMSMessageID()).startsWith("ID:");
                    assertThat(message.getJMSDestination()).isEqualTo(scene.queue());
                    assertThat(message.getJMSTimestamp()).isPositive();
                });
        cases.section("7.3.3").promise("completions come in the order of the sends", scene -> {
            final Completions completions = new Completions();
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            final List<Message> sent = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                final Message message = session.createTextMessage("" + i);
                sent.add(message);
                producer.send(message, completions);
            }
            producer.close();
            assertThat(completions.completed).containsExactlyElementsOf(sent);
        });
        cases.promise("messages sent both ways keep their order", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            for (int i = 0; i < 100; i++) {
                if (i % 3 == 0) {
                    producer.send(session.createTextMessage("" + i));
                } else {
                    producer.send(session.createTextMessage("" + i), new Completions());
                }
            }
            assertThat(Scene.texts(session.createConsumer(scene.queue()), 100))
                    .containsExactlyElementsOf(
                            IntStream.range(0, 100).mapToObj(i -> "" + i).toList());
        });
        cases.section("7.3.8").promise("the completion listeners of a session are called one at a time", scene -> {
            final AtomicInteger at = new AtomicInteger();
            final AtomicInteger most = new AtomicInteger();
            final Session session = scene.session();
            final CompletionListener counting = new CompletionListener() {
                @Override
                public void onCompletion(final Message message) {
                    most.accumulateAndGet(at.incrementAndGet(), Math::max);
                    at.decrementAndGet();
                }

                @Override
                public void onException(final Message message, final Exception exception) {
                    onCompletion(message);
                }
            };
            for (int i = 0; i < 4; i++) {
                final MessageProducer producer = session.createProducer(scene.queue());
                for (int j = 0; j < 50; j++) {
                    producer.send(session.createMessage(), counting);
                }
            }
            session.close();
            assertThat(most).hasValue(1);
        });
        cases.promise("a completion listener may send and receive", scene -> {
            final Session session = scene.session();
            final CountDownLatch done = new CountDownLatch(1);
            final Connection other = scene.newConnection();
            session.createProducer(scene.queue()).send(session.createTextMessage("first"), new CompletionListener() {
                @Override
                public void onCompletion(final Message message) {
                    try {
                        final Session inside = other.createSession();
                        inside.createProducer(scene.queue()).send(inside.createTextMessage("second"));
                        done.countDown();
                    } catch (JMSException e) {
                        throw new AssertionError(e);
                    }
                }

                @Override
                public void onException(final Message message, final Exception exception) {
                    // The latch says that this was not expected.
                }
            });
            assertThat(done.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            assertThat(Scene.texts(scene.session().createConsumer(scene.queue()), 2))
                    .containsExactly("first", "second");
        });
        cases.promise("a completion listener that throws does not keep the next from being called", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            producer.send(session.createMessage(), new CompletionListener() {
                @Override
                public void onCompletion(final Message message) {
                    throw new IllegalArgumentException("thrown by the test");
                }

                @Override
                public void onException(final Message message, final Exception exception) {
                    // Not expected.
                }
            });
            final Completions completions = new Completions();
            producer.send(session.createMessage(), completions);
            completions.next();
        });
    }

    private static void illegalUses(final Cases cases) {
        cases.section("MessageProducer.send")
                .each(
                        "%s refuses a listener that is null",
                        SENDS, (scene, send) -> {
                            final Session session = scene.session();
                            assertThatThrownBy(() ->
                                            send.way().send(session, scene.queue(), session.createMessage(), null))
                                    .isInstanceOf(IllegalArgumentException.class);
                        });
        cases.each(
                "%s refuses a message that is null",
                SENDS, (scene, send) -> {
                    final Session session = scene.session();
                    assertThatThrownBy(() -> send.way().send(session, scene.queue(), null, new Completions()))
                            .isInstanceOf(MessageFormatException.class);
                });
        cases.promise("send(Message, CompletionListener) needs a producer with a destination", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(null);
            assertThatThrownBy(() -> producer.send(session.createMessage(), new Completions()))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> producer.send(session.createMessage(), 2, 4, 0, new Completions()))
                    .isInstanceOf(UnsupportedOperationException.class);
        });
        cases.promise("send(Destination, Message, CompletionListener) needs a producer without one", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(scene.queue());
            assertThatThrownBy(() -> producer.send(scene.queue(), session.createMessage(), new Completions()))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThatThrownBy(() -> producer.send(scene.queue(), session.createMessage(), 2, 4, 0, new Completions()))
                    .isInstanceOf(UnsupportedOperationException.class);
        });
        cases.promise("a destination that is null is refused", scene -> {
            final Session session = scene.session();
            final MessageProducer producer = session.createProducer(null);
            assertThatThrownBy(() -> producer.send(null, session.createMessage(), new Completions()))
                    .isInstanceOf(InvalidDestinationException.class);
            assertThatThrownBy(() -> producer.send(null, session.createMessage(), 2, 4, 0, new Completions()))
                    .isInstanceOf(InvalidDestinationException.class);
        });
    }

    private static void closing(final Cases cases) {
        cases.section("7.3.5")
                .each(
                        "closing a %s waits for its completion listeners",
                        List.of("producer", "session", "connection", "context"), (scene, what) -> {
                            final Held held = new Held();
                            final AutoCloseable closed;
                            if (what.equals("context")) {
                                final JMSContext context = scene.context();
                                context.createProducer().setAsync(held).send(scene.queue(), "held");
                                closed = context;
                            } else {
                                final Connection connection = scene.newConnection();
                                final Session session = connection.createSession();
                                final MessageProducer producer = session.createProducer(scene.queue());
                                producer.send(session.createMessage(), held);
                                closed = what.equals("producer")
                                        ? producer
                                        : what.equals("session") ? session : connection;
                            }
                            assertThat(held.entered.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                                    .isTrue();
                            final Waiting closing = Waiting.start(() -> {
                                closed.close();
                                return held.done.get();
                            });
                            closing.expectWaiting();
                            held.letGo.countDown();
                            assertThat(closing.result())
                                    .as("completions when close returned")
                                    .isEqualTo(1);
                        });
        cases.section("7.3.6");
        cases.each(
                "a completion listener cannot close its own %s",
                List.of("producer", "session", "connection"), (scene, what) -> {
                    final Connection connection = scene.newConnection();
                    final Session session = connection.createSession();
                    final MessageProducer producer = session.createProducer(scene.queue());
                    final AutoCloseable closed =
                            what.equals("producer") ? producer : what.equals("session") ? session : connection;
                    assertThat(outcome(session, producer, closed::close)).isInstanceOf(IllegalStateException.class);
                });
        cases.promise("a completion listener cannot close its own context", scene -> {
            final JMSContext context = scene.context();
            final BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
            context.createProducer().setAsync(running(outcome, context::close)).send(scene.queue(), "x");
            assertThat(outcome.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                    .isInstanceOf(IllegalStateRuntimeException.class);
        });
        cases.promise("a completion listener may close a producer that is not its own", scene -> {
            final Session session = scene.session();
            final MessageProducer other = session.createProducer(scene.queue());
            assertThat(outcome(session, session.createProducer(scene.queue()), other::close))
                    .isEqualTo("done");
        });
    }

    /** What comes of doing something in a completion listener. */
    private static Object outcome(final Session session, final MessageProducer producer, final Action action)
            throws Exception {
        final BlockingQueue<Object> outcome = new LinkedBlockingQueue<>();
        producer.send(session.createMessage(), running(outcome, action));
        return outcome.poll(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
    }

    private interface Action {
        void run() throws Exception;
    }

    private static CompletionListener running(final BlockingQueue<Object> outcome, final Action action) {
        return new CompletionListener() {
            @Override
            public void onCompletion(final Message message) {
                try {
                    action.run();
                    outcome.add("done");
                } catch (Exception e) {
                    outcome.add(e);
                }
            }

            @Override
            public void onException(final Message message, final Exception exception) {
                outcome.add(exception);
            }
        };
    }

    private static void simplified(final Cases cases) {
        cases.section("JMSProducer.setAsync");
        cases.promise("getAsync is what setAsync was given, null at first", scene -> {
            final JMSProducer producer = scene.context().createProducer();
            assertThat(producer.getAsync()).isNull();
            final Completions completions = new Completions();
            assertThat(producer.setAsync(completions)).isSameAs(producer);
            assertThat(producer.getAsync()).isSameAs(completions);
            producer.setAsync(null);
            assertThat(producer.getAsync()).isNull();
        });
        cases.promise("with a listener send does not wait and the listener is called", scene -> {
            final Completions completions = new Completions();
            final JMSContext context = scene.context();
            context.createProducer().setAsync(completions).send(scene.queue(), "async");
            assertThat(completions.next()).isInstanceOf(TextMessage.class);
        });
        cases.promise("null messages and destinations are refused at once", scene -> {
            final JMSProducer producer = scene.context().createProducer().setAsync(new Completions());
            assertThatThrownBy(() -> producer.send(scene.queue(), (Message) null))
                    .isInstanceOf(MessageFormatRuntimeException.class);
            assertThatThrownBy(() -> producer.send(null, "x")).isInstanceOf(InvalidDestinationRuntimeException.class);
        });
    }
}
