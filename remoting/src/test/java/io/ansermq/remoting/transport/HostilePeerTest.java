package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Peers that break the rules, by plain sockets where our own client would not let them. */
class HostilePeerTest {

    private static final int MAX_FRAME_BYTES = 64 << 10;
    private static final long TIMEOUT_MS = 30_000;
    private static final TransportOptions OPTIONS =
            TransportOptions.builder().maxFrameBytes(MAX_FRAME_BYTES).build();

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(Connection.class);
    private final List<Connection> clients = new ArrayList<>();
    private RecordingHandler served = answering();
    private RemotingServer server;

    @BeforeEach
    void start() throws IOException {
        log.start();
        logger.addAppender(log);
        logger.setAdditive(false); // what is logged here is meant to be
        server = RemotingServer.bind(loopback(0), OPTIONS, connection -> {
            served = answering();
            return served.apply(connection);
        });
    }

    @AfterEach
    void stop() {
        clients.forEach(client -> client.close("the test is over"));
        server.close();
        logger.detachAppender(log);
        logger.setAdditive(true);
    }

    @Test
    void shouldCloseAnOversizedFrameWithOneLine() throws IOException {
        final String from;
        try (Socket socket = connectSocket()) {
            from = "127.0.0.1:" + socket.getLocalPort();
            socket.getOutputStream().write(ByteBufUtil.decodeHexDump("00010001" + "02000000" + "0000"));
            assertThat(readToEnd(socket)).isEmpty();
        }

        await().until(() -> log.list.size() == 1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(log.list.get(0).getThrowableProxy()).isNull();
        assertThat(log.list.get(0).getFormattedMessage())
                .endsWith("to " + from + ": malformed frame: a frame of 65537 bytes, at most 65536");
        assertServes();
        assertThat(log.list).hasSize(1);
    }

    @Test
    void shouldCloseAMalformedHeaderWithOneLineAfterWhatCameBefore() throws IOException {
        final ByteBuf frames = Unpooled.buffer();
        RemotingCodec.encode(RemotingCommand.control(new GetStatus(), 1), frames);
        frames.writeInt(8).writeInt(2 << 24 | 4).writeInt(-1);
        RemotingCodec.encode(RemotingCommand.control(new GetStatus(), 2), frames);

        final byte[] answers;
        try (Socket socket = connectSocket()) {
            socket.getOutputStream().write(ByteBufUtil.getBytes(frames));
            answers = readToEnd(socket);
        }

        assertThat(answers).isEqualTo(encoded(RemotingCommand.control(new AckDone(0), 1)));
        await().until(() -> log.list.size() == 1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.WARN);
        assertThat(served.awaitClosed().reason()).startsWith("malformed frame: ");
        assertServes();
    }

    @Test
    void shouldServeOthersWhateverOneSends() throws IOException {
        final long seed = 0x5EED_0008L;
        final SplittableRandom random = new SplittableRandom(seed);
        final Connection good = connect(RecordingHandler.ignoring());
        for (int i = 0; i < 200; i++) {
            final byte[] noise = new byte[1 + random.nextInt(2_000)];
            random.nextBytes(noise);
            if (random.nextBoolean()) {
                System.arraycopy(
                        encoded(RemotingCommand.control(new Ping(), 1)), 0, noise, 0, Math.min(8, noise.length));
            }
            try (Socket socket = connectSocket()) {
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                readToEnd(socket);
            } catch (final IOException e) {
                continue; // reset: closed before all of it was taken
            }
        }

        assertThat(good.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS)
                        .join()
                        .control())
                .as("seed %d", seed)
                .isEqualTo(new AckDone(0));
        assertThat(log.list).noneMatch(event -> event.getLevel() == Level.ERROR);
        assertServes();
    }

