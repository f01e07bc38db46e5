package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.exception.OMSMessageFormatException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the system headers mean. */
class HeadersTest extends Scenario {

    @Test
    void shouldCarryEveryHeaderThatIsTheSenders() {
        final long start = System.currentTimeMillis();
        final Message received = sentAndReceived(message("x")
                .putSysHeaders(BuiltinKeys.SEARCH_KEYS, "a,b")
                .putSysHeaders(BuiltinKeys.TRACE_ID, "trace-1")
                .putSysHeaders(BuiltinKeys.STREAM_KEY, "customer 7")
                .putSysHeaders(BuiltinKeys.RELIABILITY, "NON_PERSISTENT")
                .putSysHeaders(BuiltinKeys.TIMEOUT, 60_000)
                .putSysHeaders("OWN", "mine")
                .putUserHeaders("text", "t\u0001\u0002 \u00e4")
                .putUserHeaders("int", 1)
                .putUserHeaders("long", 1L << 40)
                .putUserHeaders("double", 0.5)
                .putUserHeaders("KEYS", "reserved"));
        final KeyValue headers = received.sysHeaders();

        assertThat(headers.getString(BuiltinKeys.DESTINATION)).isEqualTo(QUEUE);
        assertThat(headers.getString(BuiltinKeys.SEARCH_KEYS)).isEqualTo("a,b");
        assertThat(headers.getString(BuiltinKeys.TRACE_ID)).isEqualTo("trace-1");
        assertThat(headers.getString(BuiltinKeys.STREAM_KEY)).isEqualTo("customer 7");
        assertThat(headers.getString(BuiltinKeys.RELIABILITY)).isEqualTo("NON_PERSISTENT");
        assertThat(headers.getLong(BuiltinKeys.TIMEOUT)).isEqualTo(60_000);
        assertThat(headers.getString("OWN")).isEqualTo("mine");
        assertThat(headers.getInt(BuiltinKeys.PRIORITY)).isEqualTo(5);
        assertThat(headers.getInt(BuiltinKeys.REDELIVERED_NUMBER)).isZero();
        assertThat(headers.getLong(BuiltinKeys.BORN_TIMESTAMP)).isGreaterThanOrEqualTo(start);
        assertThat(headers.getLong(BuiltinKeys.STORE_TIMESTAMP)).isGreaterThanOrEqualTo(start);
        assertThat(headers.getString(BuiltinKeys.BORN_HOST)).startsWith("127.0.0.1:");
        assertThat(headers.getString(BuiltinKeys.STORE_HOST)).isNotBlank();
        assertThat(received.userHeaders().getString("text")).isEqualTo("t\u0001\u0002 \u00e4");
        assertThat(received.userHeaders().getInt("int")).isEqualTo(1);
        assertThat(received.userHeaders().getLong("long")).isEqualTo(1L << 40);
        assertThat(received.userHeaders().getDouble("double")).isEqualTo(0.5);
        assertThat(received.userHeaders().getString("KEYS")).isEqualTo("reserved");
    }

    @Test
    void shouldDeliverHigherPrioritiesFirstAndIgnoreThoseBeyondTheRegion() {
        for (final int priority : new int[] {1, 5, 10, 3, 11, 0, 7}) {
            producer.send(message("p" + priority).putSysHeaders(BuiltinKeys.PRIORITY, priority));
        }
        final PullConsumer consumer = pull("group", QUEUE);
        final List<String> order = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            order.add(text(nextAcknowledged(consumer)));
        }

