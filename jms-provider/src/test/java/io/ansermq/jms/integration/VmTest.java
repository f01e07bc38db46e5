package io.ansermq.jms.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

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
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void shouldKeepOtherMessagesToTheOwnerAndNoLongerThanItRuns(@TempDir final Path directory) throws IOException {
        final String before = System.setProperty("java.io.tmpdir", directory.toString());
        try (JMSContext context = new AnserConnectionFactory("vm://temporary").createContext()) {
            context.createProducer().send(context.createQueue("q"), "gone soon");

            assertThat(directory).isDirectoryContaining("glob:**/anser-vm-*");
            try (Stream<Path> made = Files.list(directory)) {
                for (final Path each : made.toList()) {
                    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .isEqualTo("rwx------");
                }
            }
        } finally {
            System.setProperty("java.io.tmpdir", before);
        }
        assertThat(directory).isEmptyDirectory();
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
