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

    /** The first ones load classes, link the texts of refusals and make the thread's scratch space. */
    private static final int WARM_UP_CASES = 20_000;

    /** What decoding may take besides a multiple of the frame: the command and whatever Java needs. */
    private static final long ALLOWED_BYTES = 8 << 10;

    private static final long ALLOWED_BYTES_PER_BYTE = 100;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void shouldDecodeOrRefuseWhateverComes() {
        final BrokenFrames frames = new BrokenFrames(SEED);
        final ByteBuf direct = PooledByteBufAllocator.DEFAULT.directBuffer(256 << 10);
        int decoded = 0;
        int refused = 0;
        for (int i = 0; i < CASES; i++) {
            final byte[] frame = frames.next();
            final ByteBuf in =
                    i % 2 == 0 ? Unpooled.wrappedBuffer(frame) : direct.clear().writeBytes(frame);
            final int references = in.refCnt();
            final long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                RemotingCodec.decode(in).release();
                decoded++;
            } catch (final MalformedFrameException e) {
                refused++;
            } catch (final RuntimeException | Error e) {
                fail("seed %d, case %d: %s".formatted(SEED, i, ByteBufUtil.hexDump(frame)), e);
            }
            final long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            if (allocated > ALLOWED_BYTES + ALLOWED_BYTES_PER_BYTE * frame.length && i > WARM_UP_CASES) {
                fail("seed %d, case %d: %d bytes allocated for %s", SEED, i, allocated, ByteBufUtil.hexDump(frame));
            }
            assertThat(in.refCnt()).isEqualTo(references);
        }
        direct.release();
        assertThat(decoded).as("some of it is fine").isGreaterThan(CASES / 20);
        assertThat(refused).as("most of it is not").isGreaterThan(CASES / 4);
    }
}
