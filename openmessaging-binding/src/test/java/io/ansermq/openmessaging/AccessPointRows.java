package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.Message;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.Producer;

/** Access points and the life of services. */
final class AccessPointRows extends ApiRows {

    AccessPointRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        row("MessagingAccessPoint.implVersion()", () -> assertThat(accessPoint.implVersion())
                .startsWith("0.3."));
        row("MessagingAccessPoint.attributes()", () -> {
            assertThat(accessPoint.attributes().getString(OMSBuiltinKeys.REGION))
                    .isEqualTo("test");
            assertThat(accessPoint.attributes().getString(OMSBuiltinKeys.DRIVER_IMPL))
                    .isEqualTo("io.openmessaging.anser.MessagingAccessPointImpl");
        });
        row("MessagingAccessPoint.createProducer()", () -> assertThat(accessPoint.createProducer())
                .isNotNull());
        row("MessagingAccessPoint.createProducer(KeyValue)", () -> assertThat(accessPoint
                        .createProducer(TestBroker.producer("p"))
                        .attributes()
                        .getString(OMSBuiltinKeys.PRODUCER_ID))
                .isEqualTo("p"));
        row("MessagingAccessPoint.createPushConsumer()", () -> assertThat(accessPoint.createPushConsumer())
                .isNotNull());
        row("MessagingAccessPoint.createPushConsumer(KeyValue)", () -> assertThat(accessPoint
                        .createPushConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("MessagingAccessPoint.createPullConsumer()", () -> assertThat(accessPoint.createPullConsumer())
                .isNotNull());
        row("MessagingAccessPoint.createPullConsumer(KeyValue)", () -> assertThat(accessPoint
                        .createPullConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("MessagingAccessPoint.createStreamingConsumer()", () -> assertThat(accessPoint.createStreamingConsumer())
                .isNotNull());
        row("MessagingAccessPoint.createStreamingConsumer(KeyValue)", () -> assertThat(accessPoint
                        .createStreamingConsumer(consumer("c"))
                        .attributes()
                        .getString(OMSBuiltinKeys.CONSUMER_ID))
                .isEqualTo("c"));
        row("MessagingAccessPoint.resourceManager()", () -> assertThat(accessPoint.resourceManager())
                .isSameAs(manager));
        row("ServiceLifecycle.startup()", () -> {
            final Producer other = accessPoint.createProducer();
            final Message message = message(queue(), "x");
            assertThatThrownBy(() -> other.send(message)).isInstanceOf(OMSRuntimeException.class);
            other.startup();
            assertThat(other.send(message)).isNotNull();
            other.shutdown();
        });
        row("ServiceLifecycle.shutdown()", () -> {
            final Producer other = accessPoint.createProducer();
            final String queue = queue();
            for (int i = 0; i < 3; i++) {
                other.startup();
                assertThat(other.send(message(queue, "x"))).isNotNull();
                other.shutdown();
                assertThatThrownBy(() -> other.send(message(queue, "x"))).isInstanceOf(OMSRuntimeException.class);
            }
        });
    }
}
