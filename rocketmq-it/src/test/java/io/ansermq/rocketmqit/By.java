package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.rocketmqit.InteropMatrixTest.Kind;
import io.openmessaging.KeyValue;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.ResourceManager;
import io.openmessaging.consumer.PullConsumer;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;

/** The ways to receive of {@link InteropMatrixTest}. */
enum By {
    JMS {
        @Override
        Receiver on(final InteropMatrixTest test, final Kind kind, final String name, final String selector)
                throws Exception {
            final JMSContext context = test.jms();
            final JMSConsumer consumer =
                    context.createConsumer(InteropMatrixTest.destination(context, kind, name), selector);
            return new Receiver() {
                @Override
                public List<Received> poll() throws JMSException {
                    final Message message = consumer.receive(200);
                    return message == null ? List.of() : List.of(of(message));
                }

                @Override
                public void close() {
                    context.close();
                }
            };
        }
    },
    PUSH {
        @Override
        Receiver on(final InteropMatrixTest test, final Kind kind, final String name, final String selector)
                throws Exception {
            final RocketMqScenario.Inbox inbox = new RocketMqScenario.Inbox();
            final var consumer = test.consumer(RocketMqScenario.unique("group"));
            consumer.subscribe(name, selector == null ? MessageSelector.byTag("*") : MessageSelector.bySql(selector));
            consumer.registerMessageListener(inbox.listener());
            consumer.start();
            await().until(() -> !consumer.getDefaultMQPushConsumerImpl()
                    .getRebalanceImpl()
                    .getProcessQueueTable()
                    .isEmpty());
            return () -> {
                final List<Received> found = new ArrayList<>();
                while (inbox.size() > 0) {
                    found.add(of(inbox.messages.remove(0)));
                }
                return found;
            };
        }
    },
    PULL {
        @Override
        Receiver on(final InteropMatrixTest test, final Kind kind, final String name, final String selector)
                throws Exception {
            final DefaultLitePullConsumer consumer = test.litePull(RocketMqScenario.unique("group"));
            consumer.setConsumeFromWhere(ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET);
            consumer.subscribe(name, selector == null ? MessageSelector.byTag("*") : MessageSelector.bySql(selector));
            consumer.start();
            // From here on the broker knows the group, and keeps for it what nobody else wants.
            await().until(() -> !consumer.assignment().isEmpty());
            return () -> consumer.poll(200).stream().map(By::of).toList();
        }
    },
    POP {
        @Override
        Receiver on(final InteropMatrixTest test, final Kind kind, final String name, final String selector)
                throws Exception {
            final PopClient client = new PopClient(test.server, RocketMqScenario.unique("group"), name);
            test.afterwards(client::close);
            client.pollMs = 200;
            if (selector != null) {
                client.expressionType = "SQL92";
                client.expression = selector;
            }
            assertThat(client.pop()).isEmpty();
            return () -> {
                final List<MessageExt> found = client.pop();
                if (!found.isEmpty()) {
                    assertThat(client.acknowledgeAll(found)).isTrue();
                }
                return found.stream().map(By::of).toList();
            };
        }
    },
    OPENMESSAGING {
        @Override
        Receiver on(final InteropMatrixTest test, final Kind kind, final String name, final String selector)
                throws Exception {
            String queue = name;
            if (selector != null) {
                // Consumers of OpenMessaging have no selectors; queues have routings.
                queue = RocketMqScenario.unique("selected");
                final ResourceManager manager = test.openMessaging().resourceManager();
                manager.createQueue(queue, OMS.newKeyValue());
                manager.createRouting(
                        RocketMqScenario.unique("routing"),
                        OMS.newKeyValue()
                                .put(OMSBuiltinKeys.ROUTING_SOURCE, name)
                                .put(OMSBuiltinKeys.ROUTING_DESTINATION, queue)
                                .put(OMSBuiltinKeys.ROUTING_EXPRESSION, selector));
            }
            final PullConsumer consumer = test.openMessaging()
                    .createPullConsumer(OMS.newKeyValue()
                            .put(OMSBuiltinKeys.CONSUMER_ID, RocketMqScenario.unique("group"))
                            .put(OMSBuiltinKeys.OPERATION_TIMEOUT, 200))
                    .attachQueue(queue);
            consumer.startup();
            return new Receiver() {
                @Override
                public List<Received> poll() {
                    final io.openmessaging.Message message = consumer.receive();
                    if (message == null) {
                        return List.of();
                    }
                    consumer.ack(message.sysHeaders().getString(BuiltinKeys.RECEIPT_HANDLE));
                    return List.of(of(message));
                }

                @Override
                public void close() {
                    consumer.shutdown();
                }
            };
        }
    };

    /** Starts to receive; with a selector of Jakarta Messaging, which is an SQL92 filter of RocketMQ too. */
    abstract Receiver on(InteropMatrixTest test, Kind kind, String name, String selector) throws Exception;

    private static Received of(final io.openmessaging.Message message) {
        final Map<String, String> properties = new LinkedHashMap<>();
        message.userHeaders()
                .keySet()
                .forEach(name -> properties.put(name, message.userHeaders().getString(name)));
        final KeyValue headers = message.sysHeaders();
        return new Received(
                message.getBody(byte[].class),
                headers.getString("TAGS"),
                headers.getString(BuiltinKeys.SEARCH_KEYS),
                headers.getString(BuiltinKeys.MESSAGE_ID),
                properties,
                null);
    }

    private static Received of(final MessageExt message) {
        return new Received(
                message.getBody() == null ? new byte[0] : message.getBody(),
                message.getTags(),
                message.getKeys(),
                message.getMsgId(),
                message.getProperties(),
                null);
    }

    @SuppressWarnings("unchecked") // The interface has a raw enumeration.
    private static Received of(final Message message) throws JMSException {
        final Map<String, String> properties = new LinkedHashMap<>();
        for (final Object name : Collections.list(message.getPropertyNames())) {
            properties.put(name.toString(), message.getStringProperty(name.toString()));
        }
        return new Received(
                bodyOf(message),
                message.getJMSType(),
                message.getJMSCorrelationID(),
                message.getJMSMessageID().substring("ID:".length()),
                properties,
                message);
    }

    private static byte[] bodyOf(final Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return text.getText().getBytes(StandardCharsets.UTF_8);
        }
        if (message instanceof BytesMessage bytes) {
            final byte[] body = new byte[(int) bytes.getBodyLength()];
            bytes.readBytes(body);
            return body;
        }
        return new byte[0];
    }

    /** A message as a receiver has it, in words that all of them know; what it has no word for is null. */
    record Received(byte[] body, String tag, String key, String id, Map<String, String> properties, Message jms) {}

    /** Collects what comes, until it is closed. */
    interface Receiver extends AutoCloseable {
        /** What came since the last call. */
        List<Received> poll() throws Exception;

        @Override
        default void close() {}
    }
}
