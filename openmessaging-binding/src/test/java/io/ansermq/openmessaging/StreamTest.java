package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.client.SharedQueues;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.consumer.StreamingIterator;
import io.openmessaging.exception.OMSRuntimeException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What streams promise beyond their methods. */
class StreamTest extends Scenario {

    private StreamingConsumer streaming() {
        return started(accessPoint.createStreamingConsumer());
    }

    private void expire(final String body) {
        producer.send(message(body).putSysHeaders(BuiltinKeys.TIMEOUT, 1));
    }

    @Test
    void shouldTellThePositionsOfMessagesThatAreThereBeforeAndBehindAGap() {
        send(QUEUE, "0");
        expire("1");
        expire("2");
        send(QUEUE, "3");
        await().until(() -> stream(QUEUE + "#0").equals(List.of("0", "3")));
        final StreamingIterator iterator = streaming().seek(QUEUE + "#0", "1");

        assertThat(iterator.nextPosition()).isEqualTo("3");
        assertThat(iterator.previousPosition()).isEqualTo("0");
        assertThat(text(iterator.next())).isEqualTo("3");
        assertThat(iterator.previousPosition()).isEqualTo("3");
        assertThatThrownBy(iterator::nextPosition).isInstanceOf(OMSRuntimeException.class);
        assertThat(text(iterator.previous())).isEqualTo("3");
        assertThat(text(iterator.previous())).isEqualTo("0");
        assertThat(iterator.nextPosition()).isEqualTo("0");
        assertThatThrownBy(iterator::previousPosition).isInstanceOf(OMSRuntimeException.class);
    }

    /** More than the broker passes over in one request. */
    @Tag("slow")
    @Test
    void shouldPassOverALargeGapInBothDirections() {
        send(QUEUE, "0");
        for (int i = 0; i < SharedQueues.READ_STEPS * 2; i++) {
            producer.sendAsync(message("over").putSysHeaders(BuiltinKeys.TIMEOUT, 1));
        }
        send(QUEUE, "last");
        await().until(() -> stream(QUEUE + "#0").equals(List.of("0", "last")));

        final StreamingIterator iterator = streaming().seekToEnd(QUEUE + "#0");
        assertThat(text(iterator.previous())).isEqualTo("last");
        assertThat(text(iterator.previous())).isEqualTo("0");
        assertThat(iterator.hasPrevious()).isFalse();
    }

    @Test
    void shouldGoToAndFroOverMoreThanIsReadAtOnce() {
        final int count = 200;
        for (int i = 0; i < count; i++) {
            producer.sendAsync(message(Integer.toString(i)));
        }
        send(QUEUE, "last");
        final StreamingIterator iterator = streaming().seekToBeginning(QUEUE + "#0");
        for (int i = 0; i < count; i++) {
            assertThat(text(iterator.next())).isEqualTo(Integer.toString(i));
        }
        for (int i = count - 1; i >= 0; i--) {
            assertThat(text(iterator.previous())).isEqualTo(Integer.toString(i));
        }
        for (int i = 0; i < count; i++) {
            assertThat(text(iterator.next())).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void shouldSeeWhatIsSentWhileItStandsAtTheEnd() {
        send(QUEUE, "0");
        final StreamingIterator iterator = streaming().seekToEnd(QUEUE + "#0");
        assertThat(iterator.hasNext()).isFalse();
        send(QUEUE, "1");

        assertThat(iterator.hasNext()).isTrue();
        assertThat(text(iterator.next())).isEqualTo("1");
    }

    @Test
    void shouldShowWhatConsumersHaveAcknowledgedAndTakeNothingFromThem() {
        send(QUEUE, "0", "1");
        assertThat(text(nextAcknowledged(pull("group", QUEUE)))).isEqualTo("0");

        assertThat(stream(QUEUE + "#0")).containsExactly("0", "1");
        assertThat(text(nextAcknowledged(pull("other", QUEUE)))).isEqualTo("0");
    }

    @Test
    void shouldShowOnlyTheNewOneOfAnUpdatedMessage() throws Exception {
        final String id = producer.send(message("x")).messageId();

        accessPoint.resourceManager().updateMessage(QUEUE, id, OMS.newKeyValue().put(BuiltinKeys.PRIORITY, 6));

        assertThat(stream(QUEUE + "#0")).isEmpty();
        assertThat(stream(QUEUE + "#1")).containsExactly("x");
    }

    @Test
    void shouldRefuseAStreamThatThereIsNot() {
        send(QUEUE, "0");
        final StreamingConsumer consumer = streaming();

        assertThatThrownBy(() -> consumer.seekToBeginning(QUEUE + "#10"))
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.NOT_FOUND.code());
        assertThatThrownBy(() -> consumer.seekToBeginning(QUEUE))
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.BAD_PARAMETER.code());
    }
}
