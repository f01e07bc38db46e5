package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.junit.jupiter.api.Test;

/** Official clients at a server that speaks TLS alone, on the name server's port as well as on the broker's. */
class EncryptedTest extends RocketMqScenario {

    @Override
    Map<String, String> options() {
        return Map.of(
                "tls", "required",
                "tls-key-store",
                        Path.of("../remoting/src/test/resources/tls/server.p12").toString(),
                "tls-key-store-password", "secret");
    }

    @Test
    void shouldServeClientsThatEncrypt() throws Exception {
        final String topic = unique("topic");
        final DefaultMQProducer producer = new DefaultMQProducer(unique("producer"));
        producer.setUseTLS(true);
        start(producer);
        producer.send(message(topic, "in secret"));

        final DefaultMQPushConsumer consumer = consumer(unique("group"));
        consumer.setUseTLS(true);
        final Inbox inbox = new Inbox();
        consumer.subscribe(topic, "*");
        consumer.registerMessageListener(inbox.listener());
        consumer.start();
        await().untilAsserted(() -> assertThat(inbox.bodies()).containsExactly("in secret"));
    }

    @Test
    void shouldNotServeOthers() throws Exception {
        final DefaultMQProducer producer = new DefaultMQProducer(unique("producer"));
        start(producer);
        assertThat(catchThrowable(() -> producer.send(message(unique("topic"), "in the open"))))
                .as("the clients have several exceptions for a connection that ends at once")
                .isNotNull();
    }
}
