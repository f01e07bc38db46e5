package io.ansermq.tck.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Connected;
import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Pong;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.JavaProcess;
import io.ansermq.tck.process.ProcessMemory;
import io.ansermq.tck.process.ServerProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Very many malformed frames against the port of a running server: whoever sends one may lose the connection, everybody
 * else is served, and the server's memory is what it was.
 *
 * <p>{@code -Danser.fuzz.frames=1000000} for the long run (nearly each frame costs a connection, so it takes a minute or
 * two), {@code -Danser.seed=N} to repeat a run.
 */
class MalformedFramesIT {
    private static final int FRAMES = Integer.getInteger("anser.fuzz.frames", 100_000);
    private static final long SEED = Long.getLong("anser.seed", System.currentTimeMillis());
    private static final int THREADS = 4;
    private static final int FRAMES_PER_CONNECTION = 3;

    /** Out of the range of the numbers that the malformed frames use. */
    private static final int FIRST_PING = 1_000_000;

    private static final byte[] CONNECT = Frames.encode(Frames.connect(), 1);
    private static final List<byte[]> PINGS = IntStream.rangeClosed(1, FRAMES_PER_CONNECTION)
            .mapToObj(i -> Frames.encode(new Ping(), FIRST_PING + i))
            .toList();
    private static final long MEBIBYTE = 1 << 20;

    @RegisterExtension
    final Evidence evidence = new Evidence();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void shouldServeOnWithBoundedMemory() throws Exception {
        final ServerProcess server =
                ServerProcess.with(evidence).set("flush", "async").start();
        RoundTrip.run(server.uri());
        final long heapBefore = ProcessMemory.liveHeapBytes(server.process());

        final long startNs = System.nanoTime();
        final Tally tally = attack(server.port());
        System.out.printf(
                "Malformed frames: %,d in %,d connections and %d s, seed %d%n",
                tally.frames, tally.connections, (System.nanoTime() - startNs) / 1_000_000_000, SEED);

        RoundTrip.run(server.uri());
        assertHealthy(server.process(), heapBefore);
    }

    /** Each connection says that its frame is as long as a frame may be, sends a little of it, and stays. */
    @Test
    void shouldNotReserveMemoryForAFrameThatIsOnlyAnnounced() throws Exception {
        final ServerProcess server =
                ServerProcess.with(evidence).set("flush", "async").start();
        RoundTrip.run(server.uri());
        final long heapBefore = ProcessMemory.liveHeapBytes(server.process());
        final List<WireClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 200; i++) {
                final WireClient client = WireClient.connect(server.port());
                clients.add(client);
                client.ask(Frames.connect(), 1, Connected.class);
                final byte[] beginning = ByteBuffer.allocate(1000)
                        .putInt(4 << 20)
                        .putInt(2 << 24 | 20)
                        .array();
                client.write(beginning, beginning.length);
            }
            RoundTrip.run(server.uri());
            assertHealthy(server.process(), heapBefore);
        } finally {
            for (final WireClient client : clients) {
                client.close();
            }
        }
    }

    private void assertHealthy(JavaProcess server, long heapBefore) {
        assertThat(server.alive()).as("alive, seed " + SEED).isTrue();
        assertThat(ProcessMemory.liveHeapBytes(server))
                .as("live heap, seed " + SEED)
                .isLessThan(heapBefore + 64 * MEBIBYTE);
        assertThat(ProcessMemory.anonymousBytes(server))
                .as("memory of the process, seed " + SEED)
                .isLessThan(768 * MEBIBYTE);
        assertThat(server.output().stream().filter(MalformedFramesIT::isTrouble).limit(5))
                .as("trouble in the server's output, seed " + SEED)
                .isEmpty();
        assertThat(server.errors().lines().filter(MalformedFramesIT::isTrouble).limit(5))
                .as("trouble in the server's errors, seed " + SEED)
                .isEmpty();
    }

    /** A stack trace, an error of the JVM, or a buffer that Netty found not released. */
    private static boolean isTrouble(String line) {
        return line.startsWith("\tat ") || line.contains("OutOfMemory") || line.contains("LEAK");
    }

    private static Tally attack(int port) throws InterruptedException, ExecutionException {
        final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            final List<Future<Tally>> attackers = new ArrayList<>();
            final SplittableRandom seeds = new SplittableRandom(SEED);
            for (int i = 0; i < THREADS; i++) {
                final SplittableRandom random = seeds.split();
                attackers.add(threads.submit(() -> new Attacker(port, random, FRAMES / THREADS).run()));
            }
            final Tally total = new Tally();
            for (final Future<Tally> attacker : attackers) {
                total.add(attacker.get());
            }
            return total;
        } finally {
            threads.shutdownNow();
        }
    }

    private static final class Tally {
        long frames;
        long connections;

        void add(Tally other) {
            frames += other.frames;
            connections += other.connections;
        }
    }

    /**
     * Sends a few malformed frames on a connection, each followed by a Ping. The Pongs tell how many of them the server
     * looked at before it closed; only those count.
     */
    private static final class Attacker {
        private final int port;
        private final SplittableRandom random;
        private final long wanted;
        private final Tally tally = new Tally();
        private final ByteBuffer batch = ByteBuffer.allocate(1 << 20);

        Attacker(int port, SplittableRandom random, long wanted) {
            this.port = port;
            this.random = random;
            this.wanted = wanted;
        }

        Tally run() throws IOException {
            final MalformedFrames frames = knock();
            while (tally.frames < wanted) {
                attackOnOneConnection(frames);
            }
            return tally;
        }

        /** Opens a destination honestly, to know a number that exists. */
        private MalformedFrames knock() throws IOException {
            try (WireClient client = WireClient.connect(port)) {
                client.ask(Frames.connect(), 1, Connected.class);
                final DestinationOpened opened = client.ask(
                        new OpenDestination(DestinationKind.QUEUE, "target", true), 2, DestinationOpened.class);
                return new MalformedFrames(random, opened.destination(), opened.topic());
            }
        }

        private void attackOnOneConnection(MalformedFrames frames) throws IOException {
            batch.clear();
            // Half of them introduce themselves, and half of those have a consumer to talk nonsense about.
            if (random.nextBoolean()) {
                batch.put(CONNECT);
                if (random.nextBoolean()) {
                    batch.put(frames.subscribe());
                }
            }
            for (int i = 0; i < FRAMES_PER_CONNECTION; i++) {
                batch.put(frames.next()).put(PINGS.get(i));
            }
            try (WireClient client = WireClient.connect(port)) {
                client.write(batch.array(), batch.position());
                client.finish();
                tally.frames += Math.min(FRAMES_PER_CONNECTION, lastPong(client) + 1);
                tally.connections++;
            }
        }

        /** The number of the last Ping that was answered before the server closed; 0 when none was. */
        private static int lastPong(WireClient client) throws IOException {
            int last = 0;
            for (Optional<RemotingCommand> frame = client.read(); frame.isPresent(); frame = client.read()) {
                if (frame.get().control() instanceof Pong) {
                    last = frame.get().opaque() - FIRST_PING;
                }
            }
            return last;
        }
    }
}