        assertThat(order).containsExactly("p10", "p7", "p5", "p11", "p0", "p3", "p1");
    }

    @Test
    void shouldDeliverWhenItsStartTimeHasComeAndNotBefore() {
        final PullConsumer consumer = pull("group", QUEUE);
        final long startEpochMs = System.currentTimeMillis() + 600;
        producer.send(message("later").putSysHeaders(BuiltinKeys.START_TIME, startEpochMs));
        producer.send(message("now"));

        assertThat(text(nextAcknowledged(consumer))).isEqualTo("now");
        final Message later = nextAcknowledged(consumer);
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(startEpochMs);
        assertThat(later.sysHeaders().getLong(BuiltinKeys.START_TIME)).isEqualTo(startEpochMs);
    }

    static Stream<Arguments> lifetimes() {
        return Stream.of(
                Arguments.of("TIMEOUT of 1 ms", BuiltinKeys.TIMEOUT, 1L, false),
                Arguments.of("TIMEOUT of 0 is never", BuiltinKeys.TIMEOUT, 0L, true),
                Arguments.of("STOP_TIME in the past but behind START_TIME", BuiltinKeys.STOP_TIME, 1_000L, false),
                Arguments.of("STOP_TIME in the future", BuiltinKeys.STOP_TIME, Long.MAX_VALUE / 4, true));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("lifetimes")
    void shouldDiscardWhatIsOver(final String what, final String header, final long value, final boolean lives)
            throws Exception {
        producer.send(message("x").putSysHeaders(header, value));
        producer.send(message("last"));
        TimeUnit.MILLISECONDS.sleep(5);
        final PullConsumer consumer = pull("group", QUEUE);

        assertThat(text(nextAcknowledged(consumer))).as(what).isEqualTo(lives ? "x" : "last");
    }

    @Test
    void shouldLetTimeoutWinOverStopTimeAndNeverDiscardWhatStopsBeforeItStarts() {
        assertThat(MessageEncoder.stopTime(headers(BuiltinKeys.TIMEOUT, 50, BuiltinKeys.STOP_TIME, 7), 0, 1_000))
                .isEqualTo(1_050);
        assertThat(MessageEncoder.stopTime(headers(BuiltinKeys.TIMEOUT, 0, BuiltinKeys.STOP_TIME, 7), 0, 1_000))
                .isZero();
        assertThat(MessageEncoder.stopTime(headers(BuiltinKeys.STOP_TIME, 7, "x", 0), 8, 1_000))
                .isZero();
        assertThat(MessageEncoder.stopTime(headers(BuiltinKeys.STOP_TIME, 9, "x", 0), 8, 1_000))
                .isEqualTo(9);
    }

    private static KeyValue headers(final String name, final long value, final String other, final long otherValue) {
        return OMS.newKeyValue().put(name, value).put(other, otherValue);
    }

    static Stream<Arguments> wrongHeaders() {
        return Stream.of(
                Arguments.of(BuiltinKeys.START_TIME, "soon"),
                Arguments.of(BuiltinKeys.TIMEOUT, "-1"),
                Arguments.of(BuiltinKeys.RELIABILITY, "MAYBE"),
                Arguments.of(BuiltinKeys.SEARCH_KEYS, "1,2,3,4,5,6"),
                Arguments.of(BuiltinKeys.SEARCH_KEYS, "two words"),
                Arguments.of(BuiltinKeys.SCHEDULE_EXPRESSION, "every day"),
                Arguments.of(BuiltinKeys.SCHEDULE_EXPRESSION, "0 0 30 2 *"));
    }

    @ParameterizedTest(name = "{0}={1}")
    @MethodSource("wrongHeaders")
    void shouldRefuseAHeaderThatMeansNothing(final String header, final String value) {
        assertThatThrownBy(() -> producer.send(message("x").putSysHeaders(header, value)))
                .isInstanceOf(OMSMessageFormatException.class)
                .hasMessageContaining(header)
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.BAD_PARAMETER.code());
    }

    @Test
    void shouldRefuseAMessageWithoutDestinationOrBody() {
        final Message homeless = message("x");
        homeless.sysHeaders().keySet().remove(BuiltinKeys.DESTINATION);

        assertThatThrownBy(() -> producer.send(homeless)).isInstanceOf(OMSMessageFormatException.class);
        assertThatThrownBy(() -> producer.send(producer.createBytesMessage(QUEUE, null)))
                .isInstanceOf(OMSMessageFormatException.class)
                .extracting(Scenario::codeOf)
                .isEqualTo(ErrorCode.BODY_REQUIRED.code());
    }

    @Test
    void shouldCarryABodyThatIsStoredInParts() {
        final byte[] body = new byte[3 << 20];
        java.util.Arrays.fill(body, (byte) 7);

        final Message received = sentAndReceived(producer.createBytesMessage(QUEUE, body));

        assertThat(received.getBody(byte[].class)).isEqualTo(body);
    }

    private Message sentAndReceived(final Message message) {
        producer.send(message);
        final PullConsumer consumer = pull("reader", QUEUE);
        try {
            return nextAcknowledged(consumer);
        } finally {
            consumer.shutdown();
        }
    }

    @Test
    void shouldSetOnASentMessageWhatTheServiceAssigns() {
        final long before = System.currentTimeMillis();
        final Message sent = message("x");

        final String id = producer.send(sent).messageId();

        final KeyValue headers = sent.sysHeaders();
        assertThat(headers.getString(BuiltinKeys.MESSAGE_ID)).isEqualTo(id);
        assertThat(headers.getLong(BuiltinKeys.BORN_TIMESTAMP)).isGreaterThanOrEqualTo(before);
        assertThat(headers.getLong(BuiltinKeys.STORE_TIMESTAMP)).isGreaterThanOrEqualTo(before);
        assertThat(headers.getString(BuiltinKeys.BORN_HOST)).isNotBlank();
        assertThat(headers.getString(BuiltinKeys.STORE_HOST)).contains(Integer.toString(broker.port()));
    }

    @Test
    void shouldGiveTheSameMessageANewIdWithEachSend() {
        final Message message = message("x");

        assertThat(producer.send(message).messageId())
                .isNotEqualTo(producer.send(message).messageId());
        final PullConsumer consumer = pull("group", QUEUE);
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("x");
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("x");
    }

    @Test
    void shouldDeliverOnceAtTheFirstTimeThatAScheduleExpressionNames() {
        final PullConsumer consumer = pull("group", QUEUE);
        final long sentEpochMs = System.currentTimeMillis();
        producer.send(message("scheduled").putSysHeaders(BuiltinKeys.SCHEDULE_EXPRESSION, "* * * * * *"));

        final Message message = nextAcknowledged(consumer);
        final long startEpochMs = message.sysHeaders().getLong(BuiltinKeys.START_TIME);
        assertThat(startEpochMs % 1_000).isZero();
        assertThat(startEpochMs).isGreaterThan(sentEpochMs).isLessThanOrEqualTo(sentEpochMs + 1_000);
        assertThat(message.sysHeaders().getString(BuiltinKeys.SCHEDULE_EXPRESSION))
                .isEqualTo("* * * * * *");
        // The next second has gone by when what is sent for two seconds later comes, and only that.
        producer.send(message("last").putSysHeaders(BuiltinKeys.START_TIME, startEpochMs + 2_000));
        assertThat(text(nextAcknowledged(consumer))).isEqualTo("last");
    }

    @Test
    void shouldTakeTheFirstTimeOfAScheduleExpressionBehindStartTime() {
        final KeyValue headers = OMS.newKeyValue()
                .put(BuiltinKeys.START_TIME, 3_600_000)
                .put(BuiltinKeys.SCHEDULE_EXPRESSION, "30 * * * *");

        assertThat(MessageEncoder.startTime(headers, 0)).isEqualTo(5_400_000);
        assertThat(MessageEncoder.startTime(headers, 7_200_000)).isEqualTo(9_000_000);
    }
}
