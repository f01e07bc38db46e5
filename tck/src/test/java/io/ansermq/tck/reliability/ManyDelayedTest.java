package io.ansermq.tck.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Very many delayed messages with random delays, through restarts of the broker: none early, lost or doubled. Prints how
 * late they were. {@code -Danser.delayed=N} sets how many, {@code -Danser.delayed.seconds=S} over how long they are due.
 */
@Tag("slow")
class ManyDelayedTest {

    private static final int COUNT = Integer.getInteger("anser.delayed", 1_000_000);
    private static final int SECONDS = Integer.getInteger("anser.delayed.seconds", 60);
    /** A broker that has run for some seconds: its code is compiled. {@code -Danser.delayed.warm=0} measures one that has not. */
    private static final int WARM_UP = Integer.getInteger("anser.delayed.warm", 100_000);

    /** After a restart everything that became due meanwhile comes at once, which says nothing about timers. */
    private static final long RECOVERY_MS = 20_000;

    @TempDir
    private Path directory;

    private Broker broker;
    private int port;

    // Guarded by this.
    private final BitSet received = new BitSet();
    private final int[] latenessMs = new int[COUNT];
    private int warmedUp;
    private int measured;
    private int doubled;
    private int early;
    private long measuredFromMs;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void shouldDeliverEachOnceAndNoneEarlyThroughRestarts() throws Exception {
        start();
        final long seed = System.nanoTime();
        warmUp(new Random(seed));
        final long firstDueMs = sendAll(new Random(seed));
        restart();
        try (JMSContext context = context()) {
            listen(context);
            Awaitility.await()
                    .atMost(5, TimeUnit.MINUTES)
                    .pollInterval(100, TimeUnit.MILLISECONDS)
                    .until(() -> count() >= COUNT / 2);
        }
        final int before = count();
        restart();
        try (JMSContext context = context()) {
            listen(context);
            Awaitility.await()
                    .atMost(5, TimeUnit.MINUTES)
                    .pollInterval(100, TimeUnit.MILLISECONDS)
                    .until(() -> count() == COUNT);
        }
        broker.close();
        synchronized (this) {
            Arrays.sort(latenessMs, 0, measured);
            System.out.printf(
                    "%,d delayed messages, restarts with %,d and %,d pending; of %,d on time: late by p50 %d ms, p99 %d ms,"
                            + " p99.9 %d ms, at most %d ms (first due %d ms after the last send)%n",
                    COUNT, COUNT, COUNT - before, measured, late(0.5), late(0.99), late(0.999), late(1), firstDueMs);
            assertThat(early).as("early, seed %d", seed).isZero();
            assertThat(doubled).as("doubled, seed %d", seed).isZero();
        }
    }

    private int late(final double share) {
        return measured == 0 ? 0 : latenessMs[(int) Math.min(measured - 1L, Math.round(share * measured))];
    }

    private synchronized int count() {
        return received.cardinality();
    }

    private void start() throws IOException {
        broker = Broker.start(BrokerOptions.builder()
                .set("port", Integer.toString(port))
                .set("data", directory.toString())
                .set("min-free-disk", "32MiB")
                .build());
        port = broker.port();
    }

    private void restart() throws IOException {
        broker.close();
        start();
        synchronized (this) {
            measuredFromMs = System.currentTimeMillis() + RECOVERY_MS;
        }
    }

    private JMSContext context() {
        return new AnserConnectionFactory("anser://127.0.0.1:" + port + "?blockOnDurableSend=false").createContext();
    }

    private void warmUp(final Random random) {
        try (JMSContext context = context()) {
            listen(context);
            final Queue queue = context.createQueue("many");
            final JMSProducer producer = context.createProducer().setProperty("number", -1);
            for (int i = 0; i < WARM_UP; i++) {
                producer.setDeliveryDelay(1 + random.nextInt(2_000)).send(queue, "x");
            }
            Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> warmedUp() == WARM_UP);
        }
    }

    private synchronized int warmedUp() {
        return warmedUp;
    }

    /** Sends all; the delays are such that none is due before the last one is sent. Returns by how much. */
    private long sendAll(final Random random) {
        final long startMs = System.currentTimeMillis();
        // So long as sending takes at 20,000 a second, and a restart.
        final long afterMs = startMs + COUNT / 20 + 10_000;
        try (JMSContext context = context()) {
            final Queue queue = context.createQueue("many");
            final JMSProducer producer = context.createProducer().setDeliveryMode(DeliveryMode.PERSISTENT);
            for (int i = 0; i < COUNT; i++) {
                final long dueMs = afterMs + random.nextInt(SECONDS * 1000);
                producer.setDeliveryDelay(Math.max(1, dueMs - System.currentTimeMillis()));
                producer.setProperty("number", i).send(queue, "x");
            }
        }
        return afterMs - System.currentTimeMillis();
    }

    private void listen(final JMSContext context) {
        context.createConsumer(context.createQueue("many")).setMessageListener(message -> {
            final long nowMs = System.currentTimeMillis();
            try {
                take(message.getIntProperty("number"), nowMs - message.getJMSDeliveryTime(), nowMs);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private synchronized void take(final int number, final long lateMs, final long nowMs) {
        if (number < 0) {
            warmedUp++;
            return;
        }
        doubled += received.get(number) ? 1 : 0;
        received.set(number);
        early += lateMs < 0 ? 1 : 0;
        if (nowMs - lateMs >= measuredFromMs) {
            latenessMs[measured++] = (int) lateMs;
        }
    }
}
