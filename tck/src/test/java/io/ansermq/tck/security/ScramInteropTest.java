package io.ansermq.tck.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.ongres.scram.client.ScramClient;
import io.ansermq.remoting.protocol.ConnectionHeader.Challenge;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Connected;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.Prove;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.RemotingClient;
import io.ansermq.remoting.transport.TransportOptions;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The login, with somebody else's implementation of SCRAM-SHA-256 as the client. */
class ScramInteropTest {

    private static final int TIMEOUT_MS = 20_000;

    @TempDir
    Path directory;

    private GuardedBroker broker;
    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        broker = new GuardedBroker(directory, Map.of());
        connection = RemotingClient.connect(
                new InetSocketAddress("127.0.0.1", broker.port()),
                TransportOptions.builder().build(),
                TIMEOUT_MS,
                any -> new Unasked());
    }

    @AfterEach
    void close() {
        connection.close("the test is over");
        broker.close();
    }

    @Test
    void shouldLetInWhoProvesThePasswordAndProveItselfToThem() throws Exception {
        final ScramClient client = client("ann", GuardedBroker.password("ann"));

        final ControlHeader answer = prove(client, "ann");

        assertThat(answer).isInstanceOf(Connected.class);
        // Throws when the broker has not proved that it knows the keys of the password.
        client.serverFinalMessage("v=" + ((Connected) answer).serverProof());
    }

    @ParameterizedTest
    @ValueSource(strings = {"guess", "nna ", "ANN"})
    void shouldRefuseWhoDoesNot(final String password) throws Exception {
        assertThat(prove(client("ann", password), "ann"))
                .isInstanceOfSatisfying(
                        Failure.class, failure -> assertThat(failure.error()).isEqualTo(ErrorCodes.AUTHENTICATION));
    }

    private static ScramClient client(final String user, final String password) {
        return ScramClient.builder()
                .advertisedMechanisms(List.of("SCRAM-SHA-256"))
                .username(user)
                .password(password.toCharArray())
                .build();
    }

    /** What the library says, in the headers of our protocol. */
    private ControlHeader prove(final ScramClient client, final String user) throws Exception {
        final String nonce = client.clientFirstMessage().getClientNonce();
        final Challenge challenge = (Challenge) ask(new Connect(1, "interop", null, user, null));
        client.serverFirstMessage(
                "r=" + nonce + challenge.nonce() + ",s=" + challenge.salt() + ",i=" + challenge.iterations());
        final String last = client.clientFinalMessage().toString();
        return ask(new Prove(nonce, last.substring(last.indexOf(",p=") + 3)));
    }

    private ControlHeader ask(final ControlHeader question) throws Exception {
        final RemotingCommand answer = connection
                .request(RemotingCommand.control(question, 0), TIMEOUT_MS)
                .get(TIMEOUT_MS, TimeUnit.MILLISECONDS);
        try {
            return answer.control();
        } finally {
            answer.release();
        }
    }

    private static final class Unasked implements ConnectionHandler {
        @Override
        public void onCommand(final Connection from, final RemotingCommand command) {
            command.release();
        }

        @Override
        public void onClosed(final Connection from, final Throwable cause) {
            // The request that waits is told.
        }
    }
}
