package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.producer.LocalTransactionExecutor;
import io.openmessaging.producer.LocalTransactionExecutor.ExecutionContext;
import io.openmessaging.producer.Producer;
import io.openmessaging.producer.SendResult;
import jakarta.jms.BytesMessage;
import jakarta.jms.Destination;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.LocalTransactionState;
import org.apache.rocketmq.client.producer.TransactionListener;
import org.apache.rocketmq.client.producer.TransactionMQProducer;
import org.apache.rocketmq.common.message.MessageExt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every way to send and every way to receive, on one destination: what is sent is received, as far as both sides know it. */
class InteropMatrixTest extends RocketMqScenario {

    private MessagingAccessPoint accessPoint;
    private Producer openMessagingProducer;

    /** What the destination is in Jakarta Messaging. */
    enum Kind {
        QUEUE,
        TOPIC
    }

    /** A message and who sends it. */
    enum Sent {
        JMS_TEXT("gr\u00fcn".getBytes(StandardCharsets.UTF_8)),
        JMS_BYTES(new byte[] {0, 1, (byte) 0xFF}),
        JMS_EMPTY(new byte[0]),
        JMS_MAP(null),
        JMS_STREAM(null),
        JMS_OBJECT(null),
        ROCKETMQ("from RocketMQ".getBytes(StandardCharsets.UTF_8)),
        ROCKETMQ_COMPRESSED("0123456789".repeat(1_000).getBytes(StandardCharsets.UTF_8)),
        OPENMESSAGING("from OpenMessaging".getBytes(StandardCharsets.UTF_8));

        /** What everybody receives; null where the body means something in Jakarta Messaging alone. */
        final byte[] body;

        Sent(final byte[] body) {
            this.body = body;
        }

        boolean byJms() {
            return name().startsWith("JMS");
        }
    }

    static Stream<Arguments> waysToReceive() {
        return Stream.of(Kind.values()).flatMap(kind -> Stream.of(By.values()).map(by -> Arguments.of(kind, by)));
    }

    /** A queue that Jakarta Messaging made first gives each message to one consumer, so it cannot be a routing's source. */
    static Stream<Arguments> waysToSelect() {
        return waysToReceive().filter(way -> way.get()[0] != Kind.QUEUE || way.get()[1] != By.OPENMESSAGING);
    }

