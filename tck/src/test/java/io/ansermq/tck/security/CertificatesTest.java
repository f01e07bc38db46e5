package io.ansermq.tck.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.client.BrokerSession;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tools.console.BrokerOption;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityRuntimeException;
import java.io.File;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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
        "strange.p12, 'certificate, or misses one', none that an authority signed which is trusted here",
        "'', 'certificate, or misses one', the peer has shown no certificate",
    })
    void shouldRefuseACertificate(final String store, final String told, final String written) throws Exception {
        start(Map.of("tls-client-certificate", "required", "tls-user", "common-name"));

        assertThatThrownBy(() -> new AnserConnectionFactory(
                                store.isEmpty()
                                        ? uri()
                                        : uri() + "&keyStore=" + file(store) + "&keyStorePassword=secret")
                        .createConnection())
                .isInstanceOf(JMSException.class)
                .hasMessageContaining(told);
        assertThat(audit.onlyLine())
                .startsWith("refused user=- address=127.0.0.1:")
                .contains("action=connect reason='TLS: ")
                .contains(written);
    }

    @Test
    void shouldSayThatItsOwnCertificateHasExpired() throws Exception {
        start(Map.of("tls-client-certificate", "required"));

        assertThatThrownBy(() -> context("&keyStore=" + file("expired.p12") + "&keyStorePassword=secret")
                        .close())
                .hasMessageContaining("this end's certificate (CN=expired) has expired");
    }

    /** Java's clients keep a certificate to themselves that no authority has signed of which the broker speaks. */
    @ParameterizedTest
    @CsvSource({
        "strange.p12, unable to find valid certification path",
        "expired.p12, s certificate has expired",
    })
    void shouldRefuseACertificateThatIsShownAnyway(final String file, final String written) throws Exception {
        start(Map.of("tls-client-certificate", "wanted", "tls-user", "common-name"));
        final KeyStore store = KeyStore.getInstance(new File(file(file)), "secret".toCharArray());
        final KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, "secret".toCharArray());
        final SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(
                new KeyManager[] {new Stubborn((X509ExtendedKeyManager) keys.getKeyManagers()[0])},
                InsecureTrustManagerFactory.INSTANCE.getTrustManagers(),
                null);

        try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", broker.port())) {
            socket.startHandshake();
            assertThatThrownBy(() -> socket.getInputStream().read())
                    .isInstanceOf(SSLException.class)
                    .hasMessageContaining("certificate_unknown");
        }
        assertThat(audit.onlyLine()).contains("action=connect reason='TLS: ", written);
    }

    /** Shows its certificate to whoever asks. */
    private static final class Stubborn extends X509ExtendedKeyManager {
        private final X509ExtendedKeyManager keys;

        Stubborn(final X509ExtendedKeyManager keys) {
            this.keys = keys;
        }

        @Override
        public String chooseClientAlias(final String[] types, final Principal[] issuers, final Socket socket) {
            return keys.chooseClientAlias(types, null, socket);
        }

        @Override
        public String[] getClientAliases(final String type, final Principal[] issuers) {
            return keys.getClientAliases(type, null);
        }

        @Override
        public String[] getServerAliases(final String type, final Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseServerAlias(final String type, final Principal[] issuers, final Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(final String alias) {
            return keys.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(final String alias) {
            return keys.getPrivateKey(alias);
        }
    }

    @ParameterizedTest
    @CsvSource({"common-name, client", "subject, CN=client"})
    void shouldTakeTheUserFromTheCertificate(final String mode, final String user) throws Exception {
        start(
                Map.of("tls-client-certificate", "wanted", "tls-user", mode),
                "role clerk send,create queue orders",
                "member clerk " + user);

        try (JMSContext client =
                context("&transport.keyStoreLocation=" + file("client.p12") + "&transport.keyStorePassword=secret")) {
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

    @Test
    void shouldLetAdministratorsInByTheirCertificate() throws Exception {
        start(Map.of("tls-client-certificate", "required", "tls-user", "common-name"), "member admin client");
        final BrokerOption option = CommandLine.populateCommand(
                new BrokerOption(), "--url=" + uri() + "&keyStore=" + file("client.p12") + "&keyStorePassword=secret");

        try (BrokerSession session = option.connect()) {
            assertThat(session.status().figures()).containsKey("broker");
        }
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
