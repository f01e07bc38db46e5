package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.exception.OMSResourceNotExistException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What updateMessage changes of a message that waits. */
class UpdateTest extends Scenario {

    private void update(final String id, final KeyValue headers) throws Exception {
        accessPoint.resourceManager().updateMessage(QUEUE, id, headers);
    }

    private Message laterMessage() {
        return message("x").putSysHeaders(BuiltinKeys.START_TIME, System.currentTimeMillis() + 3_600_000);
    }

    @Test
    void shouldDeliverAWaitingMessageAtItsNewTime() throws Exception {
        final String id = producer.send(laterMessage()).messageId();

        update(id, OMS.newKeyValue().put(BuiltinKeys.START_TIME, System.currentTimeMillis() - 1));

        final PullConsumer consumer = pull("group", QUEUE);
        assertThat(nextAcknowledged(consumer).sysHeaders().getString(BuiltinKeys.MESSAGE_ID))
                .isEqualTo(id);
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
    }

    @Test
    void shouldDeliverAWaitingMessageWhenItsNewScheduleExpressionSays() throws Exception {
        final String id = producer.send(laterMessage()).messageId();

        update(id, OMS.newKeyValue().put(BuiltinKeys.SCHEDULE_EXPRESSION, "* * * * * *"));

        final Message message = nextAcknowledged(pull("group", QUEUE));
        assertThat(message.sysHeaders().getString(BuiltinKeys.SCHEDULE_EXPRESSION))
                .isEqualTo("* * * * * *");
        assertThat(message.sysHeaders().getLong(BuiltinKeys.START_TIME) % 1_000).isZero();
    }

    @Test
    void shouldDiscardAMessageWhoseNewTimeIsOver() throws Exception {
        final String over = producer.send(message("over")).messageId();
        final String stopped = producer.send(message("stopped")).messageId();
        producer.send(message("last"));

        update(over, OMS.newKeyValue().put(BuiltinKeys.TIMEOUT, 1));
        update(stopped, OMS.newKeyValue().put(BuiltinKeys.STOP_TIME, 1_000));
        TimeUnit.MILLISECONDS.sleep(5);

        assertThat(text(nextAcknowledged(pull("group", QUEUE)))).isEqualTo("last");
    }

    @Test
    void shouldRefuseWhatCannotBeChangedOrIsBeingConsumed() throws Exception {
        final String id = producer.send(message("x")).messageId();
        assertThatThrownBy(() -> update(id, OMS.newKeyValue().put(BuiltinKeys.SEARCH_KEYS, "a")))
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.BAD_PARAMETER.code());
        next(pull("group", QUEUE));

        assertThatThrownBy(() -> update(id, OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 1)))
                .isInstanceOf(OMSResourceNotExistException.class);
    }

    @ParameterizedTest(name = "restarted {0}")
    @ValueSource(booleans = {false, true})
    void shouldFindWhatWasCommittedInTwoPhasesAndWhatHadToWait(final boolean restarted) throws Exception {
        final Message half = message("half");
        producer.send(half, new TransactionRows.Decided(true), OMS.newKeyValue());
        final Message late = message("late").putSysHeaders(BuiltinKeys.START_TIME, System.currentTimeMillis() + 200);
        producer.send(late);
        await().until(() -> stream(QUEUE + "#0").size() == 2);

        update(
                half.sysHeaders().getString(BuiltinKeys.MESSAGE_ID),
                OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 9));
        update(
                late.sysHeaders().getString(BuiltinKeys.MESSAGE_ID),
                OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 10));

        final PullConsumer consumer = pull("group", QUEUE);
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("late");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("half");
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
    }

    @Test
    void shouldRefuseAnUpdateOfNothing() {
        assertThatThrownBy(() -> update(null, OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 1)))
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.BAD_PARAMETER.code());
    }

    @Test
    void shouldShowTheNewOneAloneAfterTheBrokerIsRestarted() throws Exception {
        final String id = producer.send(message("x")).messageId();
        update(id, OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 7));

        broker.restart();

        final PullConsumer consumer = pull("group that comes later", QUEUE);
        assertThat(nextAcknowledged(consumer).sysHeaders().getInt(BuiltinKeys.PRIORITY))
                .isEqualTo(7);
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
    }
}
