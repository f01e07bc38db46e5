package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Throws rubbish at the codec: what begins as a good frame is broken in every way that comes to mind. */
class MalformedFrameTest {

    private static final long SEED = 0x5EED_0002L;
    private static final int CASES = 200_000;

    /** What decoding may take besides a multiple of the frame: the command and whatever Java needs. */
    private static final long ALLOWED_BYTES = 8 << 10;

    private static final long ALLOWED_BYTES_PER_BYTE = 100;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final RandomHeaders headers = new RandomHeaders(SEED);

    @Test
    void shouldDecodeOrRefuseWhateverComes() {
        final ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(256 << 10);
        int decoded = 0;
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            final byte[] frame = broken(goodFrame());
            final ByteBuf in = random.nextBoolean()
                    ? Unpooled.wrappedBuffer(frame)
                    : direct.clear().writeBytes(frame);
            final int references = in.refCnt();
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                RemotingCodec.decode(in).release();
                decoded++;
            } catch (final MalformedFrameException e) {
                refused++;
            } catch (final RuntimeException | Error e) {
                fail("seed %d, case %d: %s", e, SEED, i, hex(frame));
            }
            final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (allocated > ALLOWED_BYTES + ALLOWED_BYTES_PER_BYTE * frame.length && i > 1000) {
                fail("seed %d, case %d: %d bytes allocated for %s", SEED, i, allocated, hex(frame));
            }
            assertThat(in.refCnt()).isEqualTo(references);
        }
        direct.release();
        assertThat(decoded).as("some of it is fine").isGreaterThan(CASES / 20);
        assertThat(refused).as("most of it is not").isGreaterThan(CASES / 4);
    }

    private byte[] goodFrame() {
        final ByteBuf out = Unpooled.buffer();
        switch (random.nextInt(4)) {
            case 0 -> RemotingCodec.encode(rocketMq(), out);
            case 1 -> RemotingCodec.encode(rocketMq().withSerializeType(SerializeType.ROCKETMQ), out);
            default -> RemotingCodec.encode(RemotingCommand.control(headers.next(), random.nextInt()), out);
        }
        out.skipBytes(4); // the length is the business of the transport
        if (random.nextInt(4) == 0) {
            out.writeBytes(randomBytes(random.nextInt(40)));
        }
        return ByteBufUtil.getBytes(out);
    }

    private RemotingCommand rocketMq() {
        final Map<String, String> fields = new HashMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            fields.put("f" + i, "v\"\u0001" + random.nextLong());
        }
        return RemotingCommand.request(random.nextInt(), fields, Unpooled.EMPTY_BUFFER)
                .withOpaque(random.nextInt());
    }

    private byte[] broken(final byte[] frame) {
        switch (random.nextInt(8)) {
            case 0 -> { // cut off
                return Arrays.copyOf(frame, random.nextInt(frame.length));
            }
            case 1 -> { // cut off, with a header length that agrees
                final byte[] cut = Arrays.copyOf(frame, 4 + random.nextInt(frame.length - 3));
                setHeaderLength(cut, cut.length - 4);
                return cut;
            }
            case 2 -> { // an absurd header length
                setHeaderLength(frame, random.nextInt() >>> (8 + random.nextInt(20)));
                return frame;
            }
            case 3 -> { // another serialisation
                frame[0] = (byte) random.nextInt(random.nextBoolean() ? 4 : 256);
                return frame;
            }
            case 4 -> { // nothing but noise under a good prefix
                final byte[] noise = randomBytes(random.nextInt(64));
                return headerOf(SerializeType.values()[random.nextInt(3)], noise);
            }
            case 5 -> { // any id for Kryo, then noise
                final ByteBuf header = Unpooled.buffer().writeByte(0);
                writeVarint(header, random.nextBoolean() ? 0x5000 + random.nextInt(32) : random.nextInt());
                return headerOf(
                        SerializeType.KRYO, ByteBufUtil.getBytes(header.writeBytes(randomBytes(random.nextInt(40)))));
            }
            case 6 -> { // a run of bytes that make any varint or length large
                final int from = random.nextInt(frame.length);
                Arrays.fill(frame, from, Math.min(frame.length, from + 1 + random.nextInt(9)), (byte) 0xFF);
                return frame;
            }
            default -> { // some bits flipped
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                }
                return frame;
            }
        }
    }

    private static byte[] headerOf(final SerializeType type, final byte[] header) {
        return ByteBufUtil.getBytes(
                Unpooled.buffer().writeInt(type.code() << 24 | header.length).writeBytes(header));
    }

    private static void setHeaderLength(final byte[] frame, final int length) {
        frame[1] = (byte) (length >> 16);
        frame[2] = (byte) (length >> 8);
        frame[3] = (byte) length;
    }

    private static void writeVarint(final ByteBuf out, final int value) {
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out.writeByte(rest | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    private byte[] randomBytes(final int length) {
        final byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String hex(final byte[] frame) {
        return ByteBufUtil.hexDump(frame);
    }
}
