package io.ansermq.rocketmqit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.PlatformDependent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.slf4j.LoggerFactory;

/**
 * What official clients really ask for, made wrong: each request is answered or costs its sender the connection, nothing
 * leaks, and the server lives on.
 *
 * <p>{@code -Danser.fuzz.requests=1000000} makes it long, {@code -Danser.seed=N} different. The requests are in
 * {@code recorded-requests.txt}; {@code -Danser.record=FILE} on the other tests of this module records them anew.
 */
@Isolated("It measures memory and looks for leaks.")
class RecordedRequestsTest {

    private static final int REQUESTS = Integer.getInteger("anser.fuzz.requests", 20_000);
    private static final long SEED = Long.getLong("anser.seed", 20_261_121L);
    /** Each server gets so many, and is then replaced: the topics and groups that mutants make are not the point. */
    private static final int REQUESTS_OF_ROUND = 20_000;

    private static final int WORKERS = 4;
    /** What garbage collection and pools may leave between rounds. */
    private static final long TOLERATED_BYTES = 96L << 20;

    private record Seeds(List<byte[]> broker, List<byte[]> nameServer) {
        static Seeds read() throws IOException {
            final List<byte[]> broker = new ArrayList<>();
            final List<byte[]> nameServer = new ArrayList<>();
            try (InputStream in = RecordedRequestsTest.class.getResourceAsStream("/recorded-requests.txt")) {
                for (final String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList()) {
                    final String[] parts = line.split(" ", 2);
                    (parts[0].equals("broker") ? broker : nameServer)
                            .add(Base64.getDecoder().decode(parts[1]));
                }
            }
            return new Seeds(broker, nameServer);
        }
    }

    @Test
    void shouldAnswerOrHangUpOnMutatedRequests(@TempDir final Path data) throws Exception {
        final Seeds seeds = Seeds.read();
        assertThat(seeds.broker()).hasSizeGreaterThan(100);
        assertThat(seeds.nameServer()).hasSizeGreaterThan(5);
        final ListAppender<ILoggingEvent> leaks = watchLeaks();
        final FuzzCounts all = new FuzzCounts();
        long bytesBefore = 0;
        for (int round = 0; round * REQUESTS_OF_ROUND < REQUESTS; round++) {
            final int requests = Math.min(REQUESTS_OF_ROUND, REQUESTS - round * REQUESTS_OF_ROUND);
            all.add(round(data.resolve("round-" + round), seeds, SEED + round, requests));
            final long bytes = usedBytes();
            if (round == 0) {
                bytesBefore = bytes;
            }
            assertThat(bytes)
                    .as("memory after round %d, seed %d", round, SEED)
                    .isLessThan(bytesBefore + TOLERATED_BYTES);
            System.out.println("round " + round + ": " + all + ", " + (bytes >> 20) + " MiB used afterwards");
        }
        assertThat(leaks.list).as("leaks, seed %d", SEED).isEmpty();
        assertThat(all.sent()).isEqualTo(REQUESTS);
        assertThat(all.answered())
                .as("mutants that got far enough to be answered: %s", all)
                .isGreaterThan(REQUESTS / 2);
    }

    private static FuzzCounts round(final Path data, final Seeds seeds, final long seed, final int requests)
            throws Exception {
        final FuzzCounts counts = new FuzzCounts();
        try (TestServer server = TestServer.start(data, Map.of())) {
            // So that topics and groups are there.
            FuzzClient.replay(server.brokerPort(), seeds.broker());
            final ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
            try {
                final List<Callable<FuzzCounts>> work = new ArrayList<>();
                for (int worker = 0; worker < WORKERS; worker++) {
                    // One in ten goes to the name server.
                    final long own = seed * 31 + worker;
                    final int share = requests / WORKERS;
                    final int names = share / 10;
                    work.add(() -> {
                        final FuzzCounts here = new FuzzClient(
                                        server.nameServerPort(), new RequestMutator(seeds.nameServer(), own))
                                .run(names);
                        here.add(new FuzzClient(server.brokerPort(), new RequestMutator(seeds.broker(), own))
                                .run(share - names));
                        return here;
                    });
                }
                for (final Future<FuzzCounts> each : threads.invokeAll(work)) {
                    counts.add(each.get());
                }
            } catch (final ExecutionException e) {
                throw new AssertionError("seed " + seed + ": " + e.getCause().getMessage(), e.getCause());
            } finally {
                threads.shutdown();
            }
            await().atMost(Duration.ofSeconds(20)).until(() -> server.connections() == 0);
            assertAlive(server, seed);
        }
        return counts;
    }

    private static void assertAlive(final TestServer server, final long seed) throws Exception {
        final DefaultMQProducer producer = new DefaultMQProducer("alive-" + seed);
        producer.setNamesrvAddr(server.nameServerAddress());
        producer.setInstanceName("alive-" + seed);
        // On a busy machine.
        producer.setMqClientApiTimeout(30_000);
        producer.start();
        try {
            final var sent = producer.send(new Message("still-alive", new byte[] {1}), 10_000);
            assertThat(sent.getSendStatus()).as("seed %d", seed).isEqualTo(SendStatus.SEND_OK);
        } finally {
            producer.shutdown();
        }
    }

    private static ListAppender<ILoggingEvent> watchLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        final ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        ((Logger) LoggerFactory.getLogger(ResourceLeakDetector.class)).addAppender(appender);
        return appender;
    }

    @SuppressWarnings(
            "SystemGc") // What is unreachable but not collected would count as used, and hide a leak's report.
    private static long usedBytes() {
        System.gc();
        final Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() + Math.max(0, PlatformDependent.usedDirectMemory());
    }
}
