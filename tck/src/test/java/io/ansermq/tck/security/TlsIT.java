package io.ansermq.tck.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections of the JMS provider to a server, by the options of the guide. */
class TlsIT {

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @TempDir
    Path directory;

    @Test
    void shouldServeThoseWhoTrustTheServer() throws IOException {
        final ServerProcess server = start("required", "server.p12").start();

        roundTrip(encrypted(server) + "?trustStore=" + file("authority.pem"));
    }

    @Test
    void shouldServePlainAndEncryptedConnectionsOnOnePort() throws IOException {
        final ServerProcess server = start("optional", "server.p12").start();

        roundTrip(server.uri());
        roundTrip(encrypted(server) + "?transport.trustStoreLocation=" + file("authority.pem"));
    }

    @Test
    void shouldSayWhyItDoesNotTrustAServer() throws IOException {
        final ServerProcess expired = start("required", "expired.p12").start();

        assertThatThrownBy(() -> roundTrip(encrypted(expired) + "?trustStore=" + file("authority.pem")))
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("certificate has expired");
        assertThatThrownBy(() -> roundTrip(encrypted(expired)))
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("unable to find valid certification path");
    }

    @Test
    void shouldRefuseConnectionsThatAreNotEncrypted() throws IOException {
        final ServerProcess server = start("required", "server.p12").start();

        assertThatThrownBy(() -> roundTrip(server.uri())).isInstanceOf(JMSRuntimeException.class);
        await().untilAsserted(() -> assertThat(server.process().errors()).contains("not an SSL/TLS record"));
    }

    @Test
    void shouldAskClientsForACertificate() throws IOException {
        final ServerProcess server = start("required", "server.p12")
                .set("tls-client-certificate", "required")
                .set("tls-trust-store", file("authority.pem"))
                .start();
        final String uri = encrypted(server) + "?trustStore=" + file("authority.pem");

        roundTrip(uri + "&keyStore=" + file("client.p12") + "&keyStorePassword=secret");
        assertThatThrownBy(() -> roundTrip(uri)).isInstanceOf(JMSRuntimeException.class);
        assertThatThrownBy(() -> roundTrip(uri + "&keyStore=" + file("strange.p12") + "&keyStorePassword=secret"))
                .isInstanceOf(JMSRuntimeException.class);
    }

    @Test
    void shouldNotSendUnencryptedWhatWasMeantToBeEncrypted() throws IOException {
        final ServerProcess server = start("optional", "server.p12").start();

        assertThatThrownBy(() -> roundTrip(server.uri() + "?trustStore=" + file("authority.pem")))
                .isInstanceOf(JMSRuntimeException.class)
                .hasMessageContaining("write anser+tls://");
    }

    private ServerProcess.Settings start(final String mode, final String keyStore) throws IOException {
        return ServerProcess.with(evidence)
                .set("tls", mode)
                .set("tls-key-store", file(keyStore))
                .set("tls-key-store-password", "secret");
    }

    private static String encrypted(final ServerProcess server) {
        return server.uri().replace("anser://", "anser+tls://");
    }

    private static void roundTrip(final String uri) {
        try (JMSContext context = new AnserConnectionFactory(uri).createContext()) {
            context.createProducer().send(context.createQueue("sealed"), "for your eyes only");
            assertThat(context.createConsumer(context.createQueue("sealed")).receiveBody(String.class, 20_000))
                    .isEqualTo("for your eyes only");
        }
    }

    /** A certificate file of remoting's tests. */
    private String file(final String name) throws IOException {
        final Path target = directory.resolve(name);
        try (InputStream in = Objects.requireNonNull(TlsIT.class.getResourceAsStream("/tls/" + name), name)) {
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
        return target.toString();
    }
}
