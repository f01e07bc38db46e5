package io.ansermq.client;

import static io.ansermq.client.Calls.async;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.client.ScriptedBroker.Frame;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.security.Scram;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectTest {
    /** Short enough to wait for, long enough for what must succeed within it on a busy machine. */
    private static final int SHORT_MS = 500;

    @Test
    void shouldIntroduceItselfAndLearnWhoAnswers() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.tcp()) {
            broker.byHand(ConnectionHeader.Connect.class);
            final CompletableFuture<BrokerSession> connecting = async(() -> BrokerSession.connect(broker.options()
                    .clientName("billing")
                    .clientId("c1")
                    .user("ann")
                    .password("secret")
                    .build()));
            final Frame hello = broker.expect(ConnectionHeader.Connect.class);
            assertThat(hello.header())
                    .as("without the password")
                    .isEqualTo(new ConnectionHeader.Connect(1, "billing", "c1", "ann", null));
            broker.byHand(ConnectionHeader.Prove.class);
            final Scram.Verifier kept = Scram.verifier("secret", 10);
            broker.answer(hello, new ConnectionHeader.Challenge(kept.salt(), kept.iterations(), "nonce"));
            final Frame proof = broker.expect(ConnectionHeader.Prove.class);
            final ConnectionHeader.Prove prove = (ConnectionHeader.Prove) proof.header();
            final Scram.Exchange exchange =
                    new Scram.Exchange("ann", kept.salt(), kept.iterations(), "nonce", prove.nonce());
            assertThat(Scram.isProof(kept, exchange, prove.proof())).isTrue();
            broker.answer(
                    proof,
                    new ConnectionHeader.Connected(
                            1, "north", 42, 5_000, 9_000, 10_000, 99, Scram.signature(kept, exchange)));
            try (BrokerSession session = resultOf(connecting)) {
                assertThat(session.brokerName()).isEqualTo("north");
                assertThat(session.connectionId()).isEqualTo(42);
                assertThat(session.maxMessageBytes()).isEqualTo(5_000);
                assertThat(session.isOpen()).isTrue();
            }
        }
    }

    @Test
    void shouldNotTrustABrokerThatDoesNotKnowThePassword() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local()) {
            broker.always(ConnectionHeader.Connect.class, new ConnectionHeader.Challenge("c2FsdA==", 10, "nonce"));
            broker.always(
                    ConnectionHeader.Prove.class,
                    new ConnectionHeader.Connected(1, "north", 42, 5_000, 9_000, 10_000, 99));
            assertThatThrownBy(() -> BrokerSession.connect(
                            broker.options().user("ann").password("secret").build()))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(ErrorCodes.AUTHENTICATION))
                    .hasMessageContaining("does not know the password of 'ann'");
        }
    }

    @Test
    void shouldPassOnWhyTheBrokerRefuses() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local();
                ScriptedBroker other = ScriptedBroker.local()) {
            broker.always(
                    ConnectionHeader.Connect.class,
                    new ConnectionHeader.Failure(ErrorCodes.AUTHENTICATION, "wrong password for 'ann'"));
            assertThatThrownBy(() -> BrokerSession.connect(
                            broker.options().address(other.address()).build()))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(ErrorCodes.AUTHENTICATION))
                    .hasMessage("wrong password for 'ann'");
            broker.expectClosed();
        }
    }

    @Test
    void shouldGoOnToTheNextAddressWhenOneCannotBeReached() throws Exception {
        try (ScriptedBroker gone = ScriptedBroker.tcp();
                ScriptedBroker full = ScriptedBroker.tcp();
                ScriptedBroker broker = ScriptedBroker.tcp()) {
            gone.close();
            full.always(
                    ConnectionHeader.Connect.class,
                    new ConnectionHeader.Failure(ErrorCodes.RESOURCE_LIMIT, "max-connections reached"));
            final String addresses = gone.hostAndPort() + "," + full.hostAndPort() + "," + broker.hostAndPort();
            try (BrokerSession session = BrokerSession.connect(
                    ClientOptions.builder().addresses(addresses).build())) {
                assertThat(session.isOpen()).isTrue();
            }
        }
    }

    @Test
    void shouldSayOfEachAddressWhyItFailed() throws Exception {
        try (ScriptedBroker gone = ScriptedBroker.tcp();
                ScriptedBroker full = ScriptedBroker.tcp()) {
            gone.close();
            full.always(
                    ConnectionHeader.Connect.class,
                    new ConnectionHeader.Failure(ErrorCodes.RESOURCE_LIMIT, "max-connections reached"));
            final String addresses = gone.hostAndPort() + "," + full.hostAndPort();
            assertThatThrownBy(() -> BrokerSession.connect(
                            ClientOptions.builder().addresses(addresses).build()))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.UNREACHABLE))
                    .hasMessageContaining(gone.hostAndPort())
                    .hasMessageContaining("max-connections reached");
        }
    }

    @Test
    void shouldNotWaitForeverForAGreeting() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local()) {
            broker.byHand(ConnectionHeader.Connect.class);
            assertThatThrownBy(() -> BrokerSession.connect(
                            broker.options().connectTimeoutMs(SHORT_MS).build()))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.TIMEOUT))
                    .hasMessageContaining("did not answer Connect within " + SHORT_MS + " ms");
            broker.expect(ConnectionHeader.Connect.class);
            broker.expectClosed();
        }
    }

    @Test
    void shouldAskANameServerForABroker() throws Exception {
        try (ScriptedBroker nameServer = ScriptedBroker.tcp();
                ScriptedBroker gone = ScriptedBroker.tcp();
                ScriptedBroker broker = ScriptedBroker.tcp()) {
            gone.close();
            nameServer.always(
                    ConnectionHeader.Connect.class, new ConnectionHeader.Failure(ErrorCodes.PROTOCOL, "a name server"));
            nameServer.always(
                    ConnectionHeader.GetRoutes.class,
                    new ConnectionHeader.Routes(List.of(gone.hostAndPort(), broker.hostAndPort())));
            try (BrokerSession session =
                    BrokerSession.connect(nameServer.options().build())) {
                assertThat(session.remote()).contains(broker.hostAndPort());
                nameServer.expectClosed();
            }
        }
    }

    @Test
    void shouldSayWhenANameServerKnowsNoBroker() throws Exception {
        try (ScriptedBroker nameServer = ScriptedBroker.local()) {
            nameServer.always(
                    ConnectionHeader.Connect.class, new ConnectionHeader.Failure(ErrorCodes.PROTOCOL, "a name server"));
            nameServer.always(ConnectionHeader.GetRoutes.class, new ConnectionHeader.Routes(List.of()));
            assertThatThrownBy(nameServer::connect).hasMessageContaining("knows no broker yet");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost"})
    void shouldReachABrokerByAddressAndByName(final String host) throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.tcp();
                BrokerSession session = BrokerSession.connect(ClientOptions.builder()
                        .addresses(broker.hostAndPort().replace("127.0.0.1", host))
                        .build())) {
            assertThat(session.open(DestinationKind.QUEUE, "q").number()).isEqualTo(1);
        }
    }

    @Test
    void shouldOpenADestinationOnceAndRememberIt() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local();
                BrokerSession session = broker.connect()) {
            broker.byHand(DestinationHeader.OpenDestination.class);
            final CompletableFuture<Destination> opening = async(() -> session.open(DestinationKind.TOPIC, "prices"));
            final Frame request = broker.expect(DestinationHeader.OpenDestination.class);
            assertThat(request.header())
                    .isEqualTo(new DestinationHeader.OpenDestination(DestinationKind.TOPIC, "prices", true));
            broker.answer(request, new DestinationHeader.DestinationOpened(5, "%TOPIC%prices"));
            final Destination prices = resultOf(opening);
            assertThat(prices.number()).isEqualTo(5);
            assertThat(prices.topic()).asString().isEqualTo("%TOPIC%prices");
            assertThat(prices).hasToString("topic 'prices'");
            assertThat(session.open(DestinationKind.TOPIC, "prices")).isSameAs(prices);
            assertThat(broker.heardNothing()).isTrue();
        }
    }

    @Test
    void shouldPassOnWhyADestinationIsRefusedAndAskAgainNextTime() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local();
                BrokerSession session = broker.connect()) {
            broker.always(
                    DestinationHeader.OpenDestination.class,
                    new ConnectionHeader.Failure(ErrorCodes.DESTINATION, "no queue 'x' here"));
            assertThatThrownBy(() -> session.open(DestinationKind.QUEUE, "x")).hasMessage("no queue 'x' here");
            broker.always(DestinationHeader.OpenDestination.class, new DestinationHeader.DestinationOpened(1, "x"));
            assertThat(session.open(DestinationKind.QUEUE, "x").number()).isEqualTo(1);
        }
    }

    @Test
    void shouldSayWhyARequestCannotBeSentAndGoOn() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local();
                BrokerSession session = broker.connect()) {
            assertThatThrownBy(() -> session.open(DestinationKind.QUEUE, "q".repeat(70_000)))
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(ErrorCodes.PROTOCOL))
                    .hasMessageContaining("OpenDestination cannot be sent: a text of 70000 bytes");
            assertThat(session.open(DestinationKind.QUEUE, "q").number()).isEqualTo(1);
        }
    }

    @Test
    void shouldOverhearAnAnswerThatComesTooLate() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local();
                BrokerSession session = BrokerSession.connect(
                        broker.options().requestTimeoutMs(SHORT_MS).build())) {
            assertThatThrownBy(session::status)
                    .isInstanceOfSatisfying(
                            BrokerException.class, e -> assertThat(e.error()).isEqualTo(BrokerException.TIMEOUT))
                    .hasMessageContaining("did not answer GetStatus within " + SHORT_MS + " ms");
            broker.answer(broker.expect(ConnectionHeader.GetStatus.class), new ConnectionHeader.Done());
            assertThat(session.open(DestinationKind.QUEUE, "q").number()).isEqualTo(1);
        }
    }

    @Test
    void shouldNotTakeAnAnswerThatIsNoneForOne() throws Exception {
        try (ScriptedBroker broker = ScriptedBroker.local();
                BrokerSession session = broker.connect()) {
            broker.always(ConnectionHeader.GetStatus.class, new ConnectionHeader.Done());
            assertThatThrownBy(session::status).hasMessageContaining("answered GetStatus with Done");
        }
    }
}
