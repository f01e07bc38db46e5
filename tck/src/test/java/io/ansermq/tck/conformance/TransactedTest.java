package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Local transactions: what a session sends and receives happens with its commit, all of it or nothing. */
class TransactedTest extends Conformance {

    @Override
    protected void cases(final Cases cases) {
        visibility(cases);
        receiving(cases);
        ends(cases);
        rules(cases);
        asynchronously(cases);
        context(cases);
        large(cases);
    }

    private static Session transacted(final Scene scene) throws JMSException {
        return scene.connection().createSession(true, Session.SESSION_TRANSACTED);
    }

    private static void send(final Session session, final jakarta.jms.Destination to, final String... texts)
            throws JMSException {
        final MessageProducer producer = session.createProducer(to);
        for (final String text : texts) {
            producer.send(session.createTextMessage(text));
        }
        producer.close();
    }

    private static void visibility(final Cases cases) {
        cases.section("6.2.7")
                .promise("what is sent in a transaction is there after its commit and not before", scene -> {
                    final Session session = transacted(scene);
                    final MessageConsumer other = scene.session().createConsumer(scene.queue());
                    send(session, scene.queue(), "a", "b", "c");
                    Scene.expectNone(other);

                    session.commit();

                    assertThat(Scene.texts(other, 3)).containsExactly("a", "b", "c");
                    Scene.expectNone(other);
                });
        cases.promise("what is sent and rolled back never was", scene -> {
            final Session session = transacted(scene);
            final MessageConsumer other = scene.session().createConsumer(scene.queue());
            send(session, scene.queue(), "never");

            session.rollback();
            send(session, scene.queue(), "after");
            session.commit();

            assertThat(Scene.text(other)).isEqualTo("after");
            Scene.expectNone(other);
        });
        cases.promise("one commit covers any number of queues and topics", scene -> {
            final Session session = transacted(scene);
            final List<MessageConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                consumers.add(scene.session().createConsumer(scene.queue("q" + i)));
                consumers.add(scene.session().createConsumer(scene.topic("t" + i)));
            }
            for (int i = 0; i < 5; i++) {
                send(session, scene.queue("q" + i), "q" + i);
                send(session, scene.topic("t" + i), "t" + i);
            }
            for (final MessageConsumer consumer : consumers) {
                Scene.expectNone(consumer);
            }
            session.commit();
            for (int i = 0; i < 5; i++) {
                assertThat(Scene.text(consumers.get(2 * i))).isEqualTo("q" + i);
                assertThat(Scene.text(consumers.get(2 * i + 1))).isEqualTo("t" + i);
            }
        });
        cases.promise("a session does not see its own sends before it commits", scene -> {
            final Session session = transacted(scene);
            final MessageConsumer own = session.createConsumer(scene.queue());
            send(session, scene.queue(), "a");
            Scene.expectNone(own);
            session.commit();
            assertThat(Scene.text(own)).isEqualTo("a");
            session.commit();
        });
        cases.promise("an empty transaction commits and rolls back", scene -> {
            final Session session = transacted(scene);
            session.commit();
            session.rollback();
            session.commit();
        });
        cases.each(
                "priority %s and order are kept through a commit",
                List.of(0, 4, 9), (scene, priority) -> {
                    final Session session = transacted(scene);
                    final MessageProducer producer = session.createProducer(scene.queue());
                    producer.setPriority(priority);
                    for (int i = 0; i < 20; i++) {
                        producer.send(session.createTextMessage("m" + i));
                    }
                    session.commit();
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    for (int i = 0; i < 20; i++) {
                        final Message message = Scene.receive(consumer);
                        assertThat(message.getBody(String.class)).isEqualTo("m" + i);
                        assertThat(message.getJMSPriority()).isEqualTo(priority);
                    }
                });
    }

    private static void receiving(final Cases cases) {
        cases.section("6.2.7")
                .promise("what was received comes again after a rollback, in order, redelivered and counted", scene -> {
                    scene.send(scene.queue(), "a", "b", "c");
                    final Session session = transacted(scene);
                    final MessageConsumer consumer = session.createConsumer(scene.queue());
                    assertThat(Scene.receive(consumer).getJMSRedelivered()).isFalse();
                    assertThat(Scene.text(consumer)).isEqualTo("b");

                    session.rollback();

                    for (final String text : List.of("a", "b")) {
                        final Message again = Scene.receive(consumer);
                        assertThat(again.getBody(String.class)).isEqualTo(text);
                        assertThat(again.getJMSRedelivered()).isTrue();
                        assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
                    }
                    final Message last = Scene.receive(consumer);
                    assertThat(last.getBody(String.class)).isEqualTo("c");
                    assertThat(last.getJMSRedelivered()).isFalse();
                    session.commit();
                    Scene.expectNone(consumer);
                });
        cases.promise("what was received and committed does not come again", scene -> {
            scene.send(scene.queue(), "a", "b");
            final Session session = transacted(scene);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            Scene.texts(consumer, 2);
            session.commit();
            session.rollback();
            Scene.expectNone(consumer);
            session.close();
            Scene.expectNone(scene.session().createConsumer(scene.queue()));
        });
        cases.promise("receiving and sending are one transaction", scene -> {
            final Queue in = scene.queue("in");
            final Queue out = scene.queue("out");
            scene.send(in, "a");
            final Session session = transacted(scene);
            final MessageConsumer consumer = session.createConsumer(in);
            final MessageConsumer result = scene.session().createConsumer(out);
            send(session, out, Scene.text(consumer) + "1");
            session.rollback();
            Scene.expectNone(result);
            send(session, out, Scene.text(consumer) + "2");
            session.commit();
            assertThat(Scene.text(result)).isEqualTo("a2");
            Scene.expectNone(consumer);
        });
        cases.promise("one rollback covers all consumers of the session", scene -> {
            final Session session = transacted(scene);
            final List<MessageConsumer> consumers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                scene.send(scene.queue("q" + i), "m" + i);
                consumers.add(session.createConsumer(scene.queue("q" + i)));
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 4; i++) {
                    assertThat(Scene.text(consumers.get(i))).isEqualTo("m" + i);
                }
                session.rollback();
            }
        });
        cases.promise("a listener's session commits and rolls back within it", scene -> {
            scene.send(scene.queue(), "a", "b");
            final Session session = transacted(scene);
            final List<String> seen = new CopyOnWriteArrayList<>();
            final CompletableFuture<Void> done = new CompletableFuture<>();
            final AtomicInteger calls = new AtomicInteger();
            session.createConsumer(scene.queue()).setMessageListener(message -> {
                try {
                    seen.add(message.getBody(String.class));
                    if (calls.incrementAndGet() == 1) {
                        session.rollback();
                    } else {
                        session.commit();
                    }
                    if (calls.get() == 3) {
                        done.complete(null);
                    }
                } catch (JMSException e) {
                    done.completeExceptionally(e);
                }
            });
            done.get(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
            assertThat(seen).containsExactly("a", "a", "b");
        });
        cases.section("8.7")
                .promise(
                        "a message whose listener throws in a transaction is the transaction's, and the next one comes",
                        scene -> {
                            scene.send(scene.queue(), "a", "b");
                            final Session session = transacted(scene);
                            final List<String> seen = new CopyOnWriteArrayList<>();
                            final CompletableFuture<Void> both = new CompletableFuture<>();
                            session.createConsumer(scene.queue()).setMessageListener(message -> {
                                try {
                                    seen.add(message.getBody(String.class));
                                } catch (JMSException e) {
                                    both.completeExceptionally(e);
                                }
                                if (seen.size() == 2) {
                                    both.complete(null);
                                }
                                throw new java.lang.IllegalStateException("a listener's mistake");
                            });
                            both.get(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS);
                            assertThat(seen).containsExactly("a", "b");
                        });
    }

    private static void ends(final Cases cases) {
        cases.section("6.2.7").promise("closing the session rolls back", scene -> {
            scene.send(scene.queue("in"), "a");
            final Session session = transacted(scene);
            assertThat(Scene.text(session.createConsumer(scene.queue("in")))).isEqualTo("a");
            send(session, scene.queue("out"), "never");
            session.close();
            final Message again = Scene.receive(scene.session().createConsumer(scene.queue("in")));
            assertThat(again.getJMSRedelivered()).isTrue();
            Scene.expectNone(scene.session().createConsumer(scene.queue("out")));
        });
        cases.promise("closing the connection rolls back", scene -> {
            scene.send(scene.queue("in"), "a");
            final Connection connection = scene.newConnection();
            final Session session = connection.createSession(true, 0);
            assertThat(Scene.text(session.createConsumer(scene.queue("in")))).isEqualTo("a");
            send(session, scene.queue("out"), "never");
            connection.close();
            final Message again = Scene.receive(scene.session().createConsumer(scene.queue("in")));
            assertThat(again.getJMSRedelivered()).isTrue();
            Scene.expectNone(scene.session().createConsumer(scene.queue("out")));
        });
        cases.section("8.8")
                .promise("what a consumer received before it was closed is committed with the session", scene -> {
                    scene.send(scene.queue(), "a", "b");
                    final Session session = transacted(scene);
                    final MessageConsumer first = session.createConsumer(scene.queue());
                    assertThat(Scene.text(first)).isEqualTo("a");
                    first.close();
                    // What the first one had not handed over is anybody's at once.
                    assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                            .isEqualTo("b");
                    session.commit();
                    session.close();
                    Scene.expectNone(scene.session().createConsumer(scene.queue()));
                });
        cases.promise("what a consumer received before it was closed comes again after a rollback", scene -> {
            scene.send(scene.queue(), "a", "b");
            final Session session = transacted(scene);
            final MessageConsumer first = session.createConsumer(scene.queue());
            assertThat(Scene.text(first)).isEqualTo("a");
            first.close();
            session.rollback();
            final MessageConsumer second = session.createConsumer(scene.queue());
            final Message again = Scene.receive(second);
            assertThat(again.getBody(String.class)).isEqualTo("a");
            assertThat(again.getJMSRedelivered()).isTrue();
            assertThat(Scene.text(second)).isEqualTo("b");
            session.commit();
        });
    }

    private static void rules(final Cases cases) {
        cases.section("Session.recover").promise("a transacted session does not recover", scene -> {
            final Session session = transacted(scene);
            assertThatThrownBy(session::recover).isInstanceOf(IllegalStateException.class);
        });
        cases.each(
                "commit and rollback of a session in mode %s are illegal",
                List.of(Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE),
                (scene, mode) -> {
                    final Session session = scene.session(mode);
                    assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
                    assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
                });
        cases.section("Connection.createSession").promise("the transacted flag makes the mode meaningless", scene -> {
            for (final int mode : List.of(
                    Session.SESSION_TRANSACTED,
                    Session.AUTO_ACKNOWLEDGE,
                    Session.CLIENT_ACKNOWLEDGE,
                    Session.DUPS_OK_ACKNOWLEDGE)) {
                final Session session = scene.connection().createSession(true, mode);
                assertThat(session.getTransacted()).isTrue();
                assertThat(session.getAcknowledgeMode()).isEqualTo(Session.SESSION_TRANSACTED);
            }
            assertThat(scene.session(Session.SESSION_TRANSACTED).getTransacted())
                    .isTrue();
        });
        cases.promise("without the flag the mode cannot be SESSION_TRANSACTED", scene -> {
            final int mode = Session.SESSION_TRANSACTED;
            assertThatThrownBy(() -> scene.connection().createSession(false, mode))
                    .isInstanceOf(JMSException.class)
                    .hasMessageContaining("createSession(true");
            final QueueConnection queues = scene.closeLater(scene.factory().createQueueConnection());
            assertThatThrownBy(() -> queues.createQueueSession(false, mode)).isInstanceOf(JMSException.class);
            final TopicConnection topics = scene.closeLater(scene.factory().createTopicConnection());
            assertThatThrownBy(() -> topics.createTopicSession(false, mode)).isInstanceOf(JMSException.class);
        });
        cases.section("Message.acknowledge").promise("acknowledge means nothing in a transaction", scene -> {
            scene.send(scene.queue(), "a");
            final Session session = transacted(scene);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            Scene.receive(consumer).acknowledge();
            session.rollback();
            assertThat(Scene.text(consumer)).isEqualTo("a");
            session.commit();
        });
        cases.section("Session.commit").promise("a closed session neither commits nor rolls back", scene -> {
            final Session session = transacted(scene);
            session.close();
            assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
        });
    }

    private static void asynchronously(final Cases cases) {
        cases.section("7.3.4").promise("commit returns after the completions of what it commits, in order", scene -> {
            final Session session = transacted(scene);
            final MessageProducer producer = session.createProducer(scene.queue());
            final List<String> completed = new CopyOnWriteArrayList<>();
            for (int i = 0; i < 50; i++) {
                producer.send(session.createTextMessage("m" + i), new CompletionListener() {
                    @Override
                    public void onCompletion(final Message message) {
                        try {
                            completed.add(message.getBody(String.class));
                        } catch (JMSException e) {
                            completed.add(e.toString());
                        }
                    }

                    @Override
                    public void onException(final Message message, final Exception exception) {
                        completed.add(exception.toString());
                    }
                });
            }
            session.commit();
            assertThat(completed).hasSize(50).startsWith("m0", "m1").endsWith("m49");
            assertThat(Scene.texts(scene.session().createConsumer(scene.queue()), 50))
                    .isEqualTo(completed);
        });
        cases.each(
                "a completion listener must not call %s on its own session",
                List.of("commit", "rollback"), (scene, call) -> {
                    final Session session = transacted(scene);
                    final CompletableFuture<Exception> outcome = new CompletableFuture<>();
                    session.createProducer(scene.queue())
                            .send(session.createTextMessage("m"), new CompletionListener() {
                                @Override
                                public void onCompletion(final Message message) {
                                    try {
                                        if (call.equals("commit")) {
                                            session.commit();
                                        } else {
                                            session.rollback();
                                        }
                                        outcome.complete(null);
                                    } catch (JMSException e) {
                                        outcome.complete(e);
                                    }
                                }

                                @Override
                                public void onException(final Message message, final Exception exception) {
                                    outcome.completeExceptionally(exception);
                                }
                            });
                    assertThat(outcome.get(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS))
                            .isInstanceOf(IllegalStateException.class);
                });
    }

    private static void context(final Cases cases) {
        cases.section("JMSContext.commit").promise("a transacted context commits and rolls back", scene -> {
            final JMSContext context = scene.context(JMSContext.SESSION_TRANSACTED);
            assertThat(context.getTransacted()).isTrue();
            final JMSConsumer consumer = context.createConsumer(scene.queue());
            context.createProducer().send(scene.queue(), "a");
            assertThat(consumer.receiveNoWait()).isNull();
            context.commit();
            assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS)).isEqualTo("a");
            context.rollback();
            assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS)).isEqualTo("a");
            context.acknowledge();
            context.commit();
            assertThat(consumer.receiveNoWait()).isNull();
        });
        cases.section("JMSContext.recover").promise("a transacted context does not recover", scene -> {
            final JMSContext context = scene.context(JMSContext.SESSION_TRANSACTED);
            assertThatThrownBy(context::recover).isInstanceOf(IllegalStateRuntimeException.class);
        });
        cases.section("JMSContext.rollback").promise("another context neither commits nor rolls back", scene -> {
            final JMSContext context = scene.context();
            assertThatThrownBy(context::commit).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(context::rollback).isInstanceOf(IllegalStateRuntimeException.class);
        });
        cases.section("JMSConsumer.receiveBody")
                .promise("a body of another type is received all the same in a transaction", scene -> {
                    final JMSContext context = scene.context(JMSContext.SESSION_TRANSACTED);
                    scene.send(scene.queue(), "a", "b");
                    final JMSConsumer consumer = context.createConsumer(scene.queue());
                    assertThatThrownBy(() -> consumer.receiveBody(byte[].class, Scene.PATIENCE_MS))
                            .isInstanceOf(MessageFormatRuntimeException.class);
                    assertThat(consumer.receiveBody(String.class, Scene.PATIENCE_MS))
                            .isEqualTo("b");
                    context.commit();
                    assertThat(consumer.receiveNoWait()).isNull();
                });
    }

    private static void large(final Cases cases) {
        cases.section("6.2.7")
                .promise("a transaction larger than what a client keeps is one transaction all the same", scene -> {
                    final Session session = transacted(scene);
                    final Topic topic = scene.topic();
                    final MessageConsumer subscriber = scene.session().createConsumer(topic);
                    final MessageConsumer other = scene.session().createConsumer(scene.queue());
                    final String filling = "x".repeat(40_000);
                    for (int i = 0; i < 100; i++) {
                        send(session, i % 2 == 0 ? scene.queue() : topic, i + filling);
                    }
                    Scene.expectNone(other);
                    Scene.expectNone(subscriber);
                    session.commit();
                    for (int i = 0; i < 100; i++) {
                        assertThat(Scene.text(i % 2 == 0 ? other : subscriber)).isEqualTo(i + filling);
                    }
                    Scene.expectNone(other);
                });
        cases.promise("a large transaction that is rolled back never was", scene -> {
            final Session session = transacted(scene);
            final String filling = "x".repeat(100_000);
            for (int i = 0; i < 30; i++) {
                send(session, scene.queue(), i + filling);
            }
            session.rollback();
            send(session, scene.queue(), "after");
            session.commit();
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            assertThat(Scene.text(consumer)).isEqualTo("after");
            Scene.expectNone(consumer);
        });
    }
}
