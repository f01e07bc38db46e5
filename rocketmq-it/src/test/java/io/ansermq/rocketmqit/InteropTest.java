package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RocketMQ clients and Jakarta Messaging clients on one destination. */
class InteropTest extends RocketMqScenario {

    private static final long TIMEOUT_MS = 10_000;

    /** How the destination came to be. */
    enum MadeBy {
        JMS,
        ROCKETMQ
    }

    @ParameterizedTest
    @EnumSource(MadeBy.class)
    void shouldReceiveFromAQueueWhatARocketMqProducerSends(final MadeBy by) throws Exception {
        final String name = unique("orders");
        try (JMSContext jms = jms()) {
            final Destination queue = jms.createQueue(name);
            final DefaultMQProducer producer = producer();
            make(by, name, producer, jms, queue);
            final org.apache.rocketmq.common.message.Message sent = message(name, "urgent", "from RocketMQ");
            sent.setKeys("k1");
            sent.putUserProperty("colour", "red");
            producer.send(sent);

            try (JMSConsumer consumer = jms.createConsumer(queue)) {
                final Message received = receive(consumer, "from RocketMQ");
                assertThat(received.getJMSType()).isEqualTo("urgent");
                assertThat(received.getStringProperty("colour")).isEqualTo("red");
                assertThat(received.getJMSMessageID()).isEqualTo("ID:" + sent.getProperty("UNIQ_KEY"));
                assertThat(received.getJMSPriority()).isEqualTo(4);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(MadeBy.class)
    void shouldReceiveFromATopicWhatARocketMqProducerSends(final MadeBy by) throws Exception {
        final String name = unique("prices");
        try (JMSContext jms = jms()) {
            final DefaultMQProducer producer = producer();
            if (by == MadeBy.ROCKETMQ) {
                producer.send(message(name, "makes the topic"));
            }
            try (JMSConsumer one = jms.createConsumer(jms.createTopic(name));
                    JMSConsumer two = jms.createConsumer(jms.createTopic(name))) {
                producer.send(message(name, "tick"));
                assertThat(text(one.receive(TIMEOUT_MS))).isEqualTo("tick");
                assertThat(text(two.receive(TIMEOUT_MS))).isEqualTo("tick");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue", "topic"})
    void shouldPushToARocketMqConsumerWhatJakartaMessagingSends(final String kind) throws Exception {
        final String name = unique(kind);
        try (JMSContext jms = jms()) {
            final Destination destination = kind.equals("queue") ? jms.createQueue(name) : jms.createTopic(name);
            try (JMSConsumer maker = jms.createConsumer(destination)) {
                assertThat(maker.receiveNoWait()).isNull();
            }
            final Inbox inbox = push(name, "*");
            await().until(() -> {
                jms.createProducer()
                        .setJMSType("red")
                        .setProperty("number", 42)
                        .setProperty("text", "gr\u00fcn")
                        .send(destination, "from JMS");
                return inbox.size() > 0;
            });
            final MessageExt received = inbox.messages.get(0);
            assertThat(body(received)).isEqualTo("from JMS");
            assertThat(received.getTags()).isEqualTo("red");
            assertThat(received.getUserProperty("number")).isEqualTo("42");
            assertThat(received.getUserProperty("text")).isEqualTo("gr\u00fcn");
        }
    }

    @Test
    void shouldGiveBytesAsTheyAre() throws Exception {
        final String name = unique("bytes");
        try (JMSContext jms = jms()) {
            final Destination queue = jms.createQueue(name);
            final byte[] content = {0, 1, (byte) 0xFF, 127};
            final BytesMessage message = jms.createBytesMessage();
            message.writeBytes(content);
            jms.createProducer().send(queue, message);
            final Inbox inbox = push(name, "*");
            await().until(() -> inbox.size() == 1);
            assertThat(inbox.messages.get(0).getBody()).isEqualTo(content);
        }
    }

    @Test
    void shouldFilterByTagWhatJakartaMessagingSends() throws Exception {
        final String name = unique("tagged");
        try (JMSContext jms = jms()) {
            final Destination topic = jms.createTopic(name);
            jms.createConsumer(topic).close();
            final Inbox inbox = push(name, "B");
            await().until(() -> {
                for (final String tag : List.of("A", "B", "C")) {
                    jms.createProducer().setJMSType(tag).send(topic, tag);
                }
                return inbox.size() > 0;
            });
            assertThat(inbox.bodies()).containsOnly("B");
        }
    }

    @Test
    void shouldSelectByPropertiesThatARocketMqProducerSet() throws Exception {
        final String name = unique("selected");
        try (JMSContext jms = jms()) {
            final Destination queue = jms.createQueue(name);
            try (JMSConsumer consumer = jms.createConsumer(queue, "colour = 'red' AND JMSType = 'T'")) {
                final DefaultMQProducer producer = producer();
                for (final String colour : List.of("blue", "red")) {
                    final org.apache.rocketmq.common.message.Message sent = message(name, "T", colour);
                    sent.putUserProperty("colour", colour);
                    producer.send(sent);
                }
                assertThat(text(consumer.receive(TIMEOUT_MS))).isEqualTo("red");
            }
        }
    }

    @Test
    void shouldKeepWhatBothWorldsShareOverARestart() throws Exception {
        final String name = unique("durable");
        try (JMSContext jms = jms()) {
            final Destination queue = jms.createQueue(name);
            final DefaultMQProducer producer = producer();
            make(MadeBy.ROCKETMQ, name, producer, jms, queue);
            producer.send(message(name, "kept"));
        }
        server.restart();
        try (JMSContext jms = jms();
                JMSConsumer consumer = jms.createConsumer(jms.createQueue(name))) {
            assertThat(text(receive(consumer, "kept"))).isEqualTo("kept");
        }
    }

    private static void make(
            final MadeBy by,
            final String name,
            final DefaultMQProducer producer,
            final JMSContext jms,
            final Destination queue)
            throws Exception {
        if (by == MadeBy.ROCKETMQ) {
            producer.send(message(name, "first"));
        }
        jms.createConsumer(queue).close();
    }

    private static Message receive(final JMSConsumer consumer, final String body) throws Exception {
        Message received = consumer.receive(TIMEOUT_MS);
        while (received != null && !text(received).equals(body)) {
            received = consumer.receive(TIMEOUT_MS);
        }
        assertThat(received).as("a message '" + body + "'").isNotNull();
        return received;
    }

    private static String text(final Message message) throws Exception {
        assertThat(message).isNotNull();
        return message instanceof TextMessage text
                ? text.getText()
                : new String(message.getBody(byte[].class), StandardCharsets.UTF_8);
    }

    private JMSContext jms() throws Exception {
        return new AnserConnectionFactory("anser://" + server.brokerAddress()).createContext();
    }
}
