package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.transport.ServerTls.ClientCertificate;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Encrypted connections: who gets in, who does not, and what each is told. */
class TlsTest {

    private static final long TIMEOUT_MS = 30_000;

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (final AutoCloseable each : toClose) {
            each.close();
        }
    }

    @Test
    void shouldCarryFramesOfEverySize() throws Exception {
        final CompletableFuture<Integer> received = new CompletableFuture<>();
        final RemotingServer server = serve(server(true, "server", ClientCertificate.NONE), (connection, command) -> {
            if (command.control() instanceof Send) {
                received.complete(command.body().readableBytes());
            } else {
                connection.write(RemotingCommand.control(new AckDone(3), command.opaque()));
            }
        });
        final Connection client = connect(server, client("authority.pem", null));

        assertThat(ask(client)).isEqualTo(new AckDone(3));
        client.write(RemotingCommand.control(
                new Send(1, 1, 1), 0, Unpooled.buffer(3 << 20).writeZero(3 << 20)));

        assertThat(received.get(TIMEOUT_MS, TimeUnit.MILLISECONDS)).isEqualTo(3 << 20);
    }

    @Test
    void shouldServePlainAndEncryptedClientsOnOnePort() throws Exception {
        final RemotingServer server = answering(server(false, "server", ClientCertificate.NONE));

        assertThat(ask(connect(server, Encryption.NONE))).isEqualTo(new AckDone(3));
        assertThat(ask(connect(server, client("authority.pem", null)))).isEqualTo(new AckDone(3));
    }

    @Test
    void shouldRefusePlainClientsWhereTlsIsRequired() throws Exception {
        final RemotingServer server = answering(server(true, "server", ClientCertificate.NONE));
        final Connection plain = connect(server, Encryption.NONE);

        assertThatThrownBy(() -> ask(plain)).isInstanceOf(ExecutionException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "expired,   expired",
        "strange,   unable to find valid certification path",
        "elsewhere, 127.0.0.1",
    })
    void shouldRefuseAServerWhoseCertificateIs(final String kind, final String reason) throws Exception {
        final RemotingServer server = answering(server(true, kind, ClientCertificate.NONE));

        assertThatThrownBy(() -> connect(server, client("authority.pem", null)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot connect to 127.0.0.1")
                .hasMessageContaining("TLS handshake failed")
                .hasMessageContaining(reason);
    }

    @Test
    void shouldNotAskWhoseCertificateItIsWhenToldSo() throws Exception {
        final RemotingServer server = answering(server(true, "elsewhere", ClientCertificate.NONE));
        final Connection client = connect(server, ClientTls.load(file("authority.pem"), null, false, false));

        assertThat(ask(client)).isEqualTo(new AckDone(3));
    }

    @Test
    void shouldLetInClientsThatShowACertificate() throws Exception {
        final RemotingServer server = answering(server(true, "server", ClientCertificate.REQUIRED));

        assertThat(ask(connect(server, client("authority.pem", "client")))).isEqualTo(new AckDone(3));
    }

    @ParameterizedTest
    @CsvSource(
            value = {"null", "strange"},
            nullValues = "null")
    void shouldRefuseClientsThatShowNoCertificateOrAnUnknownOne(final String certificate) throws Exception {
        final RemotingServer server = answering(server(true, "server", ClientCertificate.REQUIRED));

        // In TLS 1.3 the client is through before the server has judged it: it learns at the first request.
        assertThatThrownBy(() -> ask(connect(server, client("authority.pem", certificate))))
                .isInstanceOfAny(IOException.class, ExecutionException.class);
    }

    @Test
    void shouldSayThatThePeerSpeaksNoTls() throws Exception {
        final RemotingServer server = answering(Encryption.NONE);

        assertThatThrownBy(() -> connect(server, client("authority.pem", null)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does it speak TLS there?");
    }

    @Test
    void shouldNameTheFileThatCannotBeRead() {
        final KeyFile wrong = new KeyFile(file("server.p12").path(), "guess");

        assertThatThrownBy(() -> ServerTls.load(true, wrong, null, ClientCertificate.NONE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("server.p12")
                .hasMessageContaining("the password is wrong");
        assertThatThrownBy(() -> ClientTls.load(new KeyFile(Path.of("nowhere.p12"), "secret"), null, true, false))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("there is no key store")
                .hasMessageContaining("nowhere.p12");
    }

    private static Object ask(final Connection connection) throws Exception {
        return connection
                .request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS)
                .get()
                .control();
    }

    private static ServerTls server(final boolean required, final String own, final ClientCertificate clients)
            throws IOException {
        return ServerTls.load(required, file(own + ".p12"), file("authority.pem"), clients);
    }

    private static ClientTls client(final String trusted, final String own) throws IOException {
        return ClientTls.load(file(trusted), own == null ? null : file(own + ".p12"), true, false);
    }

    private static KeyFile file(final String name) {
        try {
            return new KeyFile(
                    Path.of(Objects.requireNonNull(TlsTest.class.getResource("/tls/" + name), name)
                            .toURI()),
                    name.endsWith(".p12") ? "secret" : null);
        } catch (final URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private RemotingServer answering(final Encryption encryption) throws IOException {
        return serve(
                encryption,
                (connection, command) -> connection.write(RemotingCommand.control(new AckDone(3), command.opaque())));
    }

    private RemotingServer serve(final Encryption encryption, final BiConsumer<Connection, RemotingCommand> onCommand)
            throws IOException {
        final RemotingServer server = RemotingServer.bind(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                TransportOptions.builder().encryption(encryption).build(),
                connection -> new RecordingHandler(onCommand).apply(connection));
        toClose.add(server);
        return server;
    }

    private Connection connect(final RemotingServer server, final Encryption encryption) throws IOException {
        final Connection connection = RemotingClient.connect(
                InetSocketAddress.createUnresolved("127.0.0.1", ((InetSocketAddress) server.localAddress()).getPort()),
                TransportOptions.builder().encryption(encryption).build(),
                TIMEOUT_MS,
                RecordingHandler.ignoring());
        toClose.add(0, () -> connection.close("the test is over"));
        return connection;
    }
}
