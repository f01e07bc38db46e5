package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.producer.Producer;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pull consumer promises, and what CONSUMER_ID means. */
class PullTest {
    private static final long WAIT_MS = 20_000;
    private static final long NOTHING_MS = 150;

    @TempDir
    private Path data;

    private TestBroker broker;
    private MessagingAccessPoint accessPoint;
    private Producer producer;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(data);
        accessPoint = broker.accessPoint();
        producer = accessPoint.createProducer();
        producer.startup();
    }

    @AfterEach
    void stop() {
        producer.shutdown();
        broker.close();
    }

    private void send(final String queue, final String... bodies) {
        for (final String body : bodies) {
            producer.send(producer.createBytesMessage(queue, body.getBytes(UTF_8)));
        }
    }

    private static String text(final Message message) {
        return message == null ? null : new String(message.getBody(byte[].class), UTF_8);
    }

    private PullConsumer pull(final String id, final String... queues) {
        final PullConsumer consumer =
                id == null ? accessPoint.createPullConsumer() : accessPoint.createPullConsumer(consumer(id));
        for (final String queue : queues) {
            consumer.attachQueue(queue);
        }
        consumer.startup();
        return consumer;
    }

    private static Message next(final PullConsumer consumer) {
        return consumer.receive(timeout(WAIT_MS));
    }

    private static String nextAcknowledged(final PullConsumer consumer) {
        final Message message = next(consumer);
        assertThat(message).isNotNull();
        consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
        return text(message);
    }

    @Test
    void shouldReceiveWhatWasSentInItsOrder() {
        send("orders", "1", "2", "3");
        final PullConsumer consumer = pull(null, "orders");

        assertThat(nextAcknowledged(consumer)).isEqualTo("1");
        assertThat(nextAcknowledged(consumer)).isEqualTo("2");
        assertThat(nextAcknowledged(consumer)).isEqualTo("3");
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
        consumer.shutdown();
    }

    @Test
    void shouldGiveEveryGroupEveryMessageAlsoOneThatComesLater() {
        send("orders", "1", "2");
        final PullConsumer first = pull("first", "orders");
        assertThat(nextAcknowledged(first)).isEqualTo("1");
        assertThat(nextAcknowledged(first)).isEqualTo("2");
        final PullConsumer second = pull("second", "orders");

        assertThat(nextAcknowledged(second)).isEqualTo("1");
        assertThat(nextAcknowledged(second)).isEqualTo("2");
        send("orders", "3");
        assertThat(nextAcknowledged(first)).isEqualTo("3");
        assertThat(nextAcknowledged(second)).isEqualTo("3");
        first.shutdown();
        second.shutdown();
    }

    @Test
    void shouldShareAMessageAmongConsumersOfOneGroup() {
        final PullConsumer one = pull("group", "orders");
        final PullConsumer other = pull("group", "orders");
        send("orders", "1");

        final CompletableFuture<Message> byOne = CompletableFuture.supplyAsync(() -> one.receive(timeout(1_000)));
        final Message byOther = other.receive(timeout(1_000));

        assertThat((byOne.join() == null) != (byOther == null)).isTrue();
        one.shutdown();
        other.shutdown();
    }

    @Test
    void shouldDeliverAgainWithANewReceiptWhatWasNotAcknowledged() {
        send("orders", "1");
        final PullConsumer consumer = pull("group", "orders");
        final Message first = next(consumer);
        consumer.shutdown();
        consumer.startup();

        final Message again = next(consumer);

        assertThat(first.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER)).isZero();
        assertThat(again.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER)).isEqualTo(1);
        assertThat(again.sysHeaders().getString(BuiltinKeys.REDELIVERED_REASON)).isNotBlank();
        assertThat(again.sysHeaders().getString(BuiltinKeys.MESSAGE_ID))
                .isEqualTo(first.sysHeaders().getString(BuiltinKeys.MESSAGE_ID));
        assertThat(again.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE))
                .isNotEqualTo(first.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
        consumer.ack(again.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
        consumer.shutdown();
    }

    @Test
    void shouldRefuseAReceiptThatStandsForNothing() {
        send("orders", "1");
        final PullConsumer consumer = pull("group", "orders");
        final String receipt = next(consumer).sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE);
        consumer.ack(receipt);

        assertThatThrownBy(() -> consumer.ack(receipt))
                .isInstanceOf(OMSRuntimeException.class)
                .hasMessageContaining("acknowledged already")
                .extracting(e -> ((OMSRuntimeException) e).getErrorCode())
                .isEqualTo(ErrorCode.NO_MESSAGE.code());
        assertThatThrownBy(() -> consumer.ack("nonsense")).isInstanceOf(OMSRuntimeException.class);
        consumer.shutdown();
    }

    @Test
    void shouldReceiveFromAllItsQueuesAndFromNoneThatItHasLeft() {
        final PullConsumer consumer = pull("group", "one", "two");
        send("one", "a");
        assertThat(nextAcknowledged(consumer)).isEqualTo("a");
        send("two", "b");
        assertThat(nextAcknowledged(consumer)).isEqualTo("b");
        consumer.attachQueue("three").detachQueue("one");
        send("one", "c");
        send("three", "d");

        assertThat(nextAcknowledged(consumer)).isEqualTo("d");
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
        consumer.shutdown();
    }

    @Test
    void shouldReturnNullToWhoWaitsWhenItIsShutDown() {
        final PullConsumer consumer = pull("group", "orders");
        final CompletableFuture<Message> waiting = CompletableFuture.supplyAsync(consumer::receive);

        consumer.shutdown();

        assertThat(waiting.handle((message, failure) -> message).join()).isNull();
    }

    @Test
    void shouldTakeTheTimeToWaitFromTheConsumerWhenTheCallSaysNothing() {
        final PullConsumer consumer = accessPoint.createPullConsumer(timeout(NOTHING_MS));
        consumer.attachQueue("orders");
        consumer.startup();

        assertThat(consumer.receive()).isNull();
        assertThat(consumer.attributes().getLong(io.openmessaging.OMSBuiltinKeys.OPERATION_TIMEOUT))
                .isEqualTo(NOTHING_MS);
        consumer.shutdown();
    }
}
