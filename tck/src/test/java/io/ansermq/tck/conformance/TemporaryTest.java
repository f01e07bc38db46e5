package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueRequestor;
import jakarta.jms.QueueSession;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TemporaryTopic;
import jakarta.jms.TextMessage;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicRequestor;
import jakarta.jms.TopicSession;
import java.util.List;

/** Destinations that end with the connection that made them. */
class TemporaryTest extends Conformance {

    private enum Kind {
        QUEUE {
            @Override
            Destination create(final Session session) throws JMSException {
                return session.createTemporaryQueue();
            }

            @Override
            void delete(final Destination temporary) throws JMSException {
                ((TemporaryQueue) temporary).delete();
            }
        },
        TOPIC {
            @Override
            Destination create(final Session session) throws JMSException {
                return session.createTemporaryTopic();
            }

            @Override
            void delete(final Destination temporary) throws JMSException {
                ((TemporaryTopic) temporary).delete();
            }
        };

        abstract Destination create(Session session) throws JMSException;

        abstract void delete(Destination temporary) throws JMSException;
    }

    @Override
    protected void cases(final Cases cases) {
        cases.section("6.2.2")
                .each(
                        "a temporary %s takes messages of its own connection",
                        List.of(Kind.values()), (scene, kind) -> {
                            final Destination temporary = kind.create(scene.session());
                            final MessageConsumer consumer = scene.session().createConsumer(temporary);
                            scene.send(temporary, "a", "b");
                            assertThat(Scene.texts(consumer, 2)).containsExactly("a", "b");
                        });
        cases.each(
                "each temporary %s is another one",
                List.of(Kind.values()),
                (scene, kind) -> assertThat(kind.create(scene.session())).isNotEqualTo(kind.create(scene.session())));
        cases.each(
                "another connection cannot consume from a temporary %s",
                List.of(Kind.values()), (scene, kind) -> {
                    final Destination temporary = kind.create(scene.session());
                    final Session other = scene.newConnection().createSession();
                    assertThatThrownBy(() -> other.createConsumer(temporary)).isInstanceOf(JMSException.class);
                });
        cases.each(
                "another connection that is told of a temporary %s can reply to it",
                List.of(Kind.values()), (scene, kind) -> {
                    final Destination replies = kind.create(scene.session());
                    final MessageConsumer consumer = scene.session().createConsumer(replies);
                    final Message request = scene.session().createTextMessage("request");
                    request.setJMSReplyTo(replies);
                    scene.session().createProducer(scene.queue()).send(request);

                    final Session server = scene.newConnection().createSession();
                    final Message received = Scene.receive(server.createConsumer(scene.queue()));
                    assertThat(received.getJMSReplyTo()).isEqualTo(replies);
                    server.createProducer(received.getJMSReplyTo()).send(server.createTextMessage("reply"));

                    assertThat(Scene.text(consumer)).isEqualTo("reply");
                });
        cases.section("TemporaryQueue.delete")
                .each(
                        "a temporary %s with a consumer cannot be deleted",
                        List.of(Kind.values()), (scene, kind) -> {
                            final Destination temporary = kind.create(scene.session());
                            final MessageConsumer consumer = scene.session().createConsumer(temporary);
                            assertThatThrownBy(() -> kind.delete(temporary)).isInstanceOf(JMSException.class);
                            consumer.close();
                            kind.delete(temporary);
                        });
        cases.each(
                "nothing can be sent to a deleted %s",
                List.of(Kind.values()), (scene, kind) -> {
                    final Session session = scene.session();
                    final Destination temporary = kind.create(session);
                    final MessageProducer producer = session.createProducer(temporary);
                    producer.send(session.createTextMessage("a"));
                    kind.delete(temporary);
                    assertThatThrownBy(() -> producer.send(session.createTextMessage("b")))
                            .isInstanceOf(InvalidDestinationException.class);
                    assertThatThrownBy(() -> session.createConsumer(temporary))
                            .isInstanceOf(InvalidDestinationException.class);
                    scene.send(scene.queue(), "the connection goes on");
                    assertThatThrownBy(() -> kind.delete(temporary)).isInstanceOf(JMSException.class);
                });
        cases.each(
                "another connection cannot delete a temporary %s",
                List.of(Kind.values()), (scene, kind) -> {
                    final Destination temporary = kind.create(scene.session());
                    final Message request = scene.session().createTextMessage("request");
                    request.setJMSReplyTo(temporary);
                    scene.session().createProducer(scene.queue()).send(request);
                    final Session other = scene.newConnection().createSession();
                    final Destination told =
                            Scene.receive(other.createConsumer(scene.queue())).getJMSReplyTo();
                    assertThatThrownBy(() -> kind.delete(told)).isInstanceOf(JMSException.class);
                    scene.send(temporary, "still there");
                });
        cases.section("6.2.2")
                .each(
                        "a temporary %s ends with its connection, not with its session",
                        List.of(Kind.values()), (scene, kind) -> {
                            final Connection owner = scene.newConnection();
                            final Session first = owner.createSession();
                            final Destination temporary = kind.create(first);
                            first.close();
                            final Session other = scene.session();
                            final MessageProducer producer = other.createProducer(temporary);
                            producer.send(other.createTextMessage("taken"));
                            owner.close();
                            assertThatThrownBy(() -> producer.send(other.createTextMessage("refused")))
                                    .isInstanceOf(InvalidDestinationException.class);
                        });
        cases.promise("consumers of a temporary queue come and go, and its messages stay", scene -> {
            final Session session = scene.session();
            final TemporaryQueue queue = session.createTemporaryQueue();
            session.createConsumer(queue).close();
            scene.send(queue, "a", "b");
            try (MessageConsumer first = session.createConsumer(queue)) {
                assertThat(Scene.text(first)).isEqualTo("a");
            }
            assertThat(Scene.text(session.createConsumer(queue))).isEqualTo("b");
        });
        cases.promise("another connection cannot consume from a temporary queue by its name either", scene -> {
            final TemporaryQueue queue = scene.session().createTemporaryQueue();
            scene.session().createConsumer(queue).close();
            final Session other = scene.newConnection().createSession();
            final Destination byName = other.createQueue(queue.getQueueName());
            assertThatThrownBy(() -> other.createConsumer(byName)).isInstanceOf(JMSException.class);
            scene.send(queue, "a");
            assertThat(Scene.text(scene.session().createConsumer(queue))).isEqualTo("a");
        });
        cases.promise("a thousand of them leave room for more", scene -> {
            final Session session = scene.session();
            for (int i = 0; i < 1000; i++) {
                final TemporaryQueue queue = session.createTemporaryQueue();
                if (i % 10 == 0) {
                    session.createProducer(queue).send(session.createTextMessage("unread"));
                }
                queue.delete();
            }
            final TemporaryQueue last = session.createTemporaryQueue();
            Scene.expectNone(session.createConsumer(last));
            scene.send(last, "a");
        });
        cases.section("JMSContext.createTemporaryQueue").promise("a context makes them too", scene -> {
            final JMSContext context = scene.context();
            final TemporaryQueue queue = context.createTemporaryQueue();
            final TemporaryTopic topic = context.createTemporaryTopic();
            context.createProducer().send(queue, "a").send(topic, "unseen");
            assertThat(context.createConsumer(queue).receiveBody(String.class, Scene.PATIENCE_MS))
                    .isEqualTo("a");
            final JMSContext other = scene.context();
            assertThatThrownBy(() -> other.createConsumer(topic))
                    .isInstanceOf(InvalidDestinationRuntimeException.class);
            assertThat(topic.getTopicName()).isNotEmpty();
            assertThat(queue.getQueueName()).isNotEmpty();
        });
        cases.section("Session.createDurableConsumer")
                .promise("a temporary topic has no durable subscription", scene -> {
                    final Session session = scene.newConnection(scene.factory("jms.clientID=" + scene.name("c")))
                            .createSession();
                    final TemporaryTopic topic = session.createTemporaryTopic();
                    assertThatThrownBy(() -> session.createDurableConsumer(topic, "s"))
                            .isInstanceOf(InvalidDestinationException.class);
                });
        cases.section("TemporaryQueue.delete")
                .each(
                        "a producer goes on after sending to a deleted %s",
                        List.of(Kind.values()), (scene, kind) -> {
                            final Session session = scene.session();
                            final MessageProducer producer = session.createProducer(null);
                            final Destination temporary = kind.create(session);
                            producer.send(scene.queue(), session.createTextMessage("a"));
                            kind.delete(temporary);
                            assertThatThrownBy(() -> producer.send(temporary, session.createTextMessage("b")))
                                    .isInstanceOf(InvalidDestinationException.class);
                            producer.send(scene.queue(), session.createTextMessage("c"));
                            assertThat(Scene.texts(session.createConsumer(scene.queue()), 2))
                                    .containsExactly("a", "c");
                        });
        requestors(cases);
    }