    @Test
    void shouldCloseWhenAHandlerFailsAndSayWhy() throws IOException {
        final RemotingServer failing =
                RemotingServer.bind(loopback(0), OPTIONS, new RecordingHandler((connection, command) -> {
                    throw new IllegalStateException("the handler broke");
                }));
        final RecordingHandler handler = RecordingHandler.ignoring();
        final Connection client = RemotingClient.connect(failing.localAddress(), OPTIONS, TIMEOUT_MS, handler);

        client.write(RemotingCommand.control(new GetStatus(), 1));

        assertThat(handler.awaitClosed().reason()).isEqualTo("closed by the peer");
        failing.close();
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getLevel()).isEqualTo(Level.ERROR);
        assertThat(log.list.get(0).getThrowableProxy().getMessage()).isEqualTo("the handler broke");
    }

    @Test
    void shouldStopReadingFromAPeerThatWouldFillMemory() throws IOException {
        final AtomicLong taken = new AtomicLong();
        final RecordingHandler notReading = new RecordingHandler((connection, command) -> {
            connection.setAutoRead(false);
            taken.addAndGet(command.body().readableBytes());
        });
        final RemotingServer slow = RemotingServer.bind(loopback(0), OPTIONS, notReading);
        final RecordingHandler handler = RecordingHandler.ignoring();
        final Connection client = RemotingClient.connect(slow.localAddress(), OPTIONS, TIMEOUT_MS, handler);
        clients.add(client);

        // The sender fills the socket buffers and its own water mark, and then sees that it is to wait.
        final byte[] body = new byte[32 << 10];
        int written = 0;
        while (client.isWritable()) {
            assertThat(written).as("bytes that went somewhere").isLessThan(256 << 20);
            client.write(RemotingCommand.control(new Send(0, 1, 1), 0, Unpooled.wrappedBuffer(body)));
            written += body.length;
            CompletableFuture.runAsync(() -> {}, client::execute).join(); // the event loop has seen it
        }
        assertThat(handler.writable).contains(false);
        assertThat(taken.get()).isLessThanOrEqualTo(1 << 20);

        // Once it is listened to again, everything arrives.
        final int expected = written;
        final Connection serverEnd = notReading.connection();
        await().until(() -> {
            serverEnd.setAutoRead(true);
            return taken.get() == expected;
        });
        await().until(client::isWritable);
        slow.close();
    }

    @Test
    void shouldCloseASilentPeerAndKeepOneThatAnswers() throws IOException {
        final AtomicInteger opened = new AtomicInteger();
        final RemotingServer beating = RemotingServer.bind(loopback(0), OPTIONS, connection -> {
            opened.incrementAndGet();
            connection.startHeartbeat(100);
            return answering();
        });
        final Connection alive =
                RemotingClient.connect(beating.localAddress(), OPTIONS, TIMEOUT_MS, RecordingHandler.ignoring());
        clients.add(alive);

        final byte[] heard;
        try (Socket silent = new Socket()) {
            silent.connect(beating.localAddress());
            heard = readToEnd(silent);
        }

        final byte[] ping = encoded(RemotingCommand.control(new Ping(), 0));
        assertThat(heard).as("pings, then the end").startsWith(ping);
        assertThat(heard.length % ping.length).isZero();
        assertThat(alive.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS)
                        .join()
                        .control())
                .isEqualTo(new AckDone(0));
        assertThat(opened).hasValue(2);
        beating.close();
    }

    @Test
    void shouldSayWhatToDoWhenNothingListens() throws IOException {
        final int port;
        try (ServerSocket dead = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = dead.getLocalPort();
        }

        assertThatThrownBy(
                        () -> RemotingClient.connect(loopback(port), OPTIONS, TIMEOUT_MS, RecordingHandler.ignoring()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot connect to 127.0.0.1:" + port
                        + ": nothing listens there: start the broker, or check host and port");
    }

    @Test
    void shouldSayThatAHostIsUnknown() {
        assertThatThrownBy(() -> RemotingClient.connect(
                        InetSocketAddress.createUnresolved("no-such-host.invalid", 10911),
                        OPTIONS,
                        TIMEOUT_MS,
                        RecordingHandler.ignoring()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot connect to no-such-host.invalid:10911: the host is unknown");
    }

    @Test
    void shouldSayThatAnAddressIsNotOfThisMachine() {
        assertThatThrownBy(() ->
                        RemotingServer.bind(new InetSocketAddress("192.0.2.1", 0), OPTIONS, connection -> answering()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.1:0: this machine has no such address");
    }

    private void assertServes() throws IOException {
        final Connection client = connect(RecordingHandler.ignoring());
        assertThat(client.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS)
                        .join()
                        .control())
                .isEqualTo(new AckDone(0));
    }

    private Connection connect(final RecordingHandler handler) throws IOException {
        final Connection client = RemotingClient.connect(server.localAddress(), OPTIONS, TIMEOUT_MS, handler);
        clients.add(client);
        return client;
    }

    private Socket connectSocket() throws IOException {
        final Socket socket = new Socket();
        socket.connect(server.localAddress());
        socket.setSoTimeout((int) TIMEOUT_MS);
        return socket;
    }

    private static RecordingHandler answering() {
        return new RecordingHandler(
                (connection, command) -> connection.write(RemotingCommand.control(new AckDone(0), command.opaque())));
    }

    private static byte[] readToEnd(final Socket socket) throws IOException {
        final InputStream in = socket.getInputStream();
        return in.readAllBytes();
    }

    private static byte[] encoded(final RemotingCommand command) {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(command, out);
        return ByteBufUtil.getBytes(out);
    }

    private static InetSocketAddress loopback(final int port) {
        return new InetSocketAddress("127.0.0.1", port);
    }
}
