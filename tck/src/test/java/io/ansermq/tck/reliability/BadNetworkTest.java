package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.tck.SmallBroker;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A network that cuts, delays and swallows. {@code -Danser.test.cuts=500} for the long run, {@code -Danser.test.seed} for
 * another one.
 */
class BadNetworkTest {
    private static final int CUTS = Integer.getInteger("anser.test.cuts", 40);

    @TempDir
    private Path directory;

    @Test
    void shouldDeliverEachMessageOnceAndInOrder() throws Exception {
        final long seed = Long.getLong("anser.test.seed", System.nanoTime());
        final BrokerOptions options = SmallBroker.options(directory).build();
        try (Broker broker = Broker.start(options);
                CuttingProxy proxy = new CuttingProxy(broker.port(), seed)) {
            final String uri = "failover:(anser://127.0.0.1:" + proxy.port()
                    + ")?startupMaxReconnectAttempts=-1&initialReconnectDelay=1ms&reconnectDelay=5ms&maxReconnectDelay=100ms"
                    + "&idleTimeout=600ms&connectTimeout=1s&sendTimeout=60s&requestTimeout=60s";
            try (FailoverLoad load = new FailoverLoad(uri, "seed " + seed)) {
                // Those that came while connections were first made tell nobody.
                final int before = proxy.cuts();
                Awaitility.await("seed " + seed)
                        .atMost(Duration.ofMinutes(10))
                        .until(() -> proxy.cuts() >= before + CUTS);
                proxy.heal();
                load.awaitMore(100);
                load.finish();
                assertThat(load.told())
                        .as("exception listeners hear of it, seed %d", seed)
                        .isPositive();
                System.out.println(load.told() + " told, " + proxy.cuts() + " cuts, " + load.received()
                        + " messages, seed " + seed);
            }
        }
    }
}
