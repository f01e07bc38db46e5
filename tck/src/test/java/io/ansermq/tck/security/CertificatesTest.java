package io.ansermq.tck.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityRuntimeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that say who they are by a certificate, and brokers whose own one changes. */
class CertificatesTest {

    @RegisterExtension
    final AuditLog audit = new AuditLog();

    @TempDir
    Path directory;

    private GuardedBroker broker;

    private void start(final Map<String, String> options, final String... roles) throws Exception {
        final Map<String, String> all = new HashMap<>(Map.of(
                "tls", "required",
                "tls-key-store", file("server.p12"),
                "tls-key-store-password", "secret",
                "tls-trust-store", file("authority.pem"),
                "anonymous", "none",
                "anonymous-admin", "none"));
        all.putAll(options);
        broker = new GuardedBroker(directory, all, roles);
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    @ParameterizedTest
    @CsvSource({
        "expired.p12, certificate_expired, 'NotAfter:'",
        "strange.p12, certificate_unknown, unable to find valid certification path",
        "'', certificate_required, Empty client certificate chain",
    })
    void shouldRefuseACertificate(final String store, final String told, final String written) throws Exception {
        start(Map.of("tls-client-certificate", "required", "tls-user", "common-name"));

        assertThatThrownBy(() -> new AnserConnectionFactory(
                                store.isEmpty() ? uri() : uri() + "&keyStore=" + file(store)
                                        + "&keyStorePassword=secret")
                        .createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining(told);
        assertThat(audit.onlyLine())
                .startsWith("refused user=- address=127.0.0.1:")
                .contains("action=connect reason='TLS: ")
                .contains(written);
    }

    @ParameterizedTest
    @CsvSource({"common-name, client", "subject, CN=client"})
    void shouldTakeTheUserFromTheCertificate(final String mode, final String user) throws Exception {
        start(
                Map.of("tls-client-certificate", "wanted", "tls-user", mode),
                "role clerk send,create queue orders",
                "member clerk " + user);

        try (JMSContext client = context("&transport.keyStoreLocation=" + file("client.p12")
                + "&transport.keyStorePassword=secret")) {
            client.createProducer().send(client.createQueue("orders"), "by certificate");
            assertThatThrownBy(() -> client.createProducer().send(client.createQueue("others"), "no"))
                    .isInstanceOf(JMSSecurityRuntimeException.class)
                    .hasMessageContaining("user '" + user + "' may not create queue 'others'");
        }
        // Who shows none is nobody.
        assertThatThrownBy(() -> context("").close()).isInstanceOf(JMSSecurityRuntimeException.class);
    }

    @Test
    void shouldAskForThePasswordOfAUserThatAClientNamesBesides() throws Exception {
        start(Map.of("tls-client-certificate", "required", "tls-user", "common-name"));
        final String certificate = "&keyStore=" + file("client.p12") + "&keyStorePassword=secret";

        new AnserConnectionFactory("ann", GuardedBroker.password("ann"), uri() + certificate)
                .createContext()
                .close();
        assertThatThrownBy(() -> new AnserConnectionFactory("ann", "guess", uri() + certificate).createContext())
                .isInstanceOf(JMSSecurityRuntimeException.class);
    }

    @Test
    void shouldUseANewCertificateWithoutARestart() throws Exception {
        final Path store = Path.of(file("expired.p12"));
        start(Map.of("tls-key-store", store.toString(), "anonymous", "loopback"));
        assertThatThrownBy(() -> context("").close()).hasMessageContaining("certificate has expired");

        // Half a file is no key store: what was read before stays in use until there is a whole one.
        Files.writeString(store, "half of a");
        final Path renewed = directory.resolve("renewed.p12");
        Files.copy(GuardedBroker.certificate(directory, "server.p12"), renewed);
        Files.move(renewed, store, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);

        await().ignoreExceptions().untilAsserted(() -> context("").close());
    }

    private JMSContext context(final String more) throws Exception {
        return new AnserConnectionFactory(uri() + more).createContext();
    }

    private String uri() throws Exception {
        return "anser+tls://127.0.0.1:" + broker.port() + "?trustStore=" + file("authority.pem");
    }

    private String file(final String name) throws Exception {
        return GuardedBroker.certificate(directory, name).toString();
    }
}
