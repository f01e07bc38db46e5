package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import io.ansermq.remoting.fixtures.BrokenFrames;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** Throws rubbish at the codec, and looks at what it costs. */
class MalformedFrameTest {

    private static final long SEED = 0x5EED_0002L;
    private static final int CASES = 200_000;

    /** What decoding may take besides a multiple of the frame: the command and whatever Java needs. */
    private static final long ALLOWED_BYTES = 8 << 10;

    private static final long ALLOWED_BYTES_PER_BYTE = 100;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private int decoded;
    private int refused;

    @Test
    void shouldDecodeOrRefuseWhateverComes() {
        final BrokenFrames frames = new BrokenFrames(SEED);
        final ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(256 << 10);
        for (int i = 0; i < CASES; i++) {
            final byte[] frame = frames.next();
            final ByteBuf in =
                    i % 2 == 0 ? Unpooled.wrappedBuffer(frame) : direct.clear().writeBytes(frame);
            final long allowed = ALLOWED_BYTES + ALLOWED_BYTES_PER_BYTE * frame.length;
            // The first of its kind loads classes and links the text of its refusal: the second one is what it costs.
            if (decode(i, frame, in) > allowed) {
                assertThat(decode(i, frame, in))
                        .as("bytes allocated; seed %d, case %d: %s", SEED, i, ByteBufUtil.hexDump(frame))
                        .isLessThanOrEqualTo(allowed);
            }
        }
        direct.release();
        assertThat(decoded).as("some of it is fine").isGreaterThan(CASES / 20);
        assertThat(refused).as("most of it is not").isGreaterThan(CASES / 4);
    }

    /** Returns how many bytes that allocated. */
    private long decode(final int number, final byte[] frame, final ByteBuf in) {
        final int references = in.refCnt();
        final long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            RemotingCodec.decode(in.duplicate()).release();
            decoded++;
        } catch (final MalformedFrameException e) {
            refused++;
        } catch (final RuntimeException | Error e) {
            fail("seed %d, case %d: %s".formatted(SEED, number, ByteBufUtil.hexDump(frame)), e);
        }
        final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(in.refCnt()).isEqualTo(references);
        return allocated;
    }
}
