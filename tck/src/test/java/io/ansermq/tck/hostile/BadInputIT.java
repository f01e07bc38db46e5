package io.ansermq.tck.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.remoting.protocol.ConnectionHeader.Connected;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribed;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ProcessMemory;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.io.IOException;
import java.math.BigInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client gets that asks for too much or takes too little. */
class BadInputIT {
    private static final int LIMIT = 64 << 10;
    private static final int RECEIVE_MS = 20_000;
    private static final int STALLED_MESSAGES = 1024;
    private static final long MEBIBYTE = 1 << 20;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldRefuseAMessageOverTheLimitNamingSizeAndLimitAndGoOn() throws JMSException {
        final ServerProcess server =
                ServerProcess.with(evidence).set("max-message-size", "64KiB").start();
        try (Connection connection = new AnserConnectionFactory(server.uri()).createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            final MessageProducer producer = session.createProducer(session.createQueue("limited"));
            final MessageConsumer consumer = session.createConsumer(session.createQueue("limited"));

            assertThatThrownBy(() -> producer.send(bytes(session, LIMIT * 2)))
                    .isInstanceOf(JMSException.class)
                    .message()
                    .matches(text -> mentions(text, LIMIT * 2, LIMIT * 2 + 1000), "names the size of the message")
                    .matches(text -> mentions(text, LIMIT, LIMIT) || text.contains("64 KiB"), "names the limit");
            producer.send(bytes(session, LIMIT / 2));

            final BytesMessage received = (BytesMessage) consumer.receive(RECEIVE_MS);
            assertThat(received.getBodyLength()).isEqualTo(LIMIT / 2);
            assertThat(consumer.receive(100)).isNull();
        }
    }

    @Test
    void shouldCloseAConnectionThatSendsNonsenseAndSayInOneLineWhatAndFromWhom() throws IOException {
        final ServerProcess server = ServerProcess.with(evidence).start();
        final String sender;
        try (WireClient client = WireClient.connect(server.port())) {
            client.ask(Frames.connect(), 1, Connected.class);
            sender = client.address();
            client.write(new byte[] {0, 0, 0, 4, 77, 0, 0, 0}, 8);

            assertThat(client.read()).as("the server's end of the connection").isEmpty();
        }
        RoundTrip.run(server.uri());

        assertThat(server.stop()).isIn(0, 128 + 15);
        assertThat(Stream.concat(
                                server.process().output().stream(),
                                server.process().errors().lines())
                        .filter(line -> line.contains(sender)))
                .singleElement()
                .asString()
                .contains("WARN")
                .contains("77");
    }

    /** 64 MiB are waiting on a queue and as much on a topic for clients that asked for all of it and do not read. */
    @Test
    void shouldServeOthersWithBoundedMemoryWhileAClientDoesNotRead() throws IOException, JMSException {
        final ServerProcess server =
                ServerProcess.with(evidence).set("flush", "async").start();
        RoundTrip.run(server.uri());
        try (Connection connection = new AnserConnectionFactory(server.uri()).createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            final Queue queue = session.createQueue("stalled");
            final Topic topic = session.createTopic("stalled");
            final WireClient stalledOnQueue = stalled(server, DestinationKind.QUEUE);
            final WireClient stalledOnTopic = stalled(server, DestinationKind.TOPIC);
            final MessageConsumer subscriber = session.createConsumer(topic);
            final MessageProducer producer = session.createProducer(null);
            final Message message = bytes(session, LIMIT);
            for (int i = 0; i < STALLED_MESSAGES; i++) {
                producer.send(queue, message);
                producer.send(topic, message);
                assertThat(subscriber.receive(RECEIVE_MS)).as("message " + i).isNotNull();
                if (i % 128 == 0) {
                    RoundTrip.run(server.uri());
                }
            }
            RoundTrip.run(server.uri());
            assertThat(ProcessMemory.liveHeapBytes(server.process())).isLessThan(128 * MEBIBYTE);
            assertThat(ProcessMemory.anonymousBytes(server.process())).isLessThan(768 * MEBIBYTE);

            // What the one on the queue had been given is for others once it is gone.
            stalledOnQueue.close();
            stalledOnTopic.close();
            final MessageConsumer heir = session.createConsumer(queue);
            for (int i = 0; i < STALLED_MESSAGES; i++) {
                assertThat(heir.receive(RECEIVE_MS)).as("message " + i).isNotNull();
            }
        }
    }

    /** A consumer with credit for everything, which will never read what comes. */
    private static WireClient stalled(ServerProcess server, DestinationKind kind) throws IOException {
        final WireClient client = WireClient.connect(server.port());
        client.ask(Frames.connect(), 1, Connected.class);
        final DestinationOpened opened =
                client.ask(new OpenDestination(kind, "stalled", true), 2, DestinationOpened.class);
        final SubscriptionType type =
                kind == DestinationKind.QUEUE ? SubscriptionType.QUEUE : SubscriptionType.VOLATILE;
        client.ask(
                new Subscribe(1, opened.destination(), type, null, null, false, 1_000_000, 1 << 30),
                3,
                Subscribed.class);
        return client;
    }

    private static BytesMessage bytes(Session session, int length) throws JMSException {
        final BytesMessage message = session.createBytesMessage();
        message.writeBytes(new byte[length]);
        return message;
    }

    /** A number of bytes in this range, grouped or not. */
    private static boolean mentions(String text, int atLeast, int atMost) {
        return Pattern.compile("\\d+")
                .matcher(text.replaceAll("(?<=\\d)[, _](?=\\d{3})", ""))
                .results()
                .map(number -> new BigInteger(number.group()))
                .anyMatch(number -> number.compareTo(BigInteger.valueOf(atLeast)) >= 0
                        && number.compareTo(BigInteger.valueOf(atMost)) <= 0);
    }
}
