package io.ansermq.tck.servers;

import static java.net.http.HttpResponse.BodyHandlers.ofString;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.XAJMSContext;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.awaitility.Awaitility;
import org.jboss.arquillian.container.test.api.ContainerController;
import org.jboss.arquillian.container.test.api.Deployer;
import org.jboss.arquillian.container.test.api.Deployment;
import org.jboss.arquillian.container.test.api.RunAsClient;
import org.jboss.arquillian.container.test.api.TargetsContainer;
import org.jboss.arquillian.junit5.ArquillianExtension;
import org.jboss.arquillian.test.api.ArquillianResource;
import org.jboss.shrinkwrap.api.spec.WebArchive;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.extension.ExtendWith;

/** What applications do on a Jakarta EE server. The server boots, and the application is deployed, before there is a broker. */
@ExtendWith(ArquillianExtension.class)
@RunAsClient
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServerIT {
    private static final ServedBroker BROKER = TestedServer.BROKER;
    private static final String ADAPTER = "io.ansermq.ra.AnserResourceAdapter";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Deployment(name = "app", managed = false, testable = false)
    @TargetsContainer(ServerDialect.SERVER)
    static WebArchive app() {
        return Application.main(TestedServer.DIALECT);
    }

    @Deployment(name = "definitions", managed = false, testable = false)
    @TargetsContainer(ServerDialect.SERVER)
    static WebArchive definitions() {
        return Application.definitions();
    }

    @ArquillianResource
    private Deployer deployer;

    @ArquillianResource
    private ContainerController container;

    private static String ask(final String app, final String what, final String text)
            throws IOException, InterruptedException {
        final HttpResponse<String> response = HTTP.send(request(app, what, text), ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }

    private static HttpRequest request(final String app, final String what, final String text) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + TestedServer.DIALECT.httpPort() + '/' + app
                        + "/run?what=" + what + "&text=" + URLEncoder.encode(text, StandardCharsets.UTF_8)))
                .timeout(Duration.ofSeconds(90))
                .build();
    }

    private static String run(final String what, final String text) throws IOException, InterruptedException {
        return ask("app", what, text);
    }

    private static List<String> out(final int atLeast) throws Exception {
        return BROKER.drain("app.out", atLeast);
    }

    // ---- Endpoints that were there before the broker

    @Test
    @Order(0)
    void shouldBootAndDeployWithoutABroker() throws Exception {
        TestedServer.DIALECT.start(container);
        deployer.deploy("app");
        BROKER.start();

        assertThat(run("rows", "create")).isEqualTo("0");
    }

    @Test
    @Order(1)
    void shouldDeliverToBeansThatWereDeployedBeforeTheBrokerWasThere() throws Exception {
        BROKER.send("mdb.in", "hello");

        assertThat(BROKER.drain("replies", 1)).containsExactly("hello at delivery 1");
    }

    @Test
    @Order(2)
    void shouldDeliverExactlyOnce() throws Exception {
        final String[] texts = IntStream.range(0, 200).mapToObj(i -> "m" + i).toArray(String[]::new);
        BROKER.send("mdb.in", texts);

        assertThat(BROKER.drain("replies", 200))
                .containsExactlyInAnyOrder(
                        Stream.of(texts).map(each -> each + " at delivery 1").toArray(String[]::new));
    }

    @Test
    @Order(3)
    void shouldDeliverFourAtOnce() throws Exception {
        BROKER.send("mdb.in", "four 1", "four 2", "four 3", "four 4");

        assertThat(BROKER.drain("replies", 4)).hasSize(4).allMatch(each -> each.endsWith("at delivery 1"));
    }

    @Test
    @Order(4)
    void shouldRedeliverAfterRollbackOrException() throws Exception {
        BROKER.send("mdb.in", "rollback", "throw");

        assertThat(BROKER.drain("replies", 2))
                .containsExactlyInAnyOrder("rollback at delivery 3", "throw at delivery 3");
    }

    @Test
    @Order(5)
    void shouldMovePoisonToTheDeadLetterQueue() throws Exception {
        BROKER.send("mdb.in", "poison");

        assertThat(BROKER.drain("DLQ.mdb.in", 1)).containsExactly("poison");
        assertThat(BROKER.drain("replies", 0)).isEmpty();
    }

    @Test
    @Order(6)
    void shouldDeliverByLookup() throws Exception {
        BROKER.send("mdb.lookup", "looked up");

        assertThat(BROKER.drain("replies", 1)).containsExactly("looked up at delivery 1");
    }

    @Test
    @Order(7)
    void shouldDeliverFromDurableAndSharedSubscriptions() throws Exception {
        BROKER.publish("mdb.durable", "durable");
        assertThat(BROKER.drain("replies", 1)).containsExactly("durable at delivery 1");

        BROKER.publish("mdb.shared", "shared");
        assertThat(BROKER.drain("replies", 1)).containsExactly("shared at delivery 1");
    }

    // ---- Transactions of applications

    @Test
    @Order(20)
    void shouldCommitAndRollBackWithTheContainer() throws Exception {
        run("rollback", "undone");
        assertThat(run("throw", "undone too")).isEqualTo("thrown");
        run("commit", "done");
        run("classic", "done in the classic way");

        assertThat(out(2)).containsExactly("done", "done in the classic way");
    }

    @Test
    @Order(21)
    void shouldCommitTwoFactoriesTogether() throws Exception {
        run("two-rollback", "neither");
        run("two", "both");

        assertThat(out(1)).containsExactly("both");
        assertThat(BROKER.drain("app.second", 1)).containsExactly("both");
    }

    @Test
    @Order(22)
    void shouldCommitWithADatabase() throws Exception {
        run("user-transaction-rollback", "neither");
        run("user-transaction", "both");

        assertThat(run("rows", "neither")).isEqualTo("0");
        assertThat(run("rows", "both")).isEqualTo("1");
        assertThat(out(1)).containsExactly("both");
    }

    @Test
    @Order(23)
    void shouldReceiveInTransactions() throws Exception {
        BROKER.send("app.in", "m");

        assertThat(run("receive-rollback", "app.in")).isEqualTo("m at delivery 1");
        assertThat(run("receive", "app.in")).isEqualTo("m at delivery 2");
        assertThat(BROKER.drain("app.in", 0)).isEmpty();
    }

    @Test
    @Order(24)
    void shouldSendByAnInjectedContext() throws Exception {
        run("inject", "injected");

        assertThat(out(1)).containsExactly("injected");
    }

    @Test
    @Order(25)
    @DisabledIfSystemProperty(
            named = "anser.server",
            matches = "tomee",
            disabledReason = "it makes ActiveMQ's factory of each definition, whatever resourceAdapter says")
    void shouldReachTheBrokerByDefinitionsOfTheApplication() throws Exception {
        // It stays: without its factory Open Liberty would recover nothing at all after a crash.
        deployer.deploy("definitions");
        ask("definitions", "", "defined");

        assertThat(BROKER.drain("defined", 1)).containsExactly("defined");
    }

    @Test
    @Order(26)
    void shouldUseFewConnectionsForManyTransactions() throws Exception {
        run("many", "1000");

        assertThat(out(1_000)).hasSize(1_000);
        assertThat(connections()).isLessThanOrEqualTo(20);
    }

    /** Sockets of this JVM that lead to the broker's port, as the kernel knows them. */
    private static long connections() throws IOException {
        final String port = ":%04X".formatted(URI.create(BROKER.uri()).getPort());
        long count = 0;
        for (final String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            for (final String line : Files.readAllLines(Path.of(table))) {
                final String[] fields = line.strip().split("\\s+");
                if (fields.length > 3 && fields[1].endsWith(port) && fields[3].equals("01")) {
                    count++;
                }
            }
        }
        return count;
    }

    // ---- Life

    @Test
    @Order(40)
    void shouldComeBackWithTheBroker() throws Exception {
        BROKER.stop();
        BROKER.start();

        BROKER.send("mdb.in", "after");
        assertThat(BROKER.drain("replies", 1)).containsExactly("after at delivery 1");
        run("commit", "after");
        assertThat(out(1)).containsExactly("after");
    }

    @Test
    @Order(41)
    void shouldUndeployAndDeployAgainInTime() throws Exception {
        final long start = System.nanoTime();
        deployer.undeploy("app");
        final long tookMs = (System.nanoTime() - start) / 1_000_000;
        assertThat(tookMs).isLessThan(30_000);
        BROKER.send("mdb.in", "meanwhile");
        BROKER.publish("mdb.durable", "meanwhile, durably");

        deployer.deploy("app");

        assertThat(BROKER.drain("replies", 2))
                .containsExactlyInAnyOrder("meanwhile at delivery 1", "meanwhile, durably at delivery 1");
    }

    @Test
    @Order(42)
    void shouldBreakNoRuleThatTheServerChecks() throws Exception {
        Awaitility.await().until(() -> Files.exists(TestedServer.DIALECT.log(TestedServer.HOME)));
        try (Stream<Path> logs =
                Files.list(TestedServer.DIALECT.log(TestedServer.HOME).getParent())) {
            assertThat(logs.map(each -> each.getFileName().toString()))
                    .as("reports of the server's validator")
                    .noneMatch(each -> each.endsWith(".rar.log"));
        }
    }

    /** Counted while none is deployed: one that is may hold what the server has of those before. */
    @Test
    @Order(43)
    @DisabledIfSystemProperty(
            named = "anser.server",
            matches = "tomee",
            disabledReason = "TomEE has the adapter among its own classes")
    void shouldLeaveNoClassesBehindWhenTheAdapterIsDeployedAgain() throws Exception {
        final long server = Long.parseLong(run("pid", ""));
        assertThat(LoadedClasses.loaders(server, ADAPTER)).isOne();
        for (int round = 1; round <= 3; round++) {
            undeployAll();
            if (round == 3 && TestedServer.DIALECT.letsGoOfAdapters()) {
                Awaitility.await("the classes of the adapters are unloaded")
                        .atMost(Duration.ofSeconds(90))
                        .pollInterval(Duration.ofSeconds(1))
                        .untilAsserted(() -> assertThat(LoadedClasses.loaders(server, ADAPTER))
                                .isZero());
            }
            deployAll();
        }
    }

    private void undeployAll() throws IOException {
        deployer.undeploy("app");
        deployer.undeploy("definitions");
        TestedServer.DIALECT.undeployAdapter(TestedServer.HOME);
    }

    /** The application uses most of what the adapter has: beans, and both factories in one transaction. */
    private void deployAll() throws Exception {
        TestedServer.DIALECT.deployAdapter(TestedServer.HOME);
        deployer.deploy("definitions");
        deployer.deploy("app");

        BROKER.send("mdb.in", "again");
        assertThat(BROKER.drain("replies", 1)).containsExactly("again at delivery 1");
        run("two", "again");
        assertThat(out(1)).containsExactly("again");
        assertThat(BROKER.drain("app.second", 1)).containsExactly("again");
    }

    /** The server is killed between the votes and the commits; what it had decided is done when it is there again. */
    @Test
    @Order(60)
    @DisabledIfSystemProperty(
            named = "anser.server",
            matches = "tomee",
            disabledReason = "it asks no connection factory what is in doubt")
    void shouldLeaveNothingInDoubtAfterACrash() throws Exception {
        out(0);
        final ProcessHandle server =
                ProcessHandle.of(Long.parseLong(run("pid", ""))).orElseThrow();
        BROKER.stop();
        final CommitGate gate = BROKER.startBehindGate();
        final CompletableFuture<?> answer = HTTP.sendAsync(request("app", "user-transaction", "crashed"), ofString());
        assertThat(gate.awaitCommit()).isTrue();
        server.destroyForcibly();
        assertThat(answer).failsWithin(Duration.ofMinutes(1));
        BROKER.stop();
        BROKER.start();
        assertThat(inDoubt()).hasSize(1);
        assertThat(out(0)).isEmpty();

        TestedServer.DIALECT.startAfterCrash(container);

        Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> inDoubt().length == 0);
        assertThat(out(1)).containsExactly("crashed");
        Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> run("rows", "crashed")
                .equals("1"));
    }

    private static Xid[] inDoubt() throws XAException {
        try (XAJMSContext context = new AnserConnectionFactory(BROKER.uri()).createXAContext()) {
            return context.getXAResource().recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN);
        }
    }

    @Test
    @Order(100)
    void shouldStopInTime() throws Exception {
        final long start = System.nanoTime();
        TestedServer.DIALECT.stop(container);

        assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(60_000);
    }
}
