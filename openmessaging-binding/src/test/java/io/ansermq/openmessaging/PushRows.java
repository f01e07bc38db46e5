package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ConsumerInterceptor;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Consumers that are pushed to, and what intercepts deliveries. */
final class PushRows extends ApiRows {

    PushRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        row("PushConsumer.attributes()", () -> {
            final PushConsumer consumer = accessPoint.createPushConsumer(consumer("c"));
            consumer.attributes().put(OMSBuiltinKeys.CONSUMER_ID, "changed");
            assertThat(consumer.attributes().getString(OMSBuiltinKeys.CONSUMER_ID))
                    .isEqualTo("c");
        });
        row("PushConsumer.attachQueue(String,MessageListener)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                producer.send(message(queue, "x"));
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
        });
        row("PushConsumer.attachQueue(String,MessageListener,KeyValue)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue())) {
                assertThat(push.consumer.attachQueue(queue, push, consumer("group")))
                        .isSameAs(push.consumer);
                producer.send(message(queue, "x"));
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
            assertThat(received(queue)).as("another group's").isEqualTo("x");
        });
        row("PushConsumer.detachQueue(String)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                assertThat(push.consumer.detachQueue(queue)).isSameAs(push.consumer);
                producer.send(message(queue, "x"));
                assertThat(received(queue)).isEqualTo("x");
                assertThat(push.got).isEmpty();
            }
        });
        row("PushConsumer.suspend()", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                push.consumer.suspend();
                producer.send(message(queue, "x"));
                assertThat(push.got.poll(NOTHING_MS, TimeUnit.MILLISECONDS)).isNull();
                push.consumer.resume();
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
        });
        row("PushConsumer.suspend(long)", () -> {
            final String queue = queue();
            try (Push push = new Push(queue)) {
                push.consumer.suspend(NOTHING_MS);
                producer.send(message(queue, "x"));
                assertThat(poll(push.got)).isEqualTo("x[]");
                assertThat(push.consumer.isSuspended()).isFalse();
            }
        });
        row("PushConsumer.resume()", () -> {
            try (Push push = new Push(queue())) {
                assertThatThrownBy(push.consumer::resume).isInstanceOf(OMSRuntimeException.class);
                push.consumer.suspend();
                push.consumer.resume();
                assertThat(push.consumer.isSuspended()).isFalse();
            }
        });
        row("PushConsumer.isSuspended()", () -> {
            try (Push push = new Push(queue())) {
                assertThat(push.consumer.isSuspended()).isFalse();
                push.consumer.suspend();
                assertThat(push.consumer.isSuspended()).isTrue();
            }
        });
        row("MessageListener.onReceived(Message,Context)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            try (Push push = new Push(queue)) {
                assertThat(poll(push.got)).isEqualTo("x[]");
            }
        });
        row("Context.attributes()", () -> assertThat(receivedIntercepted(false)).contains("x[seen]"));
        row("Context.ack()", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            try (Push push = new Push(queue)) {
                assertThat(poll(push.got)).isNotNull();
            }
            assertThat(isEmpty(queue)).isTrue();
        });
        row("PushConsumer.addInterceptor(ConsumerInterceptor)", () -> assertThat(receivedIntercepted(false))
                .contains("pre x"));
        row("PushConsumer.removeInterceptor(ConsumerInterceptor)", () -> assertThat(receivedIntercepted(true))
                .containsExactly("x[]"));
        row("ConsumerInterceptor.preReceive(Message,KeyValue)", () -> assertThat(receivedIntercepted(false))
                .startsWith("pre x", "x[seen]"));
        row("ConsumerInterceptor.postReceive(Message,KeyValue)", () -> assertThat(receivedIntercepted(false))
                .endsWith("x[seen]", "post x"));
    }

    /** A started push consumer and what it got. */
    private final class Push implements MessageListener, AutoCloseable {
        private final PushConsumer consumer = accessPoint.createPushConsumer();
        private final BlockingQueue<String> got = new LinkedBlockingQueue<>();

        Push(final String queue) {
            consumer.attachQueue(queue, this);
            consumer.startup();
        }

        @Override
        public void onReceived(final Message message, final Context context) {
            context.ack();
            got.add(text(message) + context.attributes().keySet());
        }

        @Override
        public void close() {
            consumer.shutdown();
        }
    }

    private List<String> receivedIntercepted(final boolean removed) throws InterruptedException {
        final String queue = queue();
        try (Push push = new Push(queue)) {
            final ConsumerInterceptor interceptor = new ConsumerInterceptor() {
                @Override
                public void preReceive(final Message message, final KeyValue attributes) {
                    attributes.put("seen", 1);
                    push.got.add("pre " + text(message));
                }

                @Override
                public void postReceive(final Message message, final KeyValue attributes) {
                    push.got.add("post " + text(message));
                }
            };
            push.consumer.addInterceptor(interceptor);
            if (removed) {
                push.consumer.removeInterceptor(interceptor);
            }
            producer.send(message(queue, "x"));
            return removed ? List.of(poll(push.got)) : List.of(poll(push.got), poll(push.got), poll(push.got));
        }
    }
}
