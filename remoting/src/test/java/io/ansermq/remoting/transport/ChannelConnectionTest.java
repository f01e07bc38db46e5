package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Pong;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.SendingHeader.SendDone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One end of a connection on an event loop whose turns and clock the test drives. */
class ChannelConnectionTest {

    private static final TransportOptions OPTIONS =
            TransportOptions.builder().idleTimeoutMs(5_000).build();

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final List<ControlHeader> commands = new ArrayList<>();
    private final RecordingHandler handler =
            new RecordingHandler((connection, command) -> commands.add(command.control()));
    private ChannelConnection connection;
    private int flushes;

    @BeforeEach
    void open() {
        channel.freezeTime();
        channel.pipeline().addLast(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(final ChannelHandlerContext context) {
                flushes++;
                context.flush();
            }
        });
        connection = newConnection(handler);
        channel.pipeline().addLast(connection.channelHandler());
        channel.pipeline().fireChannelActive();
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void shouldFlushOnceForAllThatOneTurnWrites() {
        for (int i = 0; i < 100; i++) {
            connection.write(RemotingCommand.control(new SendDone(i), 0));
        }
        assertThat(flushes).isZero();

        channel.runPendingTasks();

        assertThat(flushes).isEqualTo(1);
        assertThat(channel.outboundMessages()).as("gathered in one buffer").hasSize(1);
        assertThat(sent()).hasSize(100).startsWith(new SendDone(0), new SendDone(1));
    }

