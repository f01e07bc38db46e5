package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionMetaData;
import jakarta.jms.ExceptionListener;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicSession;
import jakarta.jms.TopicSubscriber;
import java.util.List;

/** Factories, connections, contexts and sessions: what they are made of, and the rules of the three families of the API. */
class ContextTest extends Conformance {
    private static final List<Integer> MODES =
            List.of(Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE);

    private interface Refused {
        void run(QueueSession queues, TopicSession topics, Queue queue, Topic topic) throws JMSException;
    }

    private record Row(String method, Refused call) {
        @Override
        public String toString() {
            return method;
        }
    }

    @Override
    protected void cases(final Cases cases) {
        factories(cases);
        connections(cases);
        contexts(cases);
        sessions(cases);
        domains(cases);
        acknowledging(cases);
    }

    private static void factories(final Cases cases) {
        cases.section("ConnectionFactory").promise("makes connections and contexts, with and without a user", scene -> {
            final var factory = scene.factory();
            scene.closeLater(factory.createConnection()).createSession();
            scene.closeLater(factory.createContext()).createTextMessage();
            scene.closeLater(factory.createContext(JMSContext.CLIENT_ACKNOWLEDGE))
                    .createTextMessage();
            final QueueConnection queues = scene.closeLater(factory.createQueueConnection());
            assertThat(queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE))
                    .isNotNull();
            final TopicConnection topics = scene.closeLater(factory.createTopicConnection());
            assertThat(topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE))
                    .isNotNull();
        });
        cases.each(
                "a context of mode %s is refused",
                List.of(-1, 4, 100),
                (scene, mode) -> assertThatThrownBy(() -> scene.factory().createContext(mode))
                        .isInstanceOf(JMSRuntimeException.class));
    }

    private static void connections(final Cases cases) {
        cases.section("ConnectionMetaData").promise("says which version of which provider this is", scene -> {
            for (final ConnectionMetaData data :
                    List.of(scene.connection().getMetaData(), scene.context().getMetaData())) {
                assertThat(data.getJMSVersion()).isEqualTo("3.1");
                assertThat(data.getJMSMajorVersion()).isEqualTo(3);
                assertThat(data.getJMSMinorVersion()).isEqualTo(1);
                assertThat(data.getJMSProviderName()).isNotEmpty();
                assertThat(data.getProviderVersion()).isNotEmpty();
                assertThat(data.getProviderMajorVersion()).isNotNegative();
                assertThat(data.getProviderMinorVersion()).isNotNegative();
                assertThat(Scene.names(data.getJMSXPropertyNames())).contains("JMSXDeliveryCount");
            }
        });
        cases.section("6.1.7").promise("the exception listener is what was set", scene -> {
            final ExceptionListener listener = e -> {};
            assertThat(scene.connection().getExceptionListener()).isNull();
            scene.connection().setExceptionListener(listener);
            assertThat(scene.connection().getExceptionListener()).isSameAs(listener);
            scene.connection().setExceptionListener(null);
            assertThat(scene.connection().getExceptionListener()).isNull();
            final JMSContext context = scene.context();
            context.setExceptionListener(listener);
            assertThat(context.getExceptionListener()).isSameAs(listener);
        });
        cases.section("Connection.createSession")
                .each(
                        "a session of mode %s has that mode",
                        MODES, (scene, mode) -> {
                            for (final Session session : List.of(
                                    scene.connection().createSession(mode),
                                    scene.connection().createSession(false, mode))) {
                                assertThat(session.getAcknowledgeMode()).isEqualTo(mode);
                                assertThat(session.getTransacted()).isFalse();
                            }
                            final JMSContext context = scene.context(mode);
                            assertThat(context.getSessionMode()).isEqualTo(mode);
                            assertThat(context.getTransacted()).isFalse();
                        })
                .each(
                        "mode %s is refused",
                        List.of(-1, 4, 100), (scene, mode) -> assertThatThrownBy(
                                        () -> scene.connection().createSession(mode))
                                .isInstanceOf(JMSException.class));
    }

    private static void contexts(final Cases cases) {
        cases.section("JMSContext.setAutoStart")
                .promise("creating a consumer starts the connection", scene -> {
                    scene.send(scene.queue(), "a");
                    final JMSContext context = scene.context();
                    assertThat(context.getAutoStart()).isTrue();
                    assertThat(Scene.receive(context.createConsumer(scene.queue())))
                            .isNotNull();
                })
                .promise("creating a consumer does not start the connection when that is switched off", scene -> {
                    scene.send(scene.queue(), "a");
                    final JMSContext context = scene.context();
                    context.setAutoStart(false);
                    assertThat(context.getAutoStart()).isFalse();
                    final JMSConsumer consumer = context.createConsumer(scene.queue());
                    assertThat(consumer.receiveNoWait()).isNull();
                    context.start();
                    assertThat(Scene.receive(consumer).getBody(String.class)).isEqualTo("a");
                });
        cases.section("JMSContext.stop").promise("a stopped context hands nothing over until it is started", scene -> {
            scene.send(scene.queue(), "a");
            final JMSContext context = scene.context();
            final JMSConsumer consumer = context.createConsumer(scene.queue());
            context.stop();
            assertThat(consumer.receiveNoWait()).isNull();
            context.start();
            assertThat(Scene.receive(consumer)).isNotNull();
        });
        cases.section("JMSContext.createContext")
                .promise(
                        "contexts made from one another share a connection, which lives as long as one of them",
                        scene -> {
                            final JMSContext first = scene.context();
                            final JMSContext second =
                                    scene.closeLater(first.createContext(JMSContext.CLIENT_ACKNOWLEDGE));
                            assertThat(second.getSessionMode()).isEqualTo(JMSContext.CLIENT_ACKNOWLEDGE);
                            first.close();
                            second.createProducer().send(scene.queue(), "a");
                            assertThat(Scene.receive(second.createConsumer(scene.queue())))
                                    .isNotNull();
                        })
                .each(
                        "mode %s is refused",
                        List.of(-1, 4), (scene, mode) -> assertThatThrownBy(
                                        () -> scene.context().createContext(mode))
                                .isInstanceOf(JMSRuntimeException.class));
        cases.section("JMSContext").promise("makes messages of all types, and destinations", scene -> {
            final JMSContext context = scene.context();
            assertThat(context.createMessage()).isNotNull();
            assertThat(context.createBytesMessage().isBodyAssignableTo(byte[].class))
                    .isTrue();
            assertThat(context.createMapMessage().getMapNames().hasMoreElements())
                    .isFalse();
            assertThat(context.createStreamMessage()).isNotNull();
            assertThat(context.createObjectMessage().getBody(Object.class)).isNull();
            assertThat(context.createObjectMessage("o").getBody(String.class)).isEqualTo("o");
            assertThat(context.createTextMessage().getBody(String.class)).isNull();
            assertThat(context.createTextMessage("t").getBody(String.class)).isEqualTo("t");
            assertThat(context.createQueue("q")).isEqualTo(scene.session().createQueue("q"));
            assertThat(context.createTopic("t")).isEqualTo(scene.session().createTopic("t"));
        });
    }

    private static void sessions(final Cases cases) {
        cases.section("Session").promise("makes messages of all types", scene -> {
            final Session session = scene.session();
            assertThat(session.createMessage().getBody(Object.class)).isNull();
            assertThat(session.createBytesMessage()).isNotNull();
            assertThat(session.createMapMessage()).isNotNull();
            assertThat(session.createStreamMessage()).isNotNull();
            assertThat(session.createObjectMessage().getObject()).isNull();
            assertThat(session.createObjectMessage("o").getObject()).isEqualTo("o");
            assertThat(session.createTextMessage().getText()).isNull();
            assertThat(session.createTextMessage("t").getText()).isEqualTo("t");
        });
        cases.section("Session.getMessageListener").promise("there is none at first", scene -> assertThat(
                        scene.session().getMessageListener())
                .isNull());
        cases.section("6.2.7").promise("commit and rollback are refused without a transaction", scene -> {
            final Session session = scene.session();
            assertThatThrownBy(session::commit).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(session::rollback).isInstanceOf(IllegalStateException.class);
            final JMSContext context = scene.context();
            assertThatThrownBy(context::commit).isInstanceOf(IllegalStateRuntimeException.class);
            assertThatThrownBy(context::rollback).isInstanceOf(IllegalStateRuntimeException.class);
        });
    }

    /** Table 9-1. */
    private static void domains(final Cases cases) {
        final List<Row> rows = List.of(
                new Row("createBrowser(Queue) of a topic session", (qs, ts, q, t) -> ts.createBrowser(q)),
                new Row(
                        "createBrowser(Queue, String) of a topic session",
                        (qs, ts, q, t) -> ts.createBrowser(q, "a=1")),
                new Row("createQueue of a topic session", (qs, ts, q, t) -> ts.createQueue("q")),
                new Row("createTemporaryQueue of a topic session", (qs, ts, q, t) -> ts.createTemporaryQueue()),
                new Row("createTopic of a queue session", (qs, ts, q, t) -> qs.createTopic("t")),
                new Row("createTemporaryTopic of a queue session", (qs, ts, q, t) -> qs.createTemporaryTopic()),
                new Row(
                        "createDurableSubscriber(2) of a queue session",
                        (qs, ts, q, t) -> qs.createDurableSubscriber(t, "s")),
                new Row(
                        "createDurableSubscriber(4) of a queue session",
                        (qs, ts, q, t) -> qs.createDurableSubscriber(t, "s", null, false)),
                new Row(
                        "createDurableConsumer(2) of a queue session",
                        (qs, ts, q, t) -> qs.createDurableConsumer(t, "s")),
                new Row(
                        "createDurableConsumer(4) of a queue session",
                        (qs, ts, q, t) -> qs.createDurableConsumer(t, "s", null, false)),
                new Row(
                        "createSharedConsumer(2) of a queue session",
                        (qs, ts, q, t) -> qs.createSharedConsumer(t, "s")),
                new Row(
                        "createSharedConsumer(3) of a queue session",
                        (qs, ts, q, t) -> qs.createSharedConsumer(t, "s", null)),
                new Row(
                        "createSharedDurableConsumer(2) of a queue session",
                        (qs, ts, q, t) -> qs.createSharedDurableConsumer(t, "s")),
                new Row(
                        "createSharedDurableConsumer(3) of a queue session",
                        (qs, ts, q, t) -> qs.createSharedDurableConsumer(t, "s", null)),
                new Row("unsubscribe of a queue session", (qs, ts, q, t) -> qs.unsubscribe("s")));
        cases.section("9.1")
                .each(
                        "%s is refused",
                        rows, (scene, row) -> {
                            final QueueConnection queues =
                                    scene.closeLater(scene.factory().createQueueConnection());
                            final TopicConnection topics =
                                    scene.closeLater(scene.factory().createTopicConnection());
                            assertThatThrownBy(() -> row.call()
                                            .run(
                                                    queues.createQueueSession(false, Session.AUTO_ACKNOWLEDGE),
                                                    topics.createTopicSession(false, Session.AUTO_ACKNOWLEDGE),
                                                    scene.queue(),
                                                    scene.topic()))
                                    .isInstanceOf(IllegalStateException.class);
                        });
        cases.section("QueueConnection").promise("refuses what is for topics", scene -> {
            final QueueConnection queues = scene.closeLater(scene.factory().createQueueConnection());
            assertThatThrownBy(() -> queues.createDurableConnectionConsumer(scene.topic(), "s", null, null, 1))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> queues.createSharedConnectionConsumer(scene.topic(), "s", null, null, 1))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> queues.createSharedDurableConnectionConsumer(scene.topic(), "s", null, null, 1))
                    .isInstanceOf(IllegalStateException.class);
        });
        cases.section("QueueSession").promise("senders and receivers of a queue", scene -> {
            final QueueConnection connection = scene.closeLater(scene.factory().createQueueConnection());
            connection.start();
            final QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            final Queue queue = session.createQueue(scene.name("legacy"));
            final var sender = session.createSender(queue);
            assertThat(sender.getQueue()).isEqualTo(queue);
            sender.send(session.createTextMessage("a"));
            sender.send(session.createTextMessage("b"), 1, 4, 0);
            final var anywhere = session.createSender(null);
            anywhere.send(queue, session.createTextMessage("c"));
            anywhere.send(queue, session.createTextMessage("d"), 1, 4, 0);
            final var receiver = session.createReceiver(queue);
            assertThat(receiver.getQueue()).isEqualTo(queue);
            assertThat(receiver.getMessageSelector()).isNull();
            assertThat(Scene.texts(receiver, 4)).containsExactly("a", "b", "c", "d");
        });
        cases.section("TopicSession").promise("publishers and subscribers of a topic", scene -> {
            final TopicConnection connection = scene.closeLater(scene.factory().createTopicConnection());
            connection.start();
            final TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            final Topic topic = session.createTopic(scene.name("legacy"));
            final TopicSubscriber subscriber = session.createSubscriber(topic);
            assertThat(subscriber.getTopic()).isEqualTo(topic);
            assertThat(subscriber.getNoLocal()).isFalse();
            final var publisher = session.createPublisher(topic);
            assertThat(publisher.getTopic()).isEqualTo(topic);
            publisher.publish(session.createTextMessage("a"));
            publisher.publish(session.createTextMessage("b"), 1, 4, 0);
            final var anywhere = session.createPublisher(null);
            anywhere.publish(topic, session.createTextMessage("c"));
            anywhere.publish(topic, session.createTextMessage("d"), 1, 4, 0);
            assertThat(Scene.texts(subscriber, 4)).containsExactly("a", "b", "c", "d");
        });
    }

    private static void acknowledging(final Cases cases) {
        cases.section("JMSContext.acknowledge")
                .promise("acknowledges all that the context has consumed", scene -> {
                    scene.send(scene.queue("one"), "a", "b");
                    scene.send(scene.queue("two"), "c");
                    final JMSContext context = scene.context(JMSContext.CLIENT_ACKNOWLEDGE);
                    final JMSConsumer one = context.createConsumer(scene.queue("one"));
                    final JMSConsumer two = context.createConsumer(scene.queue("two"));
                    Scene.receive(one);
                    Scene.receive(one);
                    Scene.receive(two);
                    context.acknowledge();
                    context.recover();
                    assertThat(one.receiveNoWait()).isNull();
                    assertThat(two.receiveNoWait()).isNull();
                })
                .each(
                        "does nothing in mode %s",
                        List.of(JMSContext.AUTO_ACKNOWLEDGE, JMSContext.DUPS_OK_ACKNOWLEDGE), (scene, mode) -> {
                            scene.send(scene.queue(), "a");
                            final JMSContext context = scene.context(mode);
                            final Message message = Scene.receive(context.createConsumer(scene.queue()));
                            context.acknowledge();
                            message.acknowledge();
                        });
        cases.section("JMSContext.recover")
                .promise("brings back what was not acknowledged, of all its consumers and marked", scene -> {
                    scene.send(scene.queue("one"), "a");
                    scene.send(scene.queue("two"), "b");
                    final JMSContext context = scene.context(JMSContext.CLIENT_ACKNOWLEDGE);
                    final JMSConsumer one = context.createConsumer(scene.queue("one"));
                    final JMSConsumer two = context.createConsumer(scene.queue("two"));
                    Scene.receive(one);
                    Scene.receive(two);
                    context.recover();
                    for (final JMSConsumer consumer : List.of(one, two)) {
                        assertThat(Scene.receive(consumer).getJMSRedelivered()).isTrue();
                    }
                });
        cases.section("6.2.10").promise("recover is per session", scene -> {
            scene.send(scene.queue(), "a", "b");
            final Connection connection = scene.newConnection(scene.factory("prefetch=0"));
            final Session one = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            final Session two = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
            final var consumerOfOne = one.createConsumer(scene.queue());
            final var consumerOfTwo = two.createConsumer(scene.queue());
            assertThat(Scene.text(consumerOfOne)).isEqualTo("a");
            assertThat(Scene.text(consumerOfTwo)).isEqualTo("b");
            one.recover();
            assertThat(consumerOfTwo.receiveNoWait().getBody(String.class)).isEqualTo("a");
        });
    }
}
