package io.ansermq.tck.openmessaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.ansermq.openmessaging.AnserProducer;
import io.ansermq.tck.process.ClassPath;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.JavaProcess;
import io.ansermq.tck.process.ServerProcess;
import io.openmessaging.Message;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.producer.LocalTransactionExecutor;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A producer is killed between its half message and its decision: another of its PRODUCER_ID decides, or nobody does. */
class KilledProducerIT {
    private static final Duration WAIT = Duration.ofSeconds(60);

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private ServerProcess server(final String checks) {
        return ServerProcess.with(evidence)
                .set("check-back-after", "100ms")
                .set("check-back-interval", "1s")
                .set("check-back-max", checks)
                .start();
    }

    private static String url(final ServerProcess server) {
        return "oms:anser://127.0.0.1:" + server.port() + "/r";
    }

    private void killBetweenHalfMessageAndDecision(final ServerProcess server) {
        final JavaProcess sender = JavaProcess.start(
                evidence,
                "half-sender",
                List.of("-Xmx128m"),
                ClassPath.tests(),
                HalfSender.class.getName(),
                List.of(url(server), "transfers", "orders", "half"));
        sender.awaitLine(HalfSender.STORED, WAIT);
        sender.kill();
    }

    @Test
    void shouldAskAnotherProducerOfTheSameIdAfterAKill() {
        final ServerProcess server = server("60");
        killBetweenHalfMessageAndDecision(server);
        final MessagingAccessPoint accessPoint = OMS.getMessagingAccessPoint(url(server));
        final AnserProducer other = (AnserProducer)
                accessPoint.createProducer(OMS.newKeyValue().put(OMSBuiltinKeys.PRODUCER_ID, "transfers"));
        other.checkWith(new LocalTransactionExecutor() {
            @Override
            public void execute(final Message message, final ExecutionContext context) {
                throw new AssertionError("it was asked, not told");
            }

            @Override
            public void check(final Message message, final CheckContext context) {
                assertThat(new String(message.getBody(byte[].class), UTF_8)).isEqualTo("half");
                assertThat(message.sysHeaders().getString(Message.BuiltinKeys.DESTINATION))
                        .isEqualTo("orders");
                context.commit();
            }
        });
        other.startup();

        final PullConsumer consumer = accessPoint.createPullConsumer(
                OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, WAIT.toMillis()));
        consumer.attachQueue("orders").startup();
        final Message message = consumer.receive();
        assertThat(message).isNotNull();
        assertThat(new String(message.getBody(byte[].class), UTF_8)).isEqualTo("half");
        consumer.shutdown();
        other.shutdown();
        server.stop();
    }

    @Test
    void shouldRollBackAfterTheConfiguredChecksWhenNobodyDecides() throws Exception {
        final ServerProcess server = server("2");
        killBetweenHalfMessageAndDecision(server);

        try (BrokerSession session = BrokerSession.connect(
                ClientOptions.builder().addresses("127.0.0.1:" + server.port()).build())) {
            await().atMost(WAIT)
                    .untilAsserted(
                            () -> assertThat(session.transactions().list()).isEmpty());
        }
        final PullConsumer consumer = OMS.getMessagingAccessPoint(url(server))
                .createPullConsumer(OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, 500));
        consumer.attachQueue("orders").startup();
        assertThat(consumer.receive()).isNull();
        consumer.shutdown();
        server.stop();
    }
}
