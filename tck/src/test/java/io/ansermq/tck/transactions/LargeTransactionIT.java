package io.ansermq.tck.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ProcessMemory;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A transaction of 100,000 messages through a server that has no room for them in its memory.
 * {@code -Danser.tx.bytes=16384 -Danser.tx.messages=65536} makes it one of 1 GiB.
 */
@Timeout(1800)
class LargeTransactionIT {
    private static final int MESSAGES = Integer.getInteger("anser.tx.messages", 100_000);
    private static final int BYTES = Integer.getInteger("anser.tx.bytes", 1024);
    private static final int RECEIVE_MS = 30_000;
    private static final int MIB = 1 << 20;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    void shouldCommitMoreThanTheServerHasMemoryFor() throws JMSException {
        final ServerProcess server = ServerProcess.with(evidence)
                .jvm("-Xmx64m", "-XX:MaxDirectMemorySize=64m")
                .start();
        try (Connection connection = new AnserConnectionFactory(server.uri()).createConnection()) {
            connection.start();
            final long before = ProcessMemory.liveHeapBytes(server.process());
            final Session session = connection.createSession(Session.SESSION_TRANSACTED);
            send(session);
            final long open = ProcessMemory.liveHeapBytes(server.process());
            session.commit();
            receive(connection);
            System.out.printf(
                    "a transaction of %,d messages of %,d bytes (%,d MiB): %,d KiB of heap live before it, %,d KiB in it,"
                            + " %,d MiB of memory that is not the log's files at the end%n",
                    MESSAGES,
                    BYTES,
                    (long) MESSAGES * BYTES / MIB,
                    before / 1024,
                    open / 1024,
                    ProcessMemory.anonymousBytes(server.process()) / MIB);
            assertThat(open - before).as("bytes of heap for the transaction").isLessThan(100L * MESSAGES + 8 * MIB);
        }
        server.stop();
    }

    private static void send(final Session session) throws JMSException {
        final MessageProducer producer = session.createProducer(session.createQueue("large"));
        final byte[] body = new byte[BYTES];
        for (int i = 0; i < MESSAGES; i++) {
            final BytesMessage message = session.createBytesMessage();
            message.writeBytes(body);
            message.setIntProperty("number", i);
            producer.send(message);
        }
    }

    private static void receive(final Connection connection) throws JMSException {
        final Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        final MessageConsumer consumer = session.createConsumer(session.createQueue("large"));
        for (int i = 0; i < MESSAGES; i++) {
            final Message message = consumer.receive(RECEIVE_MS);
            assertThat(message).as("message %d", i).isNotNull();
            assertThat(message.getIntProperty("number")).isEqualTo(i);
        }
        assertThat(consumer.receiveNoWait()).isNull();
        session.close();
    }
}
