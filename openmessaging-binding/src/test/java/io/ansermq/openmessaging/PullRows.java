package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;

import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.consumer.PullConsumer;

/** Consumers that pull. */
final class PullRows extends ApiRows {

    PullRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        row("PullConsumer.attributes()", () -> assertThat(accessPoint
                        .createPullConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("PullConsumer.attachQueue(String)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("PullConsumer.attachQueue(String,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            final PullConsumer consumer = accessPoint.createPullConsumer(timeout(WAIT_MS));
            consumer.startup();
            assertThat(consumer.attachQueue(queue, consumer("group"))).isSameAs(consumer);
            assertThat(text(consumer.receive())).isEqualTo("x");
            consumer.shutdown();
        });
        row("PullConsumer.detachQueue(String)", () -> {
            final String queue = queue();
            final PullConsumer consumer = accessPoint.createPullConsumer(timeout(NOTHING_MS));
            consumer.attachQueue(queue).startup();
            assertThat(consumer.detachQueue(queue)).isSameAs(consumer);
            producer.send(message(queue, "x"));
            assertThat(consumer.receive()).isNull();
            consumer.shutdown();
        });
        row("PullConsumer.receive()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("PullConsumer.receive(KeyValue)", () -> {
            final PullConsumer consumer = accessPoint.createPullConsumer();
            consumer.attachQueue(queue()).startup();
            assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
            consumer.shutdown();
        });
        row("PullConsumer.ack(String)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
            assertThat(isEmpty(queue)).isTrue();
        });
        row("PullConsumer.ack(String,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            final PullConsumer consumer = accessPoint.createPullConsumer(timeout(WAIT_MS));
            consumer.attachQueue(queue).startup();
            final String receipt = consumer.receive().sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE);
            consumer.ack(receipt, OMS.newKeyValue());
            consumer.shutdown();
            assertThat(isEmpty(queue)).isTrue();
        });
    }
}