    @ParameterizedTest
    @MethodSource("waysToReceive")
    void shouldReceiveWhateverAnybodySends(final Kind kind, final By by) throws Exception {
        final String name = unique("matrix");
        try (JMSContext jms = jms();
                By.Receiver receiver = open(jms, kind, by, name, null)) {
            final DefaultMQProducer producer = producer();
            final Map<Sent, String> ids = new LinkedHashMap<>();
            for (final Sent sent : Sent.values()) {
                ids.put(
                        sent,
                        sent == Sent.OPENMESSAGING
                                ? sendByOpenMessaging(sent, name)
                                : send(sent, jms, destination(jms, kind, name), producer, name));
            }
            final Map<String, By.Received> received = new LinkedHashMap<>();
            await().until(() -> {
                receiver.poll().forEach(each -> received.put(each.id(), each));
                return received.keySet().containsAll(ids.values());
            });
            for (final Sent sent : Sent.values()) {
                check(sent, received.get(ids.get(sent)));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("waysToSelect")
    void shouldSelectByWhatAnybodySet(final Kind kind, final By by) throws Exception {
        final String name = unique("selected");
        try (JMSContext jms = jms();
                By.Receiver receiver = open(jms, kind, by, name, "colour = 'red'")) {
            final DefaultMQProducer producer = producer();
            for (final String colour : List.of("blue", "red", "green")) {
                final var message = message(name, "RocketMQ " + colour);
                message.putUserProperty("colour", colour);
                producer.send(message);
                jms.createProducer().setProperty("colour", colour).send(destination(jms, kind, name), "JMS " + colour);
                openMessagingProducer()
                        .send(openMessage(name, "OpenMessaging " + colour).putUserHeaders("colour", colour));
            }
            assertThat(bodies(receiver, 3)).containsExactlyInAnyOrder("RocketMQ red", "JMS red", "OpenMessaging red");
        }
    }

    @ParameterizedTest
    @MethodSource("waysToReceive")
    void shouldWaitForTheTimeThatAnybodySet(final Kind kind, final By by) throws Exception {
        final String name = unique("delayed");
        try (JMSContext jms = jms();
                By.Receiver receiver = open(jms, kind, by, name, null)) {
            final DefaultMQProducer producer = producer();
            producer.send(message(name, "warms up"));
            assertThat(bodies(receiver, 1)).containsExactly("warms up");
            final long startMs = System.currentTimeMillis();
            jms.createProducer().setDeliveryDelay(2_500).send(destination(jms, kind, name), "JMS later");
            final var later = message(name, "RocketMQ later");
            later.setDelayTimeMs(2_500);
            producer.send(later);
            openMessagingProducer()
                    .send(openMessage(name, "OpenMessaging later")
                            .putSysHeaders(BuiltinKeys.START_TIME, System.currentTimeMillis() + 2_500));
            jms.createProducer().send(destination(jms, kind, name), "JMS now");
            producer.send(message(name, "RocketMQ now"));
            openMessagingProducer().send(openMessage(name, "OpenMessaging now"));
            assertThat(bodies(receiver, 3)).containsExactlyInAnyOrder("JMS now", "RocketMQ now", "OpenMessaging now");
            assertThat(bodies(receiver, 3))
                    .containsExactlyInAnyOrder("JMS later", "RocketMQ later", "OpenMessaging later");
            assertThat(System.currentTimeMillis() - startMs).isGreaterThanOrEqualTo(2_400);
        }
    }

    @ParameterizedTest
    @MethodSource("waysToReceive")
    void shouldShowTransactionsOfAnybodyAfterTheirCommitOnly(final Kind kind, final By by) throws Exception {
        final String name = unique("transacted");
        try (JMSContext jms = jms();
                JMSContext transacted = jms.createContext(JMSContext.SESSION_TRANSACTED);
                By.Receiver receiver = open(jms, kind, by, name, null)) {
            final TransactionMQProducer producer = transactional();
            transacted.createProducer().send(destination(transacted, kind, name), "JMS committed");
            jms.createProducer().send(destination(jms, kind, name), "marker 1");
            assertThat(bodies(receiver, 1)).containsExactly("marker 1");
            transacted.commit();
            assertThat(bodies(receiver, 1)).containsExactly("JMS committed");

            sendTransacted(openMessage(name, "OpenMessaging rolled back"), ExecutionContext::rollback);
            openMessagingProducer()
                    .createBatchMessageSender()
                    .send(openMessage(name, "OpenMessaging discarded"))
                    .rollback();
            sendTransacted(openMessage(name, "OpenMessaging committed"), ExecutionContext::commit);
            openMessagingProducer()
                    .createBatchMessageSender()
                    .send(openMessage(name, "OpenMessaging batch"))
                    .commit();
            assertThat(bodies(receiver, 2)).containsExactlyInAnyOrder("OpenMessaging committed", "OpenMessaging batch");

            producer.sendMessageInTransaction(message(name, "RocketMQ rolled back"), false);
            transacted.createProducer().send(destination(transacted, kind, name), "JMS rolled back");
            transacted.rollback();
            producer.sendMessageInTransaction(message(name, "RocketMQ committed"), true);
            jms.createProducer().send(destination(jms, kind, name), "marker 2");
            assertThat(bodies(receiver, 2)).containsExactlyInAnyOrder("RocketMQ committed", "marker 2");
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldFilterByTagWhatAnybodySent(final Kind kind) throws Exception {
        final String name = unique("tagged");
        try (JMSContext jms = jms();
                By.Receiver made = open(jms, kind, By.JMS, name, "JMSType = 'B'")) {
            final Inbox inbox = push(name, "B");
            final DefaultMQProducer producer = producer();
            for (final String tag : List.of("A", "B", "C")) {
                producer.send(message(name, tag, "RocketMQ " + tag));
                jms.createProducer().setJMSType(tag).send(destination(jms, kind, name), "JMS " + tag);
                openMessagingProducer()
                        .send(openMessage(name, "OpenMessaging " + tag).putSysHeaders("TAGS", tag));
            }
            await().until(() -> inbox.size() == 3);
            assertThat(inbox.bodies()).containsExactlyInAnyOrder("RocketMQ B", "JMS B", "OpenMessaging B");
            assertThat(bodies(made, 3)).containsExactlyInAnyOrder("RocketMQ B", "JMS B", "OpenMessaging B");
        }
    }

    /** Makes the destination for Jakarta Messaging, then begins to receive from it. */
    private By.Receiver open(
            final JMSContext jms, final Kind kind, final By by, final String name, final String selector)
            throws Exception {
        jms.createConsumer(destination(jms, kind, name)).close();
        await().ignoreExceptions()
                .until(() -> !producer().fetchPublishMessageQueues(name).isEmpty());
        return by.on(this, kind, name, selector);
    }

    private static String send(
            final Sent sent,
            final JMSContext jms,
            final Destination destination,
            final DefaultMQProducer producer,
            final String name)
            throws Exception {
        if (!sent.byJms()) {
            final var message = new org.apache.rocketmq.common.message.Message(name, "tag", "key", sent.body);
            message.putUserProperty("text", "gr\u00fcn");
            message.putUserProperty("number", "42");
            return producer.send(message).getMsgId();
        }
        final Message message = jmsMessage(sent, jms);
        message.setJMSType("tag");
        message.setJMSCorrelationID("key");
        message.setBooleanProperty("yes", true);
        message.setByteProperty("byte", (byte) -8);
        message.setShortProperty("short", (short) 16);
        message.setIntProperty("number", 42);
        message.setLongProperty("long", 1L << 40);
        message.setFloatProperty("float", 1.5f);
        message.setDoubleProperty("double", 2.25);
        message.setStringProperty("text", "gr\u00fcn");
        jms.createProducer().send(destination, message);
        return message.getJMSMessageID().substring("ID:".length());
    }

    private String sendByOpenMessaging(final Sent sent, final String name) {
        final var message = openMessagingProducer()
                .createBytesMessage(name, sent.body)
                .putSysHeaders("TAGS", "tag")
                .putSysHeaders(BuiltinKeys.SEARCH_KEYS, "key")
                .putUserHeaders("text", "gr\u00fcn")
                .putUserHeaders("number", 42);
        return openMessagingProducer().send(message).messageId();
    }

    private io.openmessaging.Message openMessage(final String name, final String body) {
        return openMessagingProducer().createBytesMessage(name, body.getBytes(StandardCharsets.UTF_8));
    }

    private void sendTransacted(final io.openmessaging.Message message, final Consumer<ExecutionContext> decision) {
        final SendResult sent = openMessagingProducer()
                .send(
                        message,
                        new LocalTransactionExecutor() {
                            @Override
                            public void execute(final io.openmessaging.Message half, final ExecutionContext context) {
                                decision.accept(context);
                            }

                            @Override
                            public void check(final io.openmessaging.Message half, final CheckContext context) {
                                throw new AssertionError("it was decided");
                            }
                        },
                        OMS.newKeyValue());
        assertThat(sent.messageId()).isNotBlank();
    }

    private static Message jmsMessage(final Sent sent, final JMSContext jms) throws JMSException {
        switch (sent) {
            case JMS_TEXT:
                return jms.createTextMessage(new String(sent.body, StandardCharsets.UTF_8));
            case JMS_BYTES:
                final BytesMessage bytes = jms.createBytesMessage();
                bytes.writeBytes(sent.body);
                return bytes;
            case JMS_MAP:
                final MapMessage map = jms.createMapMessage();
                map.setInt("answer", 42);
                return map;
            case JMS_STREAM:
                final StreamMessage stream = jms.createStreamMessage();
                stream.writeString("streamed");
                return stream;
            case JMS_OBJECT:
                return jms.createObjectMessage("an object");
            default:
                return jms.createMessage();
        }
    }

    private static void check(final Sent sent, final By.Received received) throws Exception {
        if (sent.body != null) {
            assertThat(received.body()).as("body of %s", sent).isEqualTo(sent.body);
        } else if (received.jms() == null) {
            assertThat(received.body()).as("body of %s", sent).isNotEmpty();
        } else {
            checkJmsBody(sent, received.jms());
        }
        assertThat(received.tag()).as("tag of %s", sent).isEqualTo("tag");
        assertThat(received.key()).as("key of %s", sent).isEqualTo("key");
        assertThat(received.properties())
                .as("properties of %s", sent)
                .containsEntry("text", "gr\u00fcn")
                .containsEntry("number", "42");
        if (sent.byJms()) {
            assertThat(received.properties())
                    .as("properties of %s", sent)
                    .containsEntry("yes", "true")
                    .containsEntry("byte", "-8")
                    .containsEntry("short", "16")
                    .containsEntry("long", Long.toString(1L << 40))
                    .containsEntry("float", "1.5")
                    .containsEntry("double", "2.25");
        } else if (received.jms() != null) {
            assertThat(received.jms().getIntProperty("number")).isEqualTo(42);
            assertThat(received.jms().getJMSPriority()).isEqualTo(Message.DEFAULT_PRIORITY);
        }
    }

    private static void checkJmsBody(final Sent sent, final Message message) throws JMSException {
        switch (sent) {
            case JMS_MAP -> assertThat(((MapMessage) message).getInt("answer")).isEqualTo(42);
            case JMS_STREAM ->
                assertThat(((StreamMessage) message).readString()).isEqualTo("streamed");
            case JMS_OBJECT -> assertThat(((ObjectMessage) message).getObject()).isEqualTo("an object");
            default -> throw new AssertionError(sent);
        }
    }

    /** The next texts that come, so many of them and no more. */
    private static List<String> bodies(final By.Receiver receiver, final int count) {
        final List<String> bodies = new ArrayList<>();
        await().until(() -> {
            for (final By.Received each : receiver.poll()) {
                bodies.add(new String(each.body(), StandardCharsets.UTF_8));
            }
            return bodies.size() >= count;
        });
        return bodies;
    }

    /** A producer whose transactions end as their argument says. */
    private TransactionMQProducer transactional() throws Exception {
        final TransactionMQProducer producer = new TransactionMQProducer(unique("producer"));
        producer.setTransactionListener(new TransactionListener() {
            @Override
            public LocalTransactionState executeLocalTransaction(
                    final org.apache.rocketmq.common.message.Message message, final Object commit) {
                return (Boolean) commit ? LocalTransactionState.COMMIT_MESSAGE : LocalTransactionState.ROLLBACK_MESSAGE;
            }

            @Override
            public LocalTransactionState checkLocalTransaction(final MessageExt message) {
                return LocalTransactionState.UNKNOW;
            }
        });
        start(producer);
        return producer;
    }

    static Destination destination(final JMSContext context, final Kind kind, final String name) {
        return kind == Kind.QUEUE ? context.createQueue(name) : context.createTopic(name);
    }

    MessagingAccessPoint openMessaging() {
        if (accessPoint == null) {
            accessPoint = OMS.getMessagingAccessPoint("oms:anser://" + server.brokerAddress() + "/test");
        }
        return accessPoint;
    }

    /** One for all scenarios. */
    private Producer openMessagingProducer() {
        if (openMessagingProducer == null) {
            openMessagingProducer = openMessaging().createProducer();
            openMessagingProducer.startup();
        }
        return openMessagingProducer;
    }

    @AfterAll
    void stopOpenMessaging() {
        if (openMessagingProducer != null) {
            openMessagingProducer.shutdown();
        }
        if (accessPoint != null) {
            accessPoint.shutdown();
        }
    }

    JMSContext jms() throws JMSException {
        return new AnserConnectionFactory("anser://" + server.brokerAddress()).createContext();
    }
}
