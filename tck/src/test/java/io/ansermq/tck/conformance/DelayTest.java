package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A delayed message is not delivered before its time, and its delivery time is the same for both ends. */
class DelayTest extends Conformance {
    private static final long DAY_MS = 24L * 3600 * 1000;

    @Override
    protected void cases(final Cases cases) {
        header(cases);
        delivery(cases);
        topics(cases);
    }

    private static void header(final Cases cases) {
        cases.section("3.4.13")
                .each(
                        "JMSDeliveryTime is the time of the send plus a delay of %s ms, for sender and receiver",
                        List.of(0L, 1L, 250L), (scene, delayMs) -> {
                            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                            final MessageProducer producer = scene.session().createProducer(scene.queue());
                            producer.setDeliveryDelay(delayMs);
                            final Message sent = scene.session().createMessage();
                            producer.send(sent);
                            assertThat(sent.getJMSDeliveryTime() - sent.getJMSTimestamp())
                                    .isEqualTo(delayMs);
                            final Message received = Scene.receive(consumer);
                            assertThat(received.getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
                            assertThat(received.getJMSTimestamp()).isEqualTo(sent.getJMSTimestamp());
                        });
        cases.promise("a delivery time that the application sets is ignored", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final Message sent = scene.session().createMessage();
            sent.setJMSDeliveryTime(System.currentTimeMillis() + DAY_MS);
            scene.session().createProducer(scene.queue()).send(sent);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp());
            assertThat(Scene.receive(consumer).getJMSDeliveryTime()).isEqualTo(sent.getJMSDeliveryTime());
        });
        cases.section("7.9").promise("the expiration counts from the send, not from the delivery time", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryDelay(100);
            producer.setTimeToLive(60_000);
            final Message sent = scene.session().createMessage();
            producer.send(sent);
            assertThat(sent.getJMSExpiration() - sent.getJMSTimestamp()).isEqualTo(60_000);
            assertThat(Scene.receive(consumer).getJMSExpiration()).isEqualTo(sent.getJMSExpiration());
        });
        cases.section("MessageProducer.setDeliveryDelay")
                .promise("is 0 at first, keeps what is set, refuses less than 0", scene -> {
                    final MessageProducer producer = scene.session().createProducer(scene.queue());
                    assertThat(producer.getDeliveryDelay()).isZero();
                    producer.setDeliveryDelay(41 * DAY_MS);
                    assertThat(producer.getDeliveryDelay()).isEqualTo(41 * DAY_MS);
                    assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSException.class);
                    assertThat(producer.getDeliveryDelay()).isEqualTo(41 * DAY_MS);
                });
        cases.section("JMSProducer.setDeliveryDelay")
                .promise("is 0 at first, keeps what is set, refuses less than 0", scene -> {
                    final JMSProducer producer = scene.context().createProducer();
                    assertThat(producer.getDeliveryDelay()).isZero();
                    assertThat(producer.setDeliveryDelay(5).getDeliveryDelay()).isEqualTo(5);
                    assertThatThrownBy(() -> producer.setDeliveryDelay(-1)).isInstanceOf(JMSRuntimeException.class);
                });
    }

    private static void delivery(final Cases cases) {
        cases.section("7.9")
                .each(
                        "a %s message arrives after its delay and not before",
                        List.of("persistent", "non-persistent"), (scene, mode) -> {
                            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                            final MessageProducer producer = scene.session().createProducer(scene.queue());
                            producer.setDeliveryMode(
                                    mode.equals("persistent") ? DeliveryMode.PERSISTENT : DeliveryMode.NON_PERSISTENT);
                            expectDelay(producer, scene.session(), consumer);
                        });
        cases.promise("a message waits for a receiver that came later", scene -> {
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryDelay(200);
            final Message sent = scene.session().createMessage();
            producer.send(sent);
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            Scene.expectNone(consumer);
            Scene.receive(consumer);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
        });
        cases.promise("messages arrive in the order of their delivery times", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            for (final int delayMs : new int[] {400, 0, 200, 300, 100}) {
                producer.setDeliveryDelay(delayMs);
                producer.send(scene.session().createTextMessage(Integer.toString(delayMs)));
            }
            assertThat(Scene.texts(consumer, 5)).containsExactly("0", "100", "200", "300", "400");
        });
        cases.promise("a message whose time to live ends before its delay is not delivered", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryDelay(150);
            producer.setTimeToLive(50);
            producer.send(scene.session().createTextMessage("late"));
            producer.setDeliveryDelay(300);
            producer.setTimeToLive(0);
            producer.send(scene.session().createTextMessage("end"));
            assertThat(Scene.text(consumer)).isEqualTo("end");
        });
        cases.promise("a message that is due in forty days is accepted and does not come", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryDelay(40 * DAY_MS);
            final Message sent = scene.session().createMessage();
            producer.send(sent);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp() + 40 * DAY_MS);
            Scene.expectNone(consumer);
        });
        cases.promise("the delay of the producer holds for a send with options of its own", scene -> {
            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryDelay(150);
            final Message sent = scene.session().createMessage();
            producer.send(sent, DeliveryMode.PERSISTENT, 7, 0);
            assertThat(sent.getJMSDeliveryTime()).isEqualTo(sent.getJMSTimestamp() + 150);
            assertThat(Scene.receive(consumer).getJMSPriority()).isEqualTo(7);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
        });
        cases.promise("the simplified API delays too", scene -> {
            final JMSContext context = scene.context();
            final JMSConsumer consumer = context.createConsumer(scene.queue());
            context.createProducer().setDeliveryDelay(150).send(scene.queue(), "x");
            final Message received = Scene.receive(consumer);
            assertThat(received.getJMSDeliveryTime()).isEqualTo(received.getJMSTimestamp() + 150);
            assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(received.getJMSDeliveryTime());
        });
        cases.promise("an asynchronous send of a delayed message completes when the message is stored", scene -> {
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setDeliveryDelay(40 * DAY_MS);
            final CompletableFuture<Message> completed = new CompletableFuture<>();
            producer.send(scene.session().createMessage(), new CompletionListener() {
                @Override
                public void onCompletion(final Message message) {
                    completed.complete(message);
                }

                @Override
                public void onException(final Message message, final Exception exception) {
                    completed.completeExceptionally(exception);
                }
            });
            assertThat(completed.get(Scene.PATIENCE_MS, TimeUnit.MILLISECONDS)).isNotNull();
        });
    }

    private static void topics(final Cases cases) {
        cases.section("7.9")
                .promise("a delayed message on a topic reaches who subscribed before it was sent", scene -> {
                    final MessageConsumer consumer = scene.session().createConsumer(scene.topic());
                    expectDelay(scene.session().createProducer(scene.topic()), scene.session(), consumer);
                });
        cases.promise("a delayed message on a topic does not reach who subscribed after it was sent", scene -> {
            final Topic topic = scene.topic();
            final MessageConsumer early = scene.session().createConsumer(topic);
            final MessageProducer producer = scene.session().createProducer(topic);
            producer.setDeliveryDelay(200);
            producer.send(scene.session().createTextMessage("delayed"));
            final MessageConsumer late = scene.session().createConsumer(topic);
            assertThat(Scene.text(early)).isEqualTo("delayed");
            scene.send(topic, "end");
            assertThat(Scene.text(late)).isEqualTo("end");
        });
    }

    private static void expectDelay(
            final MessageProducer producer, final Session session, final MessageConsumer consumer) throws JMSException {
        final Destination to = producer.getDestination();
        producer.setDeliveryDelay(250);
        final TextMessage sent = session.createTextMessage("delayed");
        producer.send(sent);
        producer.setDeliveryDelay(0);
        producer.send(session.createTextMessage("at once"));
        assertThat(Scene.text(consumer)).isEqualTo("at once");
        final Message received = Scene.receive(consumer);
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(sent.getJMSDeliveryTime());
        assertThat(received.getJMSDestination()).isEqualTo(to);
        assertThat(received.getJMSMessageID()).isEqualTo(sent.getJMSMessageID());
    }
}
