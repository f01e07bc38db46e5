package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.exception.OMSRuntimeException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a pull consumer promises, and what CONSUMER_ID means. */
class PullTest extends Scenario {

    @Test
    void shouldReceiveWhatWasSentInItsOrder() {
        send("orders", "1", "2", "3");
        final PullConsumer consumer = pull(null, "orders");

        assertThat(text(nextAcknowledged(consumer))).isEqualTo("1");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("2");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("3");
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
    }

    @Test
    void shouldGiveEveryGroupEveryMessageAlsoOneThatComesLater() {
        send("orders", "1", "2");
        final PullConsumer first = pull("first", "orders");
        assertThat(text(nextAcknowledged(first))).isEqualTo("1");
        assertThat(text(nextAcknowledged(first))).isEqualTo("2");
        final PullConsumer second = pull("second", "orders");

        assertThat(text(nextAcknowledged(second))).isEqualTo("1");
        assertThat(text(nextAcknowledged(second))).isEqualTo("2");
        send("orders", "3");
        assertThat(text(nextAcknowledged(first))).isEqualTo("3");
        assertThat(text(nextAcknowledged(second))).isEqualTo("3");
    }

    @Test
    void shouldShareAMessageAmongConsumersOfOneGroup() {
        final PullConsumer one = pull("group", "orders");
        final PullConsumer other = pull("group", "orders");
        send("orders", "1");

        final CompletableFuture<Message> byOne = CompletableFuture.supplyAsync(() -> one.receive(timeout(1_000)));
        final Message byOther = other.receive(timeout(1_000));

        assertThat((byOne.join() == null) != (byOther == null)).isTrue();
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
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.NO_MESSAGE.code());
        assertThatThrownBy(() -> consumer.ack("nonsense")).isInstanceOf(OMSRuntimeException.class);
    }

    @Test
    void shouldReceiveFromAllItsQueuesAndFromNoneThatItHasLeft() {
        final PullConsumer consumer = pull("group", "one", "two");
        send("one", "a");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("a");
        send("two", "b");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("b");
        consumer.attachQueue("three").detachQueue("one");
        send("one", "c");
        send("three", "d");

        assertThat(text(nextAcknowledged(consumer))).isEqualTo("d");
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
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
        final PullConsumer consumer =
                started(accessPoint.createPullConsumer(timeout(NOTHING_MS)).attachQueue("orders"));

        assertThat(consumer.receive()).isNull();
        assertThat(consumer.attributes().getLong(io.openmessaging.OMSBuiltinKeys.OPERATION_TIMEOUT))
                .isEqualTo(NOTHING_MS);
    }
}
