package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ConsumerInterceptor;
import io.openmessaging.interceptor.ProducerInterceptor;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

/** What interceptors may do. */
class InterceptorsTest extends Scenario {

    @Test
    void shouldFailTheSendWhenPreSendThrowsAndOnlyLogWhatPostSendThrows() {
        final ProducerInterceptor throwing = new ProducerInterceptor() {
            @Override
            public void preSend(final Message message, final KeyValue attributes) {
                if (text(message).equals("refused")) {
                    throw new IllegalArgumentException("not this one");
                }
                message.putUserHeaders("seen", "yes");
            }

            @Override
            public void postSend(final Message message, final KeyValue attributes) {
                throw new IllegalStateException("too late");
            }

            @Override
            public void postSend(final Message message, final KeyValue attributes, final OMSException sendException) {
                throw new IllegalStateException("too late");
            }
        };
        producer.addInterceptor(throwing);

        assertThatThrownBy(() -> producer.send(message("refused")))
                .isInstanceOf(OMSRuntimeException.class)
                .hasMessageContaining("not this one");
        assertThat(producer.sendAsync(message("refused")).getThrowable()).isInstanceOf(OMSRuntimeException.class);
        producer.sendOneway(message("refused"));
        assertThat(sentAndReceived(message("fine")).userHeaders().getString("seen"))
                .isEqualTo("yes");
        producer.removeInterceptor(throwing);
    }

    private Message sentAndReceived(final Message message) {
        producer.send(message);
        return nextAcknowledged(pull("reader", QUEUE));
    }

    @Test
    void shouldTellOfEachMessageOfABatchWhenItIsStored() {
        final ProducerRows.Recording recording = new ProducerRows.Recording();
        producer.addInterceptor(recording);

        producer.createBatchMessageSender()
                .send(message("a"))
                .send(message("b"))
                .commit();

        assertThat(recording.seen).containsExactly("pre a", "pre b", "post a", "post b");
    }

    @Test
    void shouldDeliverAgainWhatPreReceiveThrowsAboutAndOnlyLogWhatPostReceiveThrows() throws Exception {
        final BlockingQueue<Integer> seen = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.addInterceptor(new ConsumerInterceptor() {
            @Override
            public void preReceive(final Message message, final KeyValue attributes) {
                if (message.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER) == 0) {
                    throw new IllegalStateException("not the first time");
                }
            }

            @Override
            public void postReceive(final Message message, final KeyValue attributes) {
                throw new IllegalStateException("too late");
            }
        });
        push.attachQueue(QUEUE, (message, context) -> {
            context.ack();
            seen.add(message.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER));
        });
        started(push);
        send(QUEUE, "x");

        assertThat(poll(seen)).isEqualTo(1);
        push.shutdown();
        assertThat(pull("group", QUEUE).receive(timeout(NOTHING_MS))).isNull();
    }
}
