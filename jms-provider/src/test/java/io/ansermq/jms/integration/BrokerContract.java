package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.BytesMessage;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a JMS program may rely on, whichever way it reaches the broker. */
abstract class BrokerContract {
    static final long PATIENCE_MS = 20_000;

    private AnserConnectionFactory factory;
    private Connection connection;
    private Session session;
    private Queue orders;

    abstract String uri();

    @BeforeEach
    void connect() throws JMSException {
        factory = new AnserConnectionFactory(uri());
        connection = factory.createConnection();
        connection.start();
        session = connection.createSession();
        orders = session.createQueue("orders");
    }

    @AfterEach
    void disconnect() throws JMSException {
        connection.close();
    }

    private static String text(final Message message) throws JMSException {
        return message == null ? null : ((TextMessage) message).getText();
    }

    @Test
    void shouldCarryEveryTypeOfMessage() throws JMSException {
        final MessageProducer producer = session.createProducer(orders);
        final BytesMessage bytes = session.createBytesMessage();
        bytes.writeLong(42);
        final MapMessage map = session.createMapMessage();
        map.setDouble("price", 1.5);
        final StreamMessage stream = session.createStreamMessage();
        stream.writeString("s");
        final ObjectMessage object = session.createObjectMessage(new ArrayList<>(List.of(1, 2)));
        final Message plain = session.createMessage();
        plain.setIntProperty("count", 3);
        plain.setJMSType("type");
        plain.setJMSCorrelationID("correlation");
        plain.setJMSReplyTo(session.createTopic("answers"));
        for (final Message message : List.of(session.createTextMessage("Gänse"), bytes, map, stream, object, plain)) {
            producer.send(message);
        }
        final MessageConsumer consumer = session.createConsumer(orders);

        assertThat(text(consumer.receive(PATIENCE_MS))).isEqualTo("Gänse");
        assertThat(((BytesMessage) consumer.receive(PATIENCE_MS)).readLong()).isEqualTo(42);
        assertThat(((MapMessage) consumer.receive(PATIENCE_MS)).getDouble("price"))
                .isEqualTo(1.5);
        assertThat(((StreamMessage) consumer.receive(PATIENCE_MS)).readString()).isEqualTo("s");
        assertThat(((ObjectMessage) consumer.receive(PATIENCE_MS)).getObject()).isEqualTo(List.of(1, 2));
        final Message received = consumer.receive(PATIENCE_MS);
        assertThat(received.getObjectProperty("count")).isEqualTo(3);
        assertThat(received.getJMSType()).isEqualTo("type");
        assertThat(received.getJMSCorrelationID()).isEqualTo("correlation");
        assertThat(received.getJMSReplyTo()).isEqualTo(session.createTopic("answers"));
        assertThat(received.getJMSDestination()).isEqualTo(orders);
        assertThat(received.getJMSMessageID()).isEqualTo(plain.getJMSMessageID());
        assertThat(received.getJMSTimestamp()).isEqualTo(plain.getJMSTimestamp());
        assertThat(received.getIntProperty("JMSXDeliveryCount")).isEqualTo(1);
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void shouldGiveEachMessageToOneOfTheCompetingConsumers() throws Exception {
        final int count = 4_000;
        final Map<String, Integer> received = new ConcurrentHashMap<>();
        final CountDownLatch all = new CountDownLatch(count);
        final List<Connection> consumers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            final Connection consuming = factory.createConnection();
            consumers.add(consuming);
            final Session competing = consuming.createSession();
            competing.createConsumer(orders).setMessageListener(message -> {
                try {
                    received.merge(text(message), 1, Integer::sum);
                    all.countDown();
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            consuming.start();
        }
        final MessageProducer producer = session.createProducer(orders);
        final Failures failures = new Failures();
        for (int i = 0; i < count; i++) {
            producer.send(session.createTextMessage("m" + i), failures);
        }
        producer.close();

        assertThat(all.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();

        for (final Connection consuming : consumers) {
            consuming.close();
        }
        assertThat(failures.count).hasValue(0);
        assertThat(received).hasSize(count);
        assertThat(received.values()).containsOnly(1);
        assertThat(session.createConsumer(orders).receiveNoWait()).isNull();
    }

    private static final class Failures implements CompletionListener {
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public void onCompletion(final Message message) {}

        @Override
        public void onException(final Message message, final Exception exception) {
            count.incrementAndGet();
        }
    }

    @Test
    void shouldGiveEachSubscriberEveryMessageInOrder() throws JMSException {
        final Topic prices = session.createTopic("prices");
        final List<MessageConsumer> subscribers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            subscribers.add(session.createConsumer(prices));
        }
        final MessageProducer producer = session.createProducer(prices);
        for (int i = 0; i < 500; i++) {
            producer.send(session.createTextMessage("p" + i), DeliveryMode.NON_PERSISTENT, 4, 0);
        }

        for (final MessageConsumer subscriber : subscribers) {
            for (int i = 0; i < 500; i++) {
                assertThat(text(subscriber.receive(PATIENCE_MS))).isEqualTo("p" + i);
            }
        }
    }

    @Test
    void shouldRedeliverInOrderAfterRecover() throws JMSException {
        final MessageProducer producer = session.createProducer(orders);
        for (final String text : List.of("a", "b", "c")) {
            producer.send(session.createTextMessage(text));
        }
        final Session manual = connection.createSession(Session.CLIENT_ACKNOWLEDGE);
        final MessageConsumer consumer = manual.createConsumer(orders);
        consumer.receive(PATIENCE_MS).acknowledge();
        consumer.receive(PATIENCE_MS);

        manual.recover();

        final Message b = consumer.receive(PATIENCE_MS);
        assertThat(text(b)).isEqualTo("b");
        assertThat(b.getJMSRedelivered()).isTrue();
        assertThat(b.getIntProperty("JMSXDeliveryCount")).isEqualTo(2);
        final Message c = consumer.receive(PATIENCE_MS);
        assertThat(text(c)).isEqualTo("c");
        assertThat(c.getJMSRedelivered()).isFalse();
        c.acknowledge();
        assertThat(consumer.receiveNoWait()).isNull();
    }

    @Test
    void shouldRedeliverWhatAClosedConnectionLeft() throws JMSException {
        session.createProducer(orders).send(session.createTextMessage("a"));
        final Connection other = factory.createConnection();
        other.start();
        final Session manual = other.createSession(Session.CLIENT_ACKNOWLEDGE);
        assertThat(text(manual.createConsumer(orders).receive(PATIENCE_MS))).isEqualTo("a");

        other.close();

        final Message again = session.createConsumer(orders).receive(PATIENCE_MS);
        assertThat(text(again)).isEqualTo("a");
        assertThat(again.getJMSRedelivered()).isTrue();
    }

    @Test
    void shouldGiveBackWhatAConsumerHadNotHandedOver() throws JMSException {
        final MessageProducer producer = session.createProducer(orders);
        for (int i = 0; i < 100; i++) {
            producer.send(session.createTextMessage("m" + i));
        }
        for (int i = 0; i < 100; i++) {
            try (MessageConsumer consumer = session.createConsumer(orders)) {
                final Message message = consumer.receive(PATIENCE_MS);
                assertThat(text(message)).isEqualTo("m" + i);
                assertThat(message.getJMSRedelivered()).isFalse();
            }
        }
        assertThat(session.createConsumer(orders).receiveNoWait()).isNull();
    }

    @Test
    void shouldRedeliverWhatAListenerCouldNotDo() throws Exception {
        final Map<String, Integer> calls = new HashMap<>();
        final List<String> heard = new ArrayList<>();
        final CountDownLatch done = new CountDownLatch(4);
        final Session listening = connection.createSession();
        listening.createConsumer(orders).setMessageListener(message -> {
            try {
                heard.add(text(message));
                done.countDown();
                if (calls.merge(text(message), 1, Integer::sum) == 1
                        && text(message).equals("a")) {
                    throw new IllegalStateException("thrown by the test");
                }
            } catch (JMSException e) {
                throw new AssertionError(e);
            }
        });
        final MessageProducer producer = session.createProducer(orders);
        for (final String text : List.of("a", "b", "c")) {
            producer.send(session.createTextMessage(text));
        }

        assertThat(done.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
        listening.close();

        assertThat(heard).containsExactly("a", "a", "b", "c");
        assertThat(session.createConsumer(orders).receiveNoWait()).isNull();
    }

    @Test
    void shouldReceiveHighPrioritiesFirst() throws JMSException {
        final MessageProducer producer = session.createProducer(orders);
        for (int i = 0; i < 50; i++) {
            producer.send(session.createTextMessage(i % 10 + " " + i / 10), DeliveryMode.PERSISTENT, i % 10, 0);
        }
        final MessageConsumer consumer = session.createConsumer(orders);

        for (int priority = 9; priority >= 0; priority--) {
            for (int i = 0; i < 5; i++) {
                assertThat(text(consumer.receive(PATIENCE_MS))).isEqualTo(priority + " " + i);
            }
        }
    }

    @Test
    void shouldCarryLargeMessages() throws JMSException {
        final byte[] large = new byte[3 << 20];
        large[large.length - 1] = 7;
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(large);
        session.createProducer(orders).send(message);

        assertThat(session.createConsumer(orders).receive(PATIENCE_MS).getBody(byte[].class))
                .isEqualTo(large);
    }

    @Test
    void shouldRefuseRecordsOverTheLimitNamingSizeAndLimit() throws JMSException {
        connection.close();
        connection = new AnserConnectionFactory(uri() + "?minLargeMessageSize=8MiB").createConnection();
        connection.start();
        session = connection.createSession();
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[5 << 20]);

        assertThatThrownBy(() -> session.createProducer(orders).send(message))
                .isInstanceOf(JMSException.class)
                .hasMessageContaining(String.valueOf(5 << 20))
                .hasMessageContaining(String.valueOf(4 << 20));
        session.createProducer(orders).send(session.createTextMessage("still works"));
        assertThat(text(session.createConsumer(orders).receive(PATIENCE_MS))).isEqualTo("still works");
    }

    @Test
    void shouldAnswerRequestsWithTheSimplifiedApi() {
        try (JMSContext client = factory.createContext();
                JMSContext server = factory.createContext()) {
            final Queue requests = client.createQueue("requests");
            final Queue replies = client.createQueue("replies");
            final JMSConsumer answers = client.createConsumer(replies);
            server.createConsumer(requests).setMessageListener(request -> {
                try {
                    server.createProducer()
                            .setJMSCorrelationID(request.getJMSMessageID())
                            .send(request.getJMSReplyTo(), "re: " + request.getBody(String.class));
                } catch (JMSException e) {
                    throw new AssertionError(e);
                }
            });
            final Set<String> seen = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 20; i++) {
                client.createProducer().setJMSReplyTo(replies).send(requests, "question " + i);
                assertThat(answers.receiveBody(String.class, PATIENCE_MS)).isEqualTo("re: question " + i);
                seen.add("question " + i);
            }
            assertThat(seen).hasSize(20);
        }
    }
}
