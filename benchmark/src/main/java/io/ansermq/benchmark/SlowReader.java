package io.ansermq.benchmark;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.tools.bench.LoadException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.Topic;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What does one subscriber that reads slowly, or not at all, cost all others? */
@Command(
        name = "SlowReader",
        description = {
            "What does one subscriber that reads slowly, or not at all, cost all others?",
            "Subscribers of one topic with a connection each; the last one reads like the others, 640 KB/s, or nothing,"
                    + " in turn. Prints the rate of the others and the memory of the server."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class SlowReader implements Callable<Integer> {

    private static final String TOPIC = "prices";
    private static final int SLOW_READ_BYTES = 64 << 10;
    private static final long SLOW_PAUSE_MS = 100;
    private static final long PATIENCE_NS = 120_000_000_000L;

    /** How the last subscriber reads. */
    private enum Last {
        QUICK,
        SLOW,
        DEAD
    }

    @Option(names = "--consumers", defaultValue = "100", description = "Subscribers, with the slow one.")
    private int consumers;

    @Option(names = "--messages", defaultValue = "20000", description = "Messages of a round.")
    private int messages;

    @Option(names = "--message-size", defaultValue = "1024", description = "Bytes of a body.")
    private int bodyBytes;

    @Option(names = "--rounds", defaultValue = "6", description = "How often each kind of reader has its turn.")
    private int rounds;

    @Option(
            names = "--warmup",
            defaultValue = "8",
            description = "Rounds with a quick reader that are not counted: the rates rise until the code is compiled.")
    private int warmup;

    @Mixin
    private final DirectoryOption directory = new DirectoryOption();

    private SlowReader() {}

    public static void main(final String[] arguments) {
        System.exit(new CommandLine(new SlowReader()).execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        try (ScratchDirectory scratch = ScratchDirectory.in(directory.path());
                ServerProcess server =
                        ServerProcess.start(scratch.path(), List.of("-Xmx256m", "-XX:+UseSerialGC"), List.of())) {
            final Map<Last, List<Double>> rates = new EnumMap<>(Last.class);
            final AtomicLong received = new AtomicLong();
            final List<Connection> others = new ArrayList<>();
            for (int i = 1; i < consumers; i++) {
                others.add(subscribe(server, received));
            }
            for (int i = 0; i < warmup; i++) {
                round(server, received, Last.QUICK);
            }
            final List<Last> turns = new ArrayList<>(List.of(Last.values()));
            for (int i = 0; i < rounds; i++) {
                for (final Last last : turns) {
                    rates.computeIfAbsent(last, each -> new ArrayList<>()).add(round(server, received, last));
                }
                Collections.reverse(turns); // none is always the one that comes after the others
            }
            for (final Last last : Last.values()) {
                say(
                        "last subscriber %s: the others got %,.0f messages/s (median), %.3f of those beside a quick one",
                        last, median(rates, last), median(rates, last) / median(rates, Last.QUICK));
            }
            for (final Connection each : others) {
                each.close();
            }
        }
        return 0;
    }

    private static double median(final Map<Last, List<Double>> rates, final Last last) {
        final List<Double> sorted =
                rates.getOrDefault(last, List.of()).stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private double round(final ServerProcess server, final AtomicLong received, final Last last) throws Exception {
        final Connection quick = last == Last.QUICK ? subscribe(server, new AtomicLong()) : null;
        try (Connection sending = new AnserConnectionFactory(server.uri()).createConnection();
                Session session = sending.createSession();
                Socket socket = last == Last.QUICK ? new Socket() : subscribeByHand(server)) {
            final @Nullable Thread reader = last == Last.SLOW ? readSlowly(socket) : null;
            final long before = received.get();
            final long beganNs = System.nanoTime();
            final Topic topic = session.createTopic(TOPIC);
            final BytesMessage message = session.createBytesMessage();
            message.writeBytes(new byte[bodyBytes]);
            final Sends sends = new Sends();
            try (MessageProducer producer = session.createProducer(null)) {
                for (int i = 0; i < messages; i++) {
                    sends.send(producer, topic, message);
                }
                sends.await();
            }
            final long expected = before + (long) messages * (consumers - 1);
            while (received.get() < expected) {
                if (System.nanoTime() - beganNs > PATIENCE_NS) {
                    throw new LoadException("only " + (received.get() - before) + " deliveries came");
                }
                TimeUnit.MILLISECONDS.sleep(1);
            }
            final double rate = (expected - before) / ((System.nanoTime() - beganNs) / 1e9);
            say(
                    "last subscriber %s: the others got %,.0f messages/s; server: live heap %,d MB, memory without files"
                            + " %,d MB",
                    last,
                    rate,
                    ServerFigures.liveHeapBytes(server) / 1_000_000,
                    ServerFigures.anonymousKb(server) / 1000);
            if (reader != null) {
                reader.interrupt();
                reader.join();
            }
            return rate;
        } finally {
            if (quick != null) {
                quick.close();
            }
        }
    }

    private static Connection subscribe(final ServerProcess server, final AtomicLong received) throws Exception {
        final Connection connection = new AnserConnectionFactory(server.uri()).createConnection();
        final Session session = connection.createSession();
        session.createConsumer(session.createTopic(TOPIC)).setMessageListener(message -> received.incrementAndGet());
        connection.start();
        return connection;
    }

    /** A client that asks for everything there will ever be. */
    private static Socket subscribeByHand(final ServerProcess server) throws IOException {
        final Socket socket = new Socket();
        socket.setReceiveBufferSize(SLOW_READ_BYTES);
        socket.connect(
                new InetSocketAddress("127.0.0.1", URI.create(server.uri()).getPort()));
        write(socket, new Connect(1, "slow", null, null, null), 1);
        write(socket, new OpenDestination(DestinationKind.TOPIC, TOPIC, true), 2);
        final DataInputStream answers = new DataInputStream(socket.getInputStream());
        for (int i = 0; i < 2; i++) {
            answers.readFully(new byte[answers.readInt()]);
        }
        // The number of the first destination of a fresh broker is 1.
        write(
                socket,
                new Subscribe(1, 1, SubscriptionType.VOLATILE, null, null, false, 1_000_000, Integer.MAX_VALUE),
                3);
        return socket;
    }

    private static void write(final Socket socket, final ControlHeader header, final int opaque) throws IOException {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.endFrame(out, RemotingCodec.beginControl(header, opaque, out));
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
    }

    private static Thread readSlowly(final Socket socket) {
        final Thread reader = new Thread(
                () -> {
                    final byte[] bytes = new byte[SLOW_READ_BYTES];
                    try {
                        while (socket.getInputStream().read(bytes) >= 0) {
                            TimeUnit.MILLISECONDS.sleep(SLOW_PAUSE_MS);
                        }
                    } catch (final IOException e) {
                        say("the slow reader was put out: %s", e.toString());
                    } catch (final InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "slow-reader");
        reader.setDaemon(true);
        reader.start();
        return reader;
    }

    private static void say(final String format, final Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
