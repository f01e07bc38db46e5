package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker behind a socket: {@code anser://host:port}. */
class TcpTest extends BrokerContract {
    @TempDir
    Path directory;

    private TcpBroker broker;

    @BeforeEach
    @Override
    void connect() throws JMSException {
        broker = TcpBroker.start(directory.resolve("data"));
        super.connect();
    }

    @AfterEach
    @Override
    void disconnect() throws JMSException {
        super.disconnect();
        broker.close();
    }

    @Override
    String uri() {
        return broker.uri();
    }

    @Test
    void shouldTellTheExceptionListenerWhenTheBrokerGoes() throws Exception {
        final CountDownLatch told = new CountDownLatch(1);
        try (Connection connection = new AnserConnectionFactory(uri()).createConnection()) {
            connection.setExceptionListener(e -> told.countDown());

            broker.close();

            assertThat(told.await(PATIENCE_MS, TimeUnit.MILLISECONDS)).isTrue();
        }
    }

    @Test
    void shouldHaveWhatWasSentAfterARestart() throws JMSException {
        try (JMSContext context = new AnserConnectionFactory(uri()).createContext()) {
            context.createProducer().send(context.createQueue("q"), "a").send(context.createQueue("q"), "b");
            final JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
            assertThat(consumer.receiveBody(String.class, PATIENCE_MS)).isEqualTo("a");
        }
        disconnect();
        connect();

        try (JMSContext context = new AnserConnectionFactory(uri()).createContext()) {
            final JMSConsumer consumer = context.createConsumer(context.createQueue("q"));
            assertThat(consumer.receiveBody(String.class, PATIENCE_MS)).isEqualTo("b");
            assertThat(consumer.receiveNoWait()).isNull();
        }
    }
}
