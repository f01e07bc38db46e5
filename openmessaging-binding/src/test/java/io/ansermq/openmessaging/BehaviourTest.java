package io.ansermq.openmessaging;

import static io.ansermq.openmessaging.TestBroker.consumer;
import static io.ansermq.openmessaging.TestBroker.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.consumer.MessageListener;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSMessageFormatException;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ProducerInterceptor;
import io.openmessaging.producer.Producer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the headers mean, and the choices where the API's documentation is silent. */
class BehaviourTest {
    private static final long WAIT_MS = 20_000;
    private static final long NOTHING_MS = 150;
    private static final String QUEUE = "orders";

    @TempDir
    private Path data;

    private TestBroker broker;
    private MessagingAccessPoint accessPoint;
    private Producer producer;

    @BeforeEach
    void start() throws Exception {
        broker = TestBroker.start(data, "redelivery-delay", "0ms");
        accessPoint = broker.accessPoint();
        producer = accessPoint.createProducer();
        producer.startup();
    }

    @AfterEach
    void stop() {
        producer.shutdown();
        accessPoint.shutdown();
        broker.close();
    }

    private Message message(final String body) {
        return producer.createBytesMessage(QUEUE, body.getBytes(UTF_8));
    }

    private static String text(final Message message) {
        return new String(message.getBody(byte[].class), UTF_8);
    }

    private PullConsumer pull(final String id) {
        final PullConsumer consumer = accessPoint.createPullConsumer(consumer(id));
        consumer.attachQueue(QUEUE).startup();
        return consumer;
    }

    private static Message next(final PullConsumer consumer) {
        final Message message = consumer.receive(timeout(WAIT_MS));
        assertThat(message).as("a message within " + WAIT_MS + " ms").isNotNull();
        consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
        return message;
    }

    private Message sentAndReceived(final Message message) {
        producer.send(message);
        final PullConsumer consumer = pull("reader");
        try {
            return next(consumer);
        } finally {
            consumer.shutdown();
        }
    }

