package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker in the same JVM: {@code vm://name}. */
class VmTest extends BrokerContract {

    @Override
    String uri() {
        return "vm://contract";
    }

    @Test
    void shouldEndTheBrokerWithItsLastConnection() throws JMSException {
        try (Connection first = new AnserConnectionFactory("vm://short").createConnection();
                Connection second = new AnserConnectionFactory("vm://short?create=false").createConnection()) {
            assertThat(second.getClientID()).isNull();
        }

        assertThatThrownBy(() -> new AnserConnectionFactory("vm://short?create=false").createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("short");
    }

    @Test
    void shouldKeepMessagesInTheDirectoryThatItIsGiven(@TempDir final Path directory) {
        final AnserConnectionFactory factory =
                new AnserConnectionFactory("vm://kept?broker.data=" + directory.resolve("data"));
        try (JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("q"), "kept");
        }
        try (JMSContext context = factory.createContext()) {
            assertThat(context.createConsumer(context.createQueue("q")).receiveBody(String.class, PATIENCE_MS))
                    .isEqualTo("kept");
        }
    }

    @Test
    void shouldNameBrokerOptionsThatAreNone() {
        assertThatThrownBy(() -> new AnserConnectionFactory("vm://wrong?broker.noSuchOption=1").createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining("noSuchOption");
        assertThatThrownBy(() -> new AnserConnectionFactory("vm://wrong?broker.flush=perhaps").createContext())
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("flush");
    }
}
