package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.DestinationHeader;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.ansermq.remoting.transport.RemotingServer;
import io.ansermq.remoting.transport.TransportOptions;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A broker that does what the test says: frames come to the test one by one through {@link #expect}, answers and
 * misbehaviour go out on cue. Greeting, opening, subscribing and the goodbye are answered by themselves until the test
 * takes that over with {@link #byHand}.
 *
 * <p>One connection at a time: what the test says goes to the latest one.
 */
final class ScriptedBroker implements AutoCloseable {
    static final int WINDOW_BYTES = 10_000;
    static final int MAX_MESSAGE_BYTES = 1 << 20;

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final int PATIENCE_S = 20;

    private final RemotingServer server;
    private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closings = new LinkedBlockingQueue<>();
    private final Map<Class<?>, Function<ControlHeader, ControlHeader>> answers = new ConcurrentHashMap<>();
    private final AtomicInteger destinations = new AtomicInteger();

    private volatile @Nullable Connection latest;
    private int sendWindowBytes = WINDOW_BYTES;

    /** A frame that came in. */
    record Frame(ControlHeader header, int opaque, byte[] body) {
        /** The records of a Send frame. */
        List<SentRecord> records() {
            final List<SentRecord> records = new ArrayList<>();
            for (int at = 0; at < body.length; at += MessageLayout.int32(body, at)) {
                records.add(SentRecord.at(body, at));
            }
            return records;
        }
    }

    /** What a test wants to know of a record. */
    record SentRecord(
            int lane, int sysFlag, long bornEpochMs, String body, int bodyCrc, String topic, String properties) {
        private static SentRecord at(final byte[] data, final int at) {
            return new SentRecord(
                    MessageLayout.int32(data, at + MessageLayout.QUEUE_ID),
                    MessageLayout.int32(data, at + MessageLayout.SYS_FLAG),
                    MessageLayout.int64(data, at + MessageLayout.BORN_TIMESTAMP),
                    text(data, MessageLayout.bodyOffset(data, at), MessageLayout.bodyLength(data, at)),
                    MessageLayout.int32(data, at + MessageLayout.BODY_CRC),
                    text(data, MessageLayout.topicOffset(data, at), MessageLayout.topicLength(data, at)),
                    text(data, MessageLayout.propertiesOffset(data, at), MessageLayout.propertiesLength(data, at)));
        }
    }

    private ScriptedBroker(final SocketAddress address) throws IOException {
        answers.put(
                ConnectionHeader.Connect.class,
                c -> new ConnectionHeader.Connected(1, "scripted", 7, MAX_MESSAGE_BYTES, sendWindowBytes, 10_000, 99));
        answers.put(DestinationHeader.OpenDestination.class, o -> opened((DestinationHeader.OpenDestination) o));
        answers.put(
                ConsumingHeader.Subscribe.class,
                s -> new ConsumingHeader.Subscribed(((ConsumingHeader.Subscribe) s).consumer()));
        answers.put(ConnectionHeader.Disconnect.class, d -> new ConnectionHeader.Done());
        server = RemotingServer.bind(
                address, TransportOptions.builder().name("scripted").build(), connection -> new Handler());
    }

    /** Inside this JVM. */
    static ScriptedBroker local() throws IOException {
        return new ScriptedBroker(new LocalAddress("scripted-broker-" + NAMES.incrementAndGet()));
    }

    /** Behind a real socket. */
    static ScriptedBroker tcp() throws IOException {
        return new ScriptedBroker(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    ScriptedBroker window(final int bytes) {
        sendWindowBytes = bytes;
        return this;
    }

    SocketAddress address() {
        return server.localAddress();
    }

    String hostAndPort() {
        return "127.0.0.1:" + ((InetSocketAddress) server.localAddress()).getPort();
    }

    ClientOptions.Builder options() {
        return ClientOptions.builder().address(address());
    }

    BrokerSession connect() throws BrokerException {
        return BrokerSession.connect(options().build());
    }

    // What the broker hears.

    /** From now on the test answers these requests itself. */
    void byHand(final Class<? extends ControlHeader> request) {
        answers.remove(request);
    }

    /** From now on these requests are answered like this. */
    void always(final Class<? extends ControlHeader> request, final ControlHeader answer) {
        answers.put(request, r -> answer);
    }

    /** The next frame, which must be one of these. */
    Frame expect(final Class<? extends ControlHeader> type) {
        final Frame frame = take(frames, type.getSimpleName());
        assertThat(frame.header()).as("the next frame").isInstanceOf(type);
        return frame;
    }

    SendingHeader.Send expectSend() {
        return (SendingHeader.Send) expect(SendingHeader.Send.class).header();
    }

    ConsumingHeader.Ack expectAck() {
        return (ConsumingHeader.Ack) expect(ConsumingHeader.Ack.class).header();
    }

    /** Why the client's connection ended here. */
    String expectClosed() {
        return take(closings, "the end of the connection");
    }

    /** The next frame, if one comes within a moment. */
    @Nullable
    Frame poll() throws InterruptedException {
        return frames.poll(5, TimeUnit.MILLISECONDS);
    }

    boolean heardNothing() {
        return frames.isEmpty();
    }

    private static <T> T take(final BlockingQueue<T> queue, final String what) {
        try {
            final T next = queue.poll(PATIENCE_S, TimeUnit.SECONDS);
            return next != null ? next : fail("waited for " + what + ", nothing came");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }

    // What the broker says.

    /** Answers a request. */
    void answer(final Frame request, final ControlHeader answer) {
        connection().write(RemotingCommand.control(answer, request.opaque()));
    }

    /** Says something that nobody asked for. */
    void say(final ControlHeader header) {
        connection().write(RemotingCommand.control(header, 0));
    }

    void say(final ControlHeader header, final ByteBuf body) {
        connection().write(RemotingCommand.control(header, 0, body));
    }

    void settle(final long upToSequence) {
        say(new SendingHeader.SendDone(upToSequence));
    }

    /** Delivers messages with these bodies from lane 0, offsets like tags. */
    void deliver(final int consumer, final long firstTag, final String... bodies) {
        final ByteBuf records = Unpooled.buffer();
        for (int i = 0; i < bodies.length; i++) {
            record(records, 0, firstTag + i, 0, bodies[i]);
        }
        say(new ConsumingHeader.Deliver(consumer, firstTag, bodies.length), records);
    }

    /** Appends a record as the broker would deliver it. */
    static void record(
            final ByteBuf out, final int lane, final long offset, final int earlierDeliveries, final String body) {
        final int start = out.writerIndex();
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        MessageLayout.encode(out, lane, 0, 0, 1_000, 0, bytes, 0, bytes.length, new byte[] {'q'}, new byte[0]);
        out.setLong(start + MessageLayout.QUEUE_OFFSET, offset);
        out.setInt(start + MessageLayout.RECONSUME_TIMES, earlierDeliveries);
    }

    /** The size of a record made by {@link #record}. */
    static int recordBytes(final String body) {
        return MessageLayout.sizeOf(body.getBytes(StandardCharsets.UTF_8).length, 1, 0);
    }

    /** Breaks the connection. */
    void drop() {
        connection().close("the script says so");
    }

    /** Neither hears nor says anything from now on, not even that it is alive. */
    void fallSilent() {
        connection().setAutoRead(false);
    }

    private Connection connection() {
        final Connection current = latest;
        return current != null ? current : fail("nobody is connected");
    }

    private ControlHeader opened(final DestinationHeader.OpenDestination request) {
        return new DestinationHeader.DestinationOpened(destinations.incrementAndGet(), request.name());
    }

    @Override
    public void close() {
        server.close();
    }

    static String text(final byte[] data, final int offset, final int length) {
        return new String(data, offset, length, StandardCharsets.UTF_8);
    }

    private final class Handler implements ConnectionHandler {
        @Override
        public void onCommand(final Connection connection, final RemotingCommand command) {
            latest = connection;
            final byte[] body = new byte[command.body().readableBytes()];
            command.body().readBytes(body);
            command.release();
            final ControlHeader header = command.control();
            final Function<ControlHeader, ControlHeader> answer = answers.get(header.getClass());
            if (answer == null) {
                frames.add(new Frame(header, command.opaque(), body));
            } else {
                connection.write(RemotingCommand.control(answer.apply(header), command.opaque()));
            }
        }

        @Override
        public void onClosed(final Connection connection, final @Nullable Throwable cause) {
            closings.add(connection.closeReason());
        }
    }
}
