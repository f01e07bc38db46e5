package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A message that is not acknowledged comes again, as often and as soon as the broker is told, and then goes aside. */
class RedeliveryTest extends Conformance {

    @Override
    protected Map<String, String> brokerOptions() {
        return Map.of(
                "max-deliveries.*-limited", "3",
                "max-deliveries.*-endless", "0",
                "redelivery-delay.*-slow", "300ms");
    }

    @Override
    protected void cases(final Cases cases) {
        counts(cases);
        deadLetters(cases);
        delay(cases);
    }

    private static void counts(final Cases cases) {
        cases.section("3.5.11").promise("JMSXDeliveryCount is 1 at first and one more at each redelivery", scene -> {
            scene.send(scene.queue(), "a");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            for (int count = 1; count <= 5; count++) {
                final Message message = Scene.receive(consumer);
                assertThat(message.getIntProperty("JMSXDeliveryCount")).isEqualTo(count);
                assertThat(message.getJMSRedelivered()).isEqualTo(count > 1);
                session.recover();
            }
        });
        cases.promise("a message that nobody was handed is not counted", scene -> {
            scene.send(scene.queue(), "a", "b");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            Scene.receive(consumer);
            session.recover();
            session.close();
            final MessageConsumer next = scene.session().createConsumer(scene.queue());
            assertThat(Scene.receive(next).getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
            assertThat(Scene.receive(next).getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        });
        cases.section("6.2.10").promise("recovered messages come at once, in order and before newer ones", scene -> {
            scene.send(scene.queue(), "a", "b", "c");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            assertThat(Scene.texts(consumer, 2)).containsExactly("a", "b");
            scene.send(scene.queue(), "d");
            session.recover();
            assertThat(Scene.texts(consumer, 4)).containsExactly("a", "b", "c", "d");
        });
    }

    private static void deadLetters(final Cases cases) {
        cases.section("3.5.11")
                .promise("a message that is never acknowledged goes to the dead letter queue and says why", scene -> {
                    final Queue queue = scene.queue("limited");
                    final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final TextMessage sent = session.createTextMessage("bad");
                    sent.setIntProperty("number", 7);
                    session.createProducer(queue).send(sent);
                    final MessageConsumer consumer = session.createConsumer(queue);
                    failThrice(session, consumer);
                    Scene.expectNone(consumer);

                    final long beforeMs = sent.getJMSTimestamp();
                    final Message dead = Scene.receive(
                            scene.session().createConsumer(scene.session().createQueue("DLQ." + queue.getQueueName())));
                    assertThat(dead.getBody(String.class)).isEqualTo("bad");
                    assertThat(dead.getIntProperty("number")).isEqualTo(7);
                    assertThat(dead.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
                    assertThat(dead.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
                    assertThat(dead.getStringProperty("JMS_ANSER_DLQ_REASON")).isEqualTo("deliveries");
                    assertThat(dead.getStringProperty("JMS_ANSER_DLQ_DESTINATION"))
                            .isEqualTo("queue://" + queue.getQueueName());
                    assertThat(dead.getStringProperty("JMS_ANSER_DLQ_MESSAGE_ID"))
                            .isEqualTo(sent.getJMSMessageID());
                    assertThat(dead.getLongProperty("JMS_ANSER_DLQ_TIME")).isGreaterThanOrEqualTo(beforeMs);
                    assertThat(dead.getObjectProperty("JMS_ANSER_DLQ_DELIVERIES"))
                            .isEqualTo(3);
                });
        cases.promise("messages behind a dead letter are delivered", scene -> {
            final Queue queue = scene.queue("limited");
            scene.send(queue, "bad", "good");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(queue);
            failThrice(session, consumer);
            assertThat(Scene.text(consumer)).isEqualTo("good");
        });
        cases.promise("a listener that always fails on one message gets the others", scene -> {
            final Queue queue = scene.queue("limited");
            final List<String> received = new CopyOnWriteArrayList<>();
            final CountDownLatch good = new CountDownLatch(1);
            scene.session().createConsumer(queue).setMessageListener(message -> {
                final String text = textOf(message);
                received.add(text);
                if (text.equals("bad")) {
                    throw new IllegalStateException("cannot take it");
                }
                good.countDown();
            });
            scene.send(queue, "bad", "good");
            assertThat(good.await(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
            final Session session = scene.newConnection().createSession();
            assertThat(Scene.text(session.createConsumer(session.createQueue("DLQ." + queue.getQueueName()))))
                    .isEqualTo("bad");
            assertThat(received).filteredOn("bad"::equals).hasSize(3);
        });
        cases.promise("a topic subscription has dead letters too", scene -> {
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(scene.topic("limited"));
            scene.send(scene.topic("limited"), "bad");
            failThrice(session, consumer);
            final Message dead = Scene.receive(
                    scene.session().createConsumer(scene.session().createQueue("DLQ." + scene.name("limited"))));
            assertThat(dead.getStringProperty("JMS_ANSER_DLQ_DESTINATION"))
                    .isEqualTo("topic://" + scene.name("limited"));
        });
        cases.promise("without a limit a message comes for ever", scene -> {
            scene.send(scene.queue("endless"), "a");
            final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(scene.queue("endless"));
            for (int count = 1; count <= 30; count++) {
                assertThat(Scene.receive(consumer).getIntProperty("JMSXDeliveryCount"))
                        .isEqualTo(count);
                session.recover();
            }
        });
    }

    private static void delay(final Cases cases) {
        cases.section("6.2.10")
                .promise("a message that waits for its redelivery does not hold up the others", scene -> {
                    final Queue queue = scene.queue("slow");
                    final Session session = scene.session(Session.CLIENT_ACKNOWLEDGE);
                    final MessageConsumer consumer = session.createConsumer(queue);
                    scene.send(queue, "a");
                    Scene.receive(consumer);
                    session.recover();
                    final long recoveredMs = System.currentTimeMillis();
                    final MessageProducer producer = scene.session().createProducer(queue);
                    producer.send(session.createTextMessage("b"));
                    assertThat(Scene.text(consumer)).isEqualTo("b");
                    final Message again = Scene.receive(consumer);
                    assertThat(again.getBody(String.class)).isEqualTo("a");
                    assertThat(again.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
                    // The broker's clock for waits may run a little ahead of the wall clock.
                    assertThat(System.currentTimeMillis() - recoveredMs).isGreaterThan(250);
                });
    }

    private static void failThrice(final Session session, final MessageConsumer consumer) throws JMSException {
        final List<String> texts = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            texts.add(Scene.text(consumer));
            session.recover();
        }
        assertThat(texts).containsOnly("bad");
    }

    private static String textOf(final Message message) {
        try {
            return message.getBody(String.class);
        } catch (JMSException e) {
            throw new AssertionError(e);
        }
    }
}