    // ---- headers

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
        final PullConsumer consumer = pull("group");
        final List<String> order = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            order.add(text(next(consumer)));
        }

        assertThat(order).containsExactly("p10", "p7", "p5", "p11", "p0", "p3", "p1");
        consumer.shutdown();
    }

    @Test
    void shouldDeliverWhenItsStartTimeHasComeAndNotBefore() {
        final PullConsumer consumer = pull("group");
        final long startEpochMs = System.currentTimeMillis() + 600;
        producer.send(message("later").putSysHeaders(BuiltinKeys.START_TIME, startEpochMs));
        producer.send(message("now"));

        assertThat(text(next(consumer))).isEqualTo("now");
        final Message later = next(consumer);
        assertThat(System.currentTimeMillis()).isGreaterThanOrEqualTo(startEpochMs);
        assertThat(later.sysHeaders().getLong(BuiltinKeys.START_TIME)).isEqualTo(startEpochMs);
        consumer.shutdown();
    }

    @Test
    void shouldDeliverAtTheTimeThatAScheduleExpressionNames() {
        final PullConsumer consumer = pull("group");
        final long sentEpochMs = System.currentTimeMillis();
        producer.send(message("scheduled").putSysHeaders(BuiltinKeys.SCHEDULE_EXPRESSION, "*/2 * * * * *"));

        final Message message = next(consumer);
        final long startEpochMs = message.sysHeaders().getLong(BuiltinKeys.START_TIME);
        assertThat(startEpochMs % 2_000).isZero();
        assertThat(startEpochMs).isGreaterThan(sentEpochMs);
        assertThat(message.sysHeaders().getString(BuiltinKeys.SCHEDULE_EXPRESSION))
                .isEqualTo("*/2 * * * * *");
        consumer.shutdown();
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
        final PullConsumer consumer = pull("group");

        assertThat(text(next(consumer))).as(what).isEqualTo(lives ? "x" : "last");
        consumer.shutdown();
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
                .extracting(e -> ((OMSRuntimeException) e).getErrorCode())
                .isEqualTo(ErrorCode.BAD_PARAMETER.code());
    }

    @Test
    void shouldRefuseAMessageWithoutDestinationOrBody() {
        final Message homeless = message("x");
        homeless.sysHeaders().keySet().remove(BuiltinKeys.DESTINATION);

        assertThatThrownBy(() -> producer.send(homeless)).isInstanceOf(OMSMessageFormatException.class);
        assertThatThrownBy(() -> producer.send(producer.createBytesMessage(QUEUE, null)))
                .isInstanceOf(OMSMessageFormatException.class)
                .extracting(e -> ((OMSRuntimeException) e).getErrorCode())
                .isEqualTo(ErrorCode.BODY_REQUIRED.code());
    }

    @Test
    void shouldCarryABodyThatIsStoredInParts() {
        final byte[] body = new byte[3 << 20];
        java.util.Arrays.fill(body, (byte) 7);

        final Message received = sentAndReceived(producer.createBytesMessage(QUEUE, body));

        assertThat(received.getBody(byte[].class)).isEqualTo(body);
    }

    // ---- order

    @Test
    void shouldKeepTheOrderOfAStreamKeyThoughPrioritiesDiffer() throws Exception {
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        push.attachQueue(QUEUE, (message, context) -> {
            context.ack();
            got.add(text(message));
        });
        for (int i = 0; i < 50; i++) {
            producer.send(message(Integer.toString(i))
                    .putSysHeaders(BuiltinKeys.STREAM_KEY, "one")
                    .putSysHeaders(BuiltinKeys.PRIORITY, 1 + i % 10));
        }
        push.startup();

        for (int i = 0; i < 50; i++) {
            assertThat(got.poll(WAIT_MS, TimeUnit.MILLISECONDS)).isEqualTo(Integer.toString(i));
        }
        push.shutdown();
    }

    @Test
    void shouldPutMessagesOfOneKeyIntoOneStream() throws Exception {
        accessPoint.resourceManager().createQueue(QUEUE, OMS.newKeyValue().put("STREAMS", 4));
        for (int i = 0; i < 40; i++) {
            producer.send(message("key" + i % 5).putSysHeaders(BuiltinKeys.STREAM_KEY, "key" + i % 5));
        }
        final var consumer = accessPoint.createStreamingConsumer();
        consumer.startup();
        final List<String> keysSeen = new ArrayList<>();
        for (final String stream : accessPoint.resourceManager().listStreams(QUEUE)) {
            final List<String> here = new ArrayList<>();
            final var iterator = consumer.seekToBeginning(stream);
            while (iterator.hasNext()) {
                here.add(text(iterator.next()));
            }
            here.stream().distinct().forEach(keysSeen::add);
        }

        assertThat(keysSeen).containsExactlyInAnyOrder("key0", "key1", "key2", "key3", "key4");
        consumer.shutdown();
    }

    // ---- push

    @Test
    void shouldDeliverAgainWhatAListenerHasThrownAbout() throws Exception {
        producer.send(message("x"));
        final BlockingQueue<Integer> redelivered = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.attachQueue(QUEUE, (message, context) -> {
            final int number = message.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER);
            redelivered.add(number);
            if (number == 0) {
                throw new IllegalStateException("not this time");
            }
            context.ack();
        });
        push.startup();

        assertThat(redelivered.poll(WAIT_MS, TimeUnit.MILLISECONDS)).isZero();
        assertThat(redelivered.poll(WAIT_MS, TimeUnit.MILLISECONDS)).isEqualTo(1);
        push.shutdown();
    }

    @Test
    void shouldAcceptAnAcknowledgementThatComesLateAndFromAnotherThread() throws Exception {
        producer.send(message("x"));
        producer.send(message("y"));
        final BlockingQueue<MessageListener.Context> contexts = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.attachQueue(QUEUE, (message, context) -> contexts.add(context));
        push.startup();
        final MessageListener.Context first = contexts.poll(WAIT_MS, TimeUnit.MILLISECONDS);
        final MessageListener.Context second = contexts.poll(WAIT_MS, TimeUnit.MILLISECONDS);
        assertThat(second).isNotNull();

        first.ack();
        first.ack();
        push.shutdown();

        assertThatThrownBy(second::ack).isInstanceOf(OMSRuntimeException.class);
        final PullConsumer consumer = pull("group");
        final Message again = next(consumer);
        assertThat(text(again)).isEqualTo("y");
        assertThat(again.sysHeaders().getInt(BuiltinKeys.REDELIVERED_NUMBER)).isEqualTo(1);
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
        consumer.shutdown();
    }

    @Test
    void shouldConsumeAQueueThatIsAttachedAfterStartupAndAfterARestart() throws Exception {
        final BlockingQueue<String> got = new LinkedBlockingQueue<>();
        final PushConsumer push = accessPoint.createPushConsumer(consumer("group"));
        push.startup();
        push.attachQueue(QUEUE, (message, context) -> {
            context.ack();
            got.add(text(message));
        });
        producer.send(message("before"));
        assertThat(got.poll(WAIT_MS, TimeUnit.MILLISECONDS)).isEqualTo("before");
        push.shutdown();
        producer.send(message("meanwhile"));
        push.startup();

        assertThat(got.poll(WAIT_MS, TimeUnit.MILLISECONDS)).isEqualTo("meanwhile");
        push.shutdown();
        assertThatThrownBy(push::suspend).isInstanceOf(OMSRuntimeException.class);
    }

    // ---- interceptors

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

    // ---- updates

    @Test
    void shouldDeliverAWaitingMessageAtItsNewTime() throws Exception {
        final String id = producer.send(
                        message("x").putSysHeaders(BuiltinKeys.START_TIME, System.currentTimeMillis() + 3_600_000))
                .messageId();

        accessPoint
                .resourceManager()
                .updateMessage(
                        QUEUE, id, OMS.newKeyValue().put(BuiltinKeys.START_TIME, System.currentTimeMillis() - 1));

        final PullConsumer consumer = pull("group");
        assertThat(next(consumer).sysHeaders().getString(BuiltinKeys.MESSAGE_ID))
                .isEqualTo(id);
        assertThat(consumer.receive(timeout(NOTHING_MS))).isNull();
        consumer.shutdown();
    }

    // ---- connecting

    @Test
    void shouldSayWhatToDoWhenThereIsNoBroker() {
        final Producer lost =
                OMS.getMessagingAccessPoint("oms:anser://127.0.0.1:1/r").createProducer();

        assertThatThrownBy(lost::startup)
                .isInstanceOf(OMSRuntimeException.class)
                .hasMessageContaining("127.0.0.1")
                .extracting(e -> ((OMSRuntimeException) e).getErrorCode())
                .isEqualTo(ErrorCode.UNAVAILABLE.code());
    }
}
