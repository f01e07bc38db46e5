package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendBatchTest {
    private final ByteBuf scratch = Unpooled.buffer();

    @Test
    void shouldMakeOneFrameOfConsecutiveRecordsForOneDestination() {
        final SendBatch batch = batch(64);
        add(batch, 1, "a", 1);
        add(batch, 1, "b", 2);
        add(batch, 2, "c", 3);
        add(batch, 1, "d", 4);
        assertThat(framesOf(batch))
                .containsExactly(
                        "Send[firstSequence=1, count=2, destination=1] a b",
                        "Send[firstSequence=3, count=1," + " destination=2] c",
                        "Send[firstSequence=4, count=1, destination=1] d");
    }

    @Test
    void shouldCountRecordsOfARunWhateverTheHeaderTakes() {
        final SendBatch batch = batch(4_096);
        for (int i = 0; i < 300; i++) {
            add(batch, Integer.MAX_VALUE, "x", (1L << 60) + i);
        }
        assertThat(framesOf(batch).get(0))
                .startsWith("Send[firstSequence=" + (1L << 60) + ", count=300, destination=" + Integer.MAX_VALUE + "]");
    }

    @Test
    void shouldTakeALargeRecordOnlyAlone() {
        final SendBatch batch = batch(64);
        assertThat(batch.takes(10 * SendBatch.MAX_BYTES)).isTrue();
        add(batch, 1, "a", 1);
        assertThat(batch.takes(SendBatch.MAX_BYTES)).isFalse();
        assertThat(batch.takes(1_000)).isTrue();
        batch.release();
    }

    @Test
    void shouldBeAsBeforeWhenARecordCannotBeEncoded() {
        final SendBatch batch = batch(64);
        add(batch, 1, "a", 1);
        final Destination broken = new Destination(2, DestinationKind.QUEUE, "x", new byte[0]);
        assertThatThrownBy(() -> batch.add(broken, message("b"), 100, 2)).isInstanceOf(IllegalArgumentException.class);
        add(batch, 1, "c", 2);
        assertThat(framesOf(batch)).containsExactly("Send[firstSequence=1, count=2, destination=1] a c");
    }

    @Test
    void shouldKeepEveryRecordWhateverTheMixOfDestinations() {
        for (int seed = 0; seed < 200; seed++) {
            final Random random = new Random(seed);
            final SendBatch batch = batch(1 + random.nextInt(2_000));
            final List<String> expected = new ArrayList<>();
            int destination = 1;
            for (int i = 0; i < 100; i++) {
                destination = random.nextInt(3) == 0 ? 1 + random.nextInt(1 << random.nextInt(31)) : destination;
                final String body = "m" + i + "x".repeat(random.nextInt(50));
                add(batch, destination, body, 1_000 + i);
                expected.add(destination + " " + (1_000 + i) + " " + body);
            }
            assertThat(recordsOf(batch)).as("seed %d", seed).isEqualTo(expected);
        }
    }

    private static SendBatch batch(final int capacity) {
        return new SendBatch(PooledByteBufAllocator.DEFAULT.directBuffer(capacity));
    }

    private static void add(final SendBatch batch, final int destination, final String body, final long sequence) {
        final byte[] topic = "q".getBytes(StandardCharsets.UTF_8);
        final OutgoingMessage message = message(body);
        batch.add(
                new Destination(destination, DestinationKind.QUEUE, "q", topic),
                message,
                MessageLayout.sizeOf(message.bodyLength(), 1, 0),
                sequence);
    }

    private static OutgoingMessage message(final String body) {
        final byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return new OutgoingMessage(0, 0, 1, bytes, bytes.length, 0, new byte[0]);
    }

    private List<String> framesOf(final SendBatch batch) {
        final List<String> frames = new ArrayList<>();
        for (final RemotingCommand command : commandsOf(batch)) {
            frames.add(command.control() + " " + String.join(" ", bodiesOf(command)));
            command.release();
        }
        return frames;
    }

    private List<String> recordsOf(final SendBatch batch) {
        final List<String> records = new ArrayList<>();
        for (final RemotingCommand command : commandsOf(batch)) {
            final SendingHeader.Send send = (SendingHeader.Send) command.control();
            final List<String> bodies = bodiesOf(command);
            assertThat(bodies).hasSize(send.count());
            for (int i = 0; i < bodies.size(); i++) {
                records.add(send.destination() + " " + (send.firstSequence() + i) + " " + bodies.get(i));
            }
            command.release();
        }
        return records;
    }

    private List<RemotingCommand> commandsOf(final SendBatch batch) {
        final ByteBuf frames = batch.toFrames(scratch);
        final List<RemotingCommand> commands = new ArrayList<>();
        while (frames.isReadable()) {
            commands.add(RemotingCodec.decode(frames.readSlice(frames.readInt())));
        }
        frames.release();
        return commands;
    }

    private static List<String> bodiesOf(final RemotingCommand command) {
        final ByteBuf records = command.body();
        final List<String> bodies = new ArrayList<>();
        for (int at = records.readerIndex(); at < records.writerIndex(); at += records.getInt(at)) {
            bodies.add(records.toString(
                    MessageLayout.bodyOffset(records, at),
                    MessageLayout.bodyLength(records, at),
                    StandardCharsets.UTF_8));
        }
        return bodies;
    }
}
