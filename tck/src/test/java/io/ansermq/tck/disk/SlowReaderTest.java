package io.ansermq.tck.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Topic;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One consumer of many stops to read its socket: the others go on, it costs little, and in the end it is put out. */
class SlowReaderTest {

    private static final int OTHERS = 20;
    private static final int MESSAGES = 400;
    private static final int BODY_BYTES = 50_000;
    private static final String TOPIC = "prices";

    @TempDir
    Path directory;

    @Test
    void shouldServeAllOthersAndKeepLittleForTheOneThatDoesNotRead() throws Exception {
        final BrokerOptions.Builder options = BrokerOptions.builder();
        options.set("port", "0").set("data", directory.toString()).set("min-free-disk", "32MiB");
        try (Broker broker = Broker.start(options.set("unread-timeout", "5s").build());
                JMSContext context = new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createContext();
                Socket dead = subscribeAndStopReading(broker.port())) {
            final Topic topic = context.createTopic(TOPIC);
            final AtomicLong received = new AtomicLong();
            final List<JMSContext> sessions = new ArrayList<>();
            for (int i = 0; i < OTHERS; i++) {
                final JMSContext session = context.createContext(JMSContext.AUTO_ACKNOWLEDGE);
                sessions.add(session);
                final JMSConsumer consumer = session.createConsumer(topic);
                consumer.setMessageListener(message -> received.incrementAndGet());
            }
            final long directBefore = directBytes();
            final byte[] body = new byte[BODY_BYTES];
            for (int i = 0; i < MESSAGES; i++) {
                context.createProducer().send(topic, body);
            }
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> received.get() == (long) OTHERS * MESSAGES);
            // 20 MB are under way to it by its credit; what waits for it are positions in the log, and about a write
            // buffer.
            assertThat(directBytes() - directBefore).isLessThan(64L << 20);
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> isClosedByPeer(dead));
            sessions.forEach(JMSContext::close);
        }
    }

    /** A client that subscribes with more credit than it will ever use, and then never reads again. */
    private static Socket subscribeAndStopReading(final int port) throws IOException {
        final Socket socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        final ByteBuf out = Unpooled.buffer();
        write(new Connect(1, "dead", null, null, null), 1, out);
        write(new OpenDestination(DestinationKind.TOPIC, TOPIC, true), 2, out);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
        // The number of the first destination of a fresh broker is 1; its answer is the last thing that is read.
        socket.setSoTimeout(60_000);
        final DataInputStream answers = new DataInputStream(socket.getInputStream());
        for (int i = 0; i < 2; i++) {
            answers.readFully(new byte[answers.readInt()]);
        }
        out.clear();
        write(new Subscribe(1, 1, SubscriptionType.VOLATILE, null, null, false, 1_000_000, Integer.MAX_VALUE), 3, out);
        socket.getOutputStream().write(out.array(), 0, out.readableBytes());
        return socket;
    }

    private static void write(final ControlHeader header, final int opaque, final ByteBuf out) {
        RemotingCodec.endFrame(out, RemotingCodec.beginControl(header, opaque, out));
    }

    /** What was under way can still be read; then comes the end. */
    private static boolean isClosedByPeer(final Socket socket) {
        try {
            socket.getOutputStream().write(0);
            return false;
        } catch (final IOException reset) {
            return true;
        }
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }
}
