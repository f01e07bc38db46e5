package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ProducerInterceptor;
import io.openmessaging.producer.BatchMessageSender;
import io.openmessaging.producer.Producer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Producers, batches and what intercepts sends. */
final class ProducerRows extends ApiRows {

    ProducerRows(final ApiFixture fixture) {
        super(fixture);
    }

    @Override
    void fill() {
        row("Producer.attributes()", () -> {
            producer.attributes().put(OMSBuiltinKeys.PRODUCER_ID, "changed");
            assertThat(producer.attributes().getString(OMSBuiltinKeys.PRODUCER_ID))
                    .isNotBlank()
                    .isNotEqualTo("changed");
        });
        row("Producer.send(Message)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.send(Message,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), timeout(WAIT_MS));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.send(Message,LocalTransactionExecutor,KeyValue)", () -> {
            final String queue = queue();
            producer.send(message(queue, "x"), new TransactionRows.Decided(true), OMS.newKeyValue());
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendAsync(Message)", () -> {
            final String queue = queue();
            assertThat(producer.sendAsync(message(queue, "x")).get().messageId())
                    .isNotBlank();
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendAsync(Message,KeyValue)", () -> {
            final String queue = queue();
            assertThat(producer.sendAsync(message(queue, "x"), timeout(WAIT_MS)).get(WAIT_MS))
                    .isNotNull();
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendOneway(Message)", () -> {
            final String queue = queue();
            producer.sendOneway(message(queue, "x"));
            assertThat(received(queue)).isEqualTo("x");
        });
        row("Producer.sendOneway(Message,KeyValue)", () -> {
            final String queue = queue();
            producer.sendOneway(message(queue, "x"), OMS.newKeyValue());
            assertThat(received(queue)).isEqualTo("x");
        });
        row("SendResult.messageId()", () -> {
            final Message message = message(queue(), "x");
            assertThat(producer.send(message).messageId())
                    .isEqualTo(message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID))
                    .hasSize(32);
        });
        row("Producer.createBatchMessageSender()", () -> assertThat(producer.createBatchMessageSender())
                .isNotSameAs(producer.createBatchMessageSender()));
        row("BatchMessageSender.send(Message)", () -> {
            final String queue = queue();
            final BatchMessageSender batch = producer.createBatchMessageSender();
            assertThat(batch.send(message(queue, "x"))).isSameAs(batch);
            assertThat(isEmpty(queue)).isTrue();
        });
        row("BatchMessageSender.commit()", () -> {
            final String queue = queue();
            producer.createBatchMessageSender()
                    .send(message(queue, "x"))
                    .send(message(queue, "y"))
                    .commit();
            assertThat(List.of(received(queue), received(queue))).containsExactly("x", "y");
        });
        row("BatchMessageSender.rollback()", () -> {
            final String queue = queue();
            final BatchMessageSender batch = producer.createBatchMessageSender().send(message(queue, "x"));
            batch.rollback();
            batch.send(message(queue, "y")).commit();
            assertThat(received(queue)).isEqualTo("y");
        });
        row("BatchMessageSender.close()", () -> {
            final BatchMessageSender batch = producer.createBatchMessageSender();
            batch.close();
            assertThatThrownBy(() -> batch.send(message(queue(), "x"))).isInstanceOf(OMSRuntimeException.class);
        });
        row("Producer.addInterceptor(ProducerInterceptor)", () -> assertThat(intercepted(false))
                .contains("pre x"));
        row("Producer.removeInterceptor(ProducerInterceptor)", () -> assertThat(intercepted(true))
                .isEmpty());
        row("ProducerInterceptor.preSend(Message,KeyValue)", () -> assertThat(intercepted(false))
                .startsWith("pre x"));
        row("ProducerInterceptor.postSend(Message,KeyValue)", () -> assertThat(intercepted(false))
                .endsWith("post x"));
        row("ProducerInterceptor.postSend(Message,KeyValue,OMSException)", () -> {
            final Producer other = accessPoint.createProducer();
            other.startup();
            final Recording recording = new Recording();
            other.addInterceptor(recording);
            final Message noDestination = message(queue(), "x");
            noDestination.sysHeaders().keySet().remove(BuiltinKeys.DESTINATION);
            assertThatThrownBy(() -> other.send(noDestination)).isInstanceOf(OMSRuntimeException.class);
            assertThat(recording.seen).containsExactly("pre x", "failed x " + ErrorCode.BAD_REQUEST.code());
            other.shutdown();
        });
    }

    private List<String> intercepted(final boolean removed) {
        final Producer other = accessPoint.createProducer();
        other.startup();
        final Recording recording = new Recording();
        other.addInterceptor(recording);
        if (removed) {
            other.removeInterceptor(recording);
        }
        other.send(message(queue(), "x"));
        other.shutdown();
        return List.copyOf(recording.seen);
    }

    /** Says what it was told. */
    static final class Recording implements ProducerInterceptor {
        final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

        @Override
        public void preSend(final Message message, final KeyValue attributes) {
            seen.add("pre " + text(message));
        }

        @Override
        public void postSend(final Message message, final KeyValue attributes) {
            seen.add("post " + text(message));
        }

        @Override
        public void postSend(final Message message, final KeyValue attributes, final OMSException sendException) {
            seen.add("failed " + text(message) + ' ' + sendException.getErrorCode());
        }
    }
}
