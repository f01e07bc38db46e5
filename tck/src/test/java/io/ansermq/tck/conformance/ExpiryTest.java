package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** A message whose time is over is not delivered; all others are. */
class ExpiryTest extends Conformance {
    private static final int MANY = 10_000;

    @Override
    protected Map<String, String> brokerOptions() {
        return Map.of("expiry-queue.*-kept", "EXPIRED.*");
    }

    @Override
    protected void cases(final Cases cases) {
        cases.section("3.4.9")
                .each(
                        "a time to live of %s ms sets JMSExpiration for sender and receiver",
                        List.of(0L, 1_000_000L), (scene, timeToLiveMs) -> {
                            final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                            final MessageProducer producer = scene.session().createProducer(scene.queue());
                            producer.setTimeToLive(timeToLiveMs);
                            final Message sent = scene.session().createMessage();
                            producer.send(sent);
                            assertThat(sent.getJMSExpiration())
                                    .isEqualTo(timeToLiveMs == 0 ? 0 : sent.getJMSTimestamp() + timeToLiveMs);
                            assertThat(Scene.receive(consumer).getJMSExpiration())
                                    .isEqualTo(sent.getJMSExpiration());
                        });
        cases.promise("an expired message that waited in the broker is not delivered", scene -> {
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            producer.setTimeToLive(1);
            producer.send(scene.session().createTextMessage("late"));
            awaitExpiry(1);
            producer.setTimeToLive(0);
            producer.send(scene.session().createTextMessage("end"));
            assertThat(Scene.text(scene.session().createConsumer(scene.queue())))
                    .isEqualTo("end");
        });
        cases.promise("an expired message that waited in the consumer's buffer is not delivered", scene -> {
            final Session session = scene.session();
            final MessageConsumer consumer = session.createConsumer(scene.queue());
            final MessageProducer producer = session.createProducer(scene.queue());
            producer.send(session.createTextMessage("first"));
            producer.setTimeToLive(50);
            producer.send(session.createTextMessage("late"));
            producer.setTimeToLive(0);
            producer.send(session.createTextMessage("end"));
            assertThat(Scene.text(consumer)).isEqualTo("first");
            awaitExpiry(50);
            assertThat(Scene.text(consumer)).isEqualTo("end");
        });
        cases.promise("an expired message goes to the expiry queue if there is one", scene -> {
            final Queue queue = scene.queue("kept");
            final JMSContext context = scene.context();
            context.createProducer().setTimeToLive(1).send(queue, "late");
            final Message expired =
                    Scene.receive(context.createConsumer(context.createQueue("EXPIRED." + queue.getQueueName())));
            assertThat(expired.getBody(String.class)).isEqualTo("late");
            assertThat(expired.getJMSExpiration()).isZero();
            assertThat(expired.getStringProperty("JMS_ANSER_DLQ_REASON")).isEqualTo("expired");
            assertThat(expired.getStringProperty("JMS_ANSER_DLQ_DESTINATION"))
                    .isEqualTo("queue://" + queue.getQueueName());
        });
        cases.promise(
                "of " + MANY + " messages with random times to live none is delivered late, and no other is lost",
                scene -> {
                    final long seed = System.nanoTime();
                    final Random random = new Random(seed);
                    final MessageProducer producer = scene.session().createProducer(scene.queue());
                    producer.setDeliveryMode(jakarta.jms.DeliveryMode.NON_PERSISTENT);
                    final Set<String> forEver = new HashSet<>();
                    for (int i = 0; i < MANY; i++) {
                        final boolean ends = random.nextInt(3) > 0;
                        producer.setTimeToLive(ends ? 1 + random.nextInt(1500) : random.nextBoolean() ? 0 : 3_600_000);
                        final TextMessage message = scene.session().createTextMessage(Integer.toString(i));
                        producer.send(message);
                        if (!ends) {
                            forEver.add(message.getText());
                        }
                    }
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    for (Message next = consumer.receive(2000); next != null; next = consumer.receive(2000)) {
                        final long nowMs = System.currentTimeMillis();
                        // The clock was read after the message was handed over.
                        assertThat(next.getJMSExpiration() == 0 || nowMs <= next.getJMSExpiration() + 100)
                                .as("seed %d: %d ms late", seed, nowMs - next.getJMSExpiration())
                                .isTrue();
                        forEver.remove(next.getBody(String.class));
                    }
                    assertThat(forEver).as("seed %d", seed).isEmpty();
                });
    }

    /** The clock moves on past a time to live. */
    private static void awaitExpiry(final long timeToLiveMs) {
        final long untilMs = System.currentTimeMillis() + timeToLiveMs + 1;
        org.awaitility.Awaitility.await()
                .pollInterval(1, java.util.concurrent.TimeUnit.MILLISECONDS)
                .until(() -> System.currentTimeMillis() > untilMs);
    }
}
