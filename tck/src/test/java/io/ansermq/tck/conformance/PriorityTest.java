package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Messages of higher priority come first. */
class PriorityTest extends Conformance {
    private static final int EACH = 1_000;

    @Override
    protected void cases(final Cases cases) {
        cases.section("3.4.10")
                .promise("a backlog of 10 priorities arrives by priority, and in order within each", scene -> {
                    final long seed = 42;
                    final List<Integer> order = new ArrayList<>();
                    for (int i = 0; i < 10 * EACH; i++) {
                        order.add(i % 10);
                    }
                    Collections.shuffle(order, new Random(seed));
                    final MessageProducer producer = scene.session().createProducer(scene.queue());
                    producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
                    final int[] next = new int[10];
                    for (final int priority : order) {
                        producer.setPriority(priority);
                        final Message message = scene.session().createMessage();
                        message.setIntProperty("number", next[priority]++);
                        producer.send(message);
                    }
                    final MessageConsumer consumer = scene.session().createConsumer(scene.queue());
                    for (int priority = 9; priority >= 0; priority--) {
                        for (int number = 0; number < EACH; number++) {
                            final Message message = Scene.receive(consumer);
                            assertThat(message.getJMSPriority())
                                    .as("seed %d", seed)
                                    .isEqualTo(priority);
                            assertThat(message.getIntProperty("number"))
                                    .as("seed %d", seed)
                                    .isEqualTo(number);
                        }
                    }
                    Scene.expectNone(consumer);
                });
        cases.promise("with a prefetch of 1 a later message of higher priority overtakes all but two", scene -> {
            final MessageProducer producer = scene.session().createProducer(scene.queue());
            for (int i = 0; i < 5; i++) {
                producer.send(scene.session().createTextMessage("normal " + i));
            }
            final var connection = scene.newConnection(scene.factory("prefetch=1"));
            final MessageConsumer consumer = connection.createSession().createConsumer(scene.queue());
            assertThat(Scene.text(consumer)).isEqualTo("normal 0");
            producer.setPriority(9);
            producer.send(scene.session().createTextMessage("urgent"));
            assertThat(Scene.texts(consumer, 3)).contains("urgent");
        });
    }
}