    private static void requestors(final Cases cases) {
        cases.section("QueueRequestor").promise("a request gets its reply", scene -> {
            final Session server = scene.newConnection().createSession();
            server.createConsumer(scene.queue()).setMessageListener(message -> reply(server, message));
            final QueueConnection connection = scene.closeLater(scene.factory().createQueueConnection());
            connection.start();
            final QueueSession session = connection.createQueueSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createTemporaryQueue().delete();
            final QueueRequestor requestor = new QueueRequestor(session, scene.queue());
            for (int i = 0; i < 10; i++) {
                final Message reply = requestor.request(session.createTextMessage("ping" + i));
                assertThat(((TextMessage) reply).getText()).isEqualTo("ping" + i + " too");
            }
            requestor.close();
        });
        cases.section("TopicRequestor").promise("a request gets its reply", scene -> {
            final Session server = scene.newConnection().createSession();
            server.createConsumer(scene.topic()).setMessageListener(message -> reply(server, message));
            final TopicConnection connection = scene.closeLater(scene.factory().createTopicConnection());
            connection.start();
            final TopicSession session = connection.createTopicSession(false, Session.AUTO_ACKNOWLEDGE);
            session.createTemporaryTopic().delete();
            final TopicRequestor requestor = new TopicRequestor(session, scene.topic());
            assertThat(((TextMessage) requestor.request(session.createTextMessage("ping"))).getText())
                    .isEqualTo("ping too");
            requestor.close();
        });
    }

    private static void reply(final Session server, final Message request) {
        try {
            final Message reply = server.createTextMessage(((TextMessage) request).getText() + " too");
            server.createProducer(request.getJMSReplyTo()).send(reply);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
