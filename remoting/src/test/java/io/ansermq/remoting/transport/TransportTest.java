package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.ConsumingHeader.Deliver;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.SendingHeader.SendDone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Two ends and what they promise each other, over every transport there is. */
@ParameterizedClass
@MethodSource("transports")
class TransportTest {

    private static final TransportOptions OPTIONS = TransportOptions.defaults();
    private static final long TIMEOUT_MS = 30_000;

    private final Way way;
    private final List<AutoCloseable> toClose = new ArrayList<>();

    TransportTest(final Way way) {
        this.way = way;
    }

    static Stream<Way> transports() {
        return Stream.concat(
                Stream.of(Transport.Tcp.BEST, Transport.Tcp.NIO).distinct().map(Tcp::new), Stream.of(new InsideJvm()));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (final AutoCloseable each : toClose) {
            each.close();
        }
    }

    @Test
    void shouldAnswerARequest() throws Exception {
        final Connection client = connect(serve(
                (connection, command) -> connection.write(RemotingCommand.control(new AckDone(3), command.opaque()))));

        final var first = client.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS);
        final var second = client.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS);

        assertThat(first.get().control()).isEqualTo(new AckDone(3));
        assertThat(second.get().control()).isEqualTo(new AckDone(3));
        assertThat(second.get().opaque()).isNotEqualTo(first.get().opaque());
    }

    @Test
    void shouldAnswerARequestOfRocketMq() throws Exception {
        final Connection client = connect(serve((connection, command) -> connection.write(RemotingCommand.response(
                command, 0, "fine", command.extFields(), command.body().retain()))));

        final RemotingCommand answer = client.request(
                        RemotingCommand.request(105, Map.of("topic", "t"), Unpooled.copyInt(7)), TIMEOUT_MS)
                .get();

        assertThat(answer.remark()).isEqualTo("fine");
        assertThat(answer.extFields()).containsExactly(Map.entry("topic", "t"));
        assertThat(answer.body().readInt()).isEqualTo(7);
        answer.release();
    }

    @Test
    void shouldKeepOrderAndContentOfWhatIsWritten() throws Exception {
        final long seed = 0x5EED_0006L;
        final int count = 400;
        final Queue<String> arrived = new ConcurrentLinkedQueue<>();
        final RecordingHandler server = serve((connection, command) -> {
            assertThat(command.control()).isEqualTo(new Send(arrived.size(), 1, 1));
            arrived.add(fingerprint(ByteBufUtil.getBytes(command.body())));
        });
        final Connection client = connect(server);

        final SplittableRandom random = new SplittableRandom(seed);
        final List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            final byte[] body = new byte[random.nextInt(20) == 0 ? random.nextInt(600_000) : random.nextInt(6_000)];
            random.nextBytes(body);
            sent.add(fingerprint(body));
            client.write(RemotingCommand.control(new Send(i, 1, 1), 0, copy(client, body)));
        }
        client.close("that was all");

        assertThat(server.awaitClosed().cause()).isNull();
        assertThat(arrived).as("seed %d", seed).containsExactlyElementsOf(sent);
    }

    @Test
    void shouldTakeWritesFromManyThreads() throws Exception {
        final int threads = 4;
        final int each = 2_000;
        final long[] next = new long[threads];
        final CountDownLatch all = new CountDownLatch(threads * each);
        final Connection client = connect(serve((connection, command) -> {
            final Deliver header = (Deliver) command.control();
            assertThat(header.firstTag()).isEqualTo(next[header.consumer()]++);
            all.countDown();
        }));

        for (int t = 0; t < threads; t++) {
            final int writer = t;
            final Thread thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    client.write(RemotingCommand.control(new Deliver(writer, i, 1), 0, Unpooled.copyInt(i)));
                }
            });
            thread.start();
        }

        assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldFailARequestThatIsNotAnsweredInTime() throws Exception {
        final AtomicReference<RemotingCommand> asked = new AtomicReference<>();
        final CountDownLatch probe = new CountDownLatch(1);
        final RecordingHandler server = serve((connection, command) -> {
            if (command.control() instanceof GetStatus) {
                asked.set(command);
            } else {
                // A late answer, and something behind it that shows that the answer has been passed over.
                connection.write(RemotingCommand.control(new Done(), asked.get().opaque()));
                connection.write(RemotingCommand.control(new SendDone(1), 0));
            }
        });
        final RecordingHandler handler = new RecordingHandler((connection, command) -> {
            assertThat(command.control()).isEqualTo(new SendDone(1));
            probe.countDown();
        });
        final Connection client = connect(server, handler);

        final CompletableFuture<RemotingCommand> late = client.request(RemotingCommand.control(new GetStatus(), 0), 20);

        assertThatThrownBy(late::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("within 20 ms to GetStatus");
        client.write(RemotingCommand.control(new Fetch(1), 0));
        assertThat(probe.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(handler.commands).hasValue(1);
    }

    @Test
    void shouldFailPendingRequestsWhenTheConnectionCloses() throws Exception {
        final RecordingHandler server = serve((connection, command) -> connection.close("enough"));
        final RecordingHandler handler = RecordingHandler.ignoring();
        final Connection client = connect(server, handler);

        final CompletableFuture<RemotingCommand> pending =
                client.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS);

        assertThatThrownBy(pending::get)
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is closed: closed by the peer");
        assertThat(handler.awaitClosed()).isEqualTo(new RecordingHandler.Closed("closed by the peer", null));
        assertThat(server.awaitClosed()).isEqualTo(new RecordingHandler.Closed("enough", null));
        assertThat(client.isOpen()).isFalse();
        assertThat(server.connection().closeReason()).isEqualTo("enough");

        assertThatThrownBy(client.request(RemotingCommand.control(new GetStatus(), 0), TIMEOUT_MS)::get)
                .cause()
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldReleaseWhatIsWrittenTooLate() throws Exception {
        final Connection client = connect(serve((connection, command) -> {}));
        client.close("done");
        final ByteBuf body = Unpooled.buffer().writeInt(1);

        client.write(RemotingCommand.control(new Send(1, 1, 1), 0, body));

        assertThat(body.refCnt()).isZero();
    }

    @Test
    void shouldSendWhatWasWrittenBeforeClosing() throws Exception {
        final RecordingHandler server = serve((connection, command) -> {});
        final Connection client = connect(server);

        for (int i = 0; i < 1_000; i++) {
            client.write(RemotingCommand.control(new SendDone(i), 0));
        }
        client.close("that was all");

        server.awaitClosed();
        assertThat(server.commands).hasValue(1_000);
    }

    @Test
    void shouldCloseEverythingWithTheServer() throws Exception {
        final RemotingServer server = way.bind(way.anyAddress(), connection -> RecordingHandler.ignoring());
        final RecordingHandler one = RecordingHandler.ignoring();
        final RecordingHandler two = RecordingHandler.ignoring();
        connect(server.localAddress(), one);
        connect(server.localAddress(), two);
        // The system accepts before we do, and who was not accepted by us hears no orderly end.
        await().until(() -> server.connectionCount() == 2);

        server.close();
        server.close();

        assertThat(one.awaitClosed().cause()).isNull();
        assertThat(two.awaitClosed().cause()).isNull();
        await().until(() -> server.connectionCount() == 0);
        assertThatThrownBy(() -> connect(server.localAddress(), RecordingHandler.ignoring()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot connect to " + AddressText.of(server.localAddress()))
                .hasMessageMatching(".*(start the broker|start it first).*");
    }

    @Test
    void shouldCloseTheServerFromItsOwnThread() throws Exception {
        final AtomicReference<RemotingServer> server = new AtomicReference<>();
        server.set(way.bind(way.anyAddress(), new RecordingHandler((connection, command) -> server.get()
                .close())));
        final RecordingHandler handler = RecordingHandler.ignoring();
        final Connection client = connect(server.get().localAddress(), handler);

        client.write(RemotingCommand.control(new GetStatus(), 0));

        assertThat(handler.awaitClosed().reason()).isEqualTo("closed by the peer");
    }

    @Test
    void shouldSayThatAnAddressIsInUse() throws Exception {
        final RemotingServer server = way.bind(way.anyAddress(), connection -> RecordingHandler.ignoring());
        toClose.add(server);

        assertThatThrownBy(() -> way.bind(server.localAddress(), connection -> RecordingHandler.ignoring()))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on " + AddressText.of(server.localAddress())
                        + ": it is in use: stop the other process or choose another port");
    }

    @Test
    void shouldFailToConnectWhenTheHandlerCannotBeMade() throws Exception {
        final RecordingHandler server = serve((connection, command) -> {});

        assertThatThrownBy(() -> way.connect(serverAddress(), connection -> {
                    throw new IllegalStateException("no handler today");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no handler today");
        assertThat(server.awaitClosed().reason()).isEqualTo("closed by the peer");
    }

    @Test
    void shouldRefuseToWaitForItself() throws Exception {
        final RecordingHandler server = serve((connection, command) -> {});
        final Connection client = connect(server);
        final CompletableFuture<Connection> inner = new CompletableFuture<>();

        client.execute(() -> {
            try {
                inner.complete(connect(serverAddress(), RecordingHandler.ignoring()));
            } catch (final Exception e) {
                inner.completeExceptionally(e);
            }
        });

        assertThatThrownBy(inner::get).hasCauseInstanceOf(IllegalStateException.class);
    }

    private RemotingServer server;

    private RecordingHandler serve(final BiConsumer<Connection, RemotingCommand> onCommand) throws IOException {
        final RecordingHandler handler = new RecordingHandler(onCommand);
        server = way.bind(way.anyAddress(), handler);
        toClose.add(server);
        return handler;
    }

    private SocketAddress serverAddress() {
        return server.localAddress();
    }

    private Connection connect(final RecordingHandler served) throws IOException {
        return connect(served, RecordingHandler.ignoring());
    }

    private Connection connect(final RecordingHandler served, final RecordingHandler handler) throws IOException {
        return connect(serverAddress(), handler);
    }

    private Connection connect(final SocketAddress address, final RecordingHandler handler) throws IOException {
        final Connection connection = way.connect(address, handler);
        toClose.add(0, () -> connection.close("the test is over"));
        return connection;
    }

    private static String fingerprint(final byte[] bytes) {
        return bytes.length + " bytes, hash " + Arrays.hashCode(bytes);
    }

    private static ByteBuf copy(final Connection connection, final byte[] bytes) {
        return connection.alloc().buffer(bytes.length).writeBytes(bytes);
    }

    /** What carries the bytes. */
    private interface Way {
        RemotingServer bind(SocketAddress address, Function<Connection, ConnectionHandler> handlers) throws IOException;

        Connection connect(SocketAddress address, Function<Connection, ConnectionHandler> handlers) throws IOException;

        SocketAddress anyAddress();
    }

    private record Tcp(Transport transport) implements Way {
        @Override
        public RemotingServer bind(final SocketAddress address, final Function<Connection, ConnectionHandler> handlers)
                throws IOException {
            return ChannelServer.bind(transport, address, OPTIONS, handlers);
        }

        @Override
        public Connection connect(final SocketAddress address, final Function<Connection, ConnectionHandler> handlers)
                throws IOException {
            return ChannelClient.connect(transport, address, OPTIONS, TIMEOUT_MS, handlers);
        }

        @Override
        public SocketAddress anyAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        }
    }

    private record InsideJvm() implements Way {
        @Override
        public RemotingServer bind(final SocketAddress address, final Function<Connection, ConnectionHandler> handlers)
                throws IOException {
            return RemotingServer.bind(address, OPTIONS, handlers);
        }

        @Override
        public Connection connect(final SocketAddress address, final Function<Connection, ConnectionHandler> handlers)
                throws IOException {
            return RemotingClient.connect(address, OPTIONS, TIMEOUT_MS, handlers);
        }

        @Override
        public SocketAddress anyAddress() {
            return new LocalAddress(TransportTest.class);
        }
    }
}