    @Test
    void shouldFlushOnceForAllThatOneReadIsAnsweredWith() {
        final ByteBuf read = Unpooled.buffer();
        for (int i = 0; i < 10; i++) {
            RemotingCodec.encode(RemotingCommand.control(new Ping(), i), read);
        }

        channel.writeInbound(read);

        assertThat(flushes).isEqualTo(1);
        assertThat(handler.readsCompleted).hasValue(1);
        assertThat(sent()).hasSize(10).containsOnly(new Pong());
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void shouldSendALargeBodyFromWhereItIs() {
        final ByteBuf body = Unpooled.directBuffer().writeZero(10_000);
        reactWith((self, command) -> {
            self.write(RemotingCommand.control(new SendDone(1), 0));
            self.write(RemotingCommand.control(new Send(1, 1, 1), 0, body));
            self.write(RemotingCommand.control(new SendDone(2), 0));
        });

        receive(RemotingCommand.control(new GetStatus(), 0));

        assertThat(flushes).isEqualTo(1);
        assertThat(channel.outboundMessages()).hasSize(3).element(1).isSameAs(body);
        assertThat(sent()).containsExactly(new SendDone(1), new Send(1, 1, 1), new SendDone(2));
    }

    @Test
    void shouldSendEncodedFramesBetweenOthersInOrder() {
        final ByteBuf small = Unpooled.buffer();
        RemotingCodec.encode(RemotingCommand.control(new SendDone(2), 0), small);
        connection.write(RemotingCommand.control(new SendDone(1), 0));
        connection.writeFrame(small);
        connection.write(RemotingCommand.control(new SendDone(3), 0));
        channel.runPendingTasks();

        assertThat(sent()).containsExactly(new SendDone(1), new SendDone(2), new SendDone(3));
        assertThat(small.refCnt()).isZero();
    }

    @Test
    void shouldTellAWriterWhatItsHeaderBreaks() {
        final ByteBuf body = Unpooled.buffer().writeInt(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> connection.write(RemotingCommand.control(new Send(-1, 1, 1), 0, body)));

        assertThat(body.refCnt()).isZero();
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void shouldFailARequestWhoseHeaderCannotBeWritten() {
        final CompletableFuture<RemotingCommand> request =
                connection.request(RemotingCommand.control(new ConsumingHeader.Fetch(-1), 0), 1_000);

        assertThat(request).isCompletedExceptionally();
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void shouldPingWhenSilentAndCloseWhenThePeerIs() {
        connection.startHeartbeat(100);
        channel.runPendingTasks();

        advance(99);
        assertThat(sent()).isEmpty();
        advance(1);
        assertThat(sent()).containsExactly(new Ping());
        advance(100);
        assertThat(sent()).containsExactly(new Ping());

        receive(RemotingCommand.control(new Pong(), 0));
        advance(100);
        advance(100);
        assertThat(sent()).containsExactly(new Ping(), new Ping());
        assertThat(connection.isOpen()).isTrue();
        assertThat(commands).as("heartbeats stay below").isEmpty();

        advance(100);
        assertThat(handler.awaitClosed().cause()).isInstanceOf(IOException.class);
        assertThat(handler.awaitClosed().reason()).isEqualTo("nothing was heard from the peer for 300 ms");
    }

    @Test
    void shouldNotPingWhileItSends() {
        connection.startHeartbeat(100);
        channel.runPendingTasks();
        advance(90);
        connection.write(RemotingCommand.control(new SendDone(1), 0));
        channel.runPendingTasks();

        advance(90);

        assertThat(sent()).containsExactly(new SendDone(1));
        advance(10);
        assertThat(sent()).containsExactly(new Ping());
    }

    @Test
    void shouldNotCallAPeerSilentThatItDoesNotListenTo() {
        connection.startHeartbeat(100);
        connection.setAutoRead(false);
        for (int i = 0; i < 10; i++) {
            advance(100);
        }
        assertThat(connection.isOpen()).isTrue();

        connection.setAutoRead(true);
        channel.runPendingTasks();
        advance(100);
        advance(100);
        assertThat(connection.isOpen()).isTrue();
        advance(100);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void shouldCloseAPeerThatNeverSaysAnything() {
        advance(4_999);
        assertThat(connection.isOpen()).isTrue();
        advance(1);

        assertThat(handler.awaitClosed().reason()).isEqualTo("nothing was heard from the peer for 5000 ms");
        assertThat(sent()).as("no pings without a heartbeat").isEmpty();
    }

    @Test
    void shouldFailEachRequestAtItsOwnTime() {
        final var slow = connection.request(RemotingCommand.control(new GetStatus(), 0), 300);
        final var quick = connection.request(RemotingCommand.control(new GetStatus(), 0), 100);
        final var answered = connection.request(RemotingCommand.control(new GetStatus(), 0), 100);
        receive(RemotingCommand.control(new Done(), 3));

        advance(99);
        assertThat(quick).isNotDone();
        advance(1);
        assertThat(quick).isCompletedExceptionally();
        assertThat(slow).isNotDone();
        assertThat(answered).isCompletedWithValueMatching(answer -> answer.control() instanceof Done);
        advance(199);
        assertThat(slow).isNotDone();
        advance(1);
        assertThat(slow).isCompletedExceptionally();
    }

    @Test
    void shouldNotHandOnWhatComesAfterClosing() {
        reactWith((self, command) -> {
            commands.add(command.control());
            self.close("enough");
        });
        final ByteBuf read = Unpooled.buffer();
        RemotingCodec.encode(RemotingCommand.control(new SendDone(1), 0), read);
        RemotingCodec.encode(RemotingCommand.control(new SendDone(2), 0), read);

        channel.writeInbound(read);

        assertThat(commands).containsExactly(new SendDone(1));
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void shouldSendAnswersBeforeItCloses() {
        final RecordingHandler refusing = reactWith((self, command) -> {
            self.write(RemotingCommand.control(new ConnectionHeader.Failure(2, "no"), command.opaque()));
            self.close("refused");
        });

        receive(RemotingCommand.control(new GetStatus(), 7));

        assertThat(sent()).containsExactly(new ConnectionHeader.Failure(2, "no"));
        assertThat(refusing.awaitClosed()).isEqualTo(new RecordingHandler.Closed("refused", null));
        assertThat(channel.isOpen()).isFalse();
    }

    /** Replaces the connection by one whose handler does this with each command. */
    private RecordingHandler reactWith(final BiConsumer<Connection, RemotingCommand> reaction) {
        final RecordingHandler reacting = new RecordingHandler(reaction);
        channel.pipeline().removeLast();
        connection = newConnection(reacting);
        channel.pipeline().addLast(connection.channelHandler()).fireChannelActive();
        return reacting;
    }

    private ChannelConnection newConnection(final RecordingHandler recording) {
        return new ChannelConnection(
                channel, new InetSocketAddress("127.0.0.1", 4711), OPTIONS, this::nowNs, recording, null);
    }

    private long clockNs;

    private long nowNs() {
        return clockNs;
    }

    private void advance(final long ms) {
        clockNs += TimeUnit.MILLISECONDS.toNanos(ms);
        channel.advanceTimeBy(ms, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        channel.runPendingTasks();
    }

    private void receive(final RemotingCommand command) {
        final ByteBuf read = Unpooled.buffer();
        RemotingCodec.encode(command, read);
        channel.writeInbound(read);
        channel.runPendingTasks();
    }

    /** The headers of all that was sent since the last call. */
    private List<ControlHeader> sent() {
        final ByteBuf all = Unpooled.buffer();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            all.writeBytes(next);
            next.release();
        }
        final List<ControlHeader> headers = new ArrayList<>();
        while (all.isReadable()) {
            final int length = all.readInt();
            final RemotingCommand command = RemotingCodec.decode(all, all.readerIndex(), length);
            headers.add(command.control());
            command.release();
            all.skipBytes(length);
        }
        return headers;
    }
}
