package io.ansermq.tck.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The generator makes what its name says, and the same again from the same seed. */
class MalformedFramesTest {
    private static final long SEED = 4711;
    private static final int FRAMES = 20_000;

    @Test
    void shouldRepeatItselfFromTheSameSeed() {
        final MalformedFrames one = frames();
        final MalformedFrames two = frames();
        for (int i = 0; i < 1000; i++) {
            assertThat(one.next()).isEqualTo(two.next());
        }
    }

    @Test
    void shouldBreakTheFormatOfMostAndTheMeaningOfTheRest() {
        final MalformedFrames frames = frames();
        int refused = 0;
        for (int i = 0; i < FRAMES; i++) {
            final ByteBuf frame = Unpooled.wrappedBuffer(frames.next());
            if (frame.readableBytes() < 4 || frame.readInt() != frame.readableBytes()) {
                refused++;
                continue;
            }
            try {
                RemotingCodec.decode(frame).release();
            } catch (MalformedFrameException e) {
                refused++;
            }
        }
        assertThat(refused).as("seed " + SEED).isBetween(FRAMES / 2, FRAMES * 9 / 10);
    }

    private static MalformedFrames frames() {
        return new MalformedFrames(new SplittableRandom(SEED), 1, "abc");
    }
}
