package io.ansermq.remoting.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameSplitterTest {

    private static final int MAX_FRAME_BYTES = 1 << 20;

    private final UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(true);
    private final List<String> frames = new ArrayList<>();
    private final List<ByteBuf> reads = new ArrayList<>();
    private final FrameSplitter splitter = new FrameSplitter(
            alloc, MAX_FRAME_BYTES, (in, index, length) -> frames.add(ByteBufUtil.hexDump(in, index, length)));

    @AfterEach
    void shouldLeaveNothingBehind() {
        splitter.close();
        assertThat(reads).allMatch(read -> read.refCnt() == 0);
        assertThat(alloc.metric().usedDirectMemory()).isZero();
    }

    @Test
    void shouldFindTheSameFramesHoweverTheyArrive() {
        final long seed = 0x5EED_0007L;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            final List<String> expected = new ArrayList<>();
            final ByteBuf stream = alloc.heapBuffer();
            for (int i = random.nextInt(20); i > 0; i--) {
                final byte[] frame = new byte[4 + random.nextInt(random.nextInt(8) == 0 ? 50_000 : 40)];
                random.nextBytes(frame);
                stream.writeInt(frame.length).writeBytes(frame);
                expected.add(ByteBufUtil.hexDump(frame));
            }
            frames.clear();

            while (stream.isReadable()) {
                final int most = random.nextBoolean() ? 8 : 20_000;
                read(ByteBufUtil.getBytes(
                        stream.readSlice(Math.min(stream.readableBytes(), 1 + random.nextInt(most)))));
            }

            assertThat(frames).as("seed %d, round %d", seed, round).isEqualTo(expected);
            stream.release();
        }
    }

    @Test
    void shouldNotCopyAFrameThatCameWhole() {
        final ByteBuf read =
                alloc.directBuffer().writeInt(5).writeBytes(new byte[5]).writeInt(4);
        reads.add(read);
        final List<ByteBuf> retained = new ArrayList<>();
        final FrameSplitter slicing = new FrameSplitter(
                alloc, MAX_FRAME_BYTES, (in, index, length) -> retained.add(in.retainedSlice(index, length)));

        slicing.feed(read);

        assertThat(retained).hasSize(1);
        assertThat(retained.get(0).memoryAddress()).isEqualTo(read.memoryAddress() + 4);
        retained.get(0).release();
        slicing.close();
    }

    @Test
    void shouldNotTakeMemoryForAPromise() {
        read(ByteBufUtil.decodeHexDump("000fffff" + "00000000"));

        assertThat(alloc.metric().usedDirectMemory()).isLessThan(16 << 10);
    }

    @ParameterizedTest
    @CsvSource({
        "00000000, a frame of 0 bytes",
        "00000003, a frame of 3 bytes",
        "00100001, 'a frame of 1048577 bytes, at most 1048576'",
        "ffffffff, a frame of 4294967295 bytes",
        "80000000, a frame of 2147483648 bytes",
        "16030100, TLS",
        "47455420, 'begins with the text \"GET \"'",
    })
    void shouldRefuseAnImpossibleLength(final String word, final String reason) {
        for (int at = 0; at < 4; at++) {
            // At once, and split at each place.
            final FrameSplitter fresh = new FrameSplitter(alloc, MAX_FRAME_BYTES, (in, index, length) -> {});
            final byte[] bytes = ByteBufUtil.decodeHexDump(word);
            final ByteBuf head = alloc.directBuffer().writeBytes(bytes, 0, at);
            final ByteBuf tail = alloc.directBuffer().writeBytes(bytes, at, 4 - at);
            reads.add(head);
            reads.add(tail);
            fresh.feed(head);

            assertThatExceptionOfType(MalformedFrameException.class)
                    .isThrownBy(() -> fresh.feed(tail))
                    .withMessageContaining(reason);
            fresh.close();
        }
    }

    @Test
    void shouldStopWhenClosedWithinAFrame() {
        final List<FrameSplitter> self = new ArrayList<>();
        final FrameSplitter closing = new FrameSplitter(alloc, MAX_FRAME_BYTES, (in, index, length) -> {
            frames.add(in.toString(index, length, StandardCharsets.US_ASCII));
            self.get(0).close();
        });
        self.add(closing);
        final ByteBuf read = alloc.directBuffer()
                .writeInt(4)
                .writeBytes("good".getBytes(StandardCharsets.US_ASCII))
                .writeInt(-1);
        reads.add(read);

        closing.feed(read);

        assertThat(frames).containsExactly("good");
    }

    private void read(final byte[] bytes) {
        final ByteBuf read = alloc.directBuffer().writeBytes(bytes);
        reads.add(read);
        splitter.feed(read);
    }
}
