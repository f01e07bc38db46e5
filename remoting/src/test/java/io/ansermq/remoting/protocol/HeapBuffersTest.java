package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HeapBuffersTest {
    private static final HeapBuffers BUFFERS = HeapBuffers.INSTANCE;

    @Test
    void shouldGiveBuffersOnTheHeapWhateverIsAskedFor() {
        for (final ByteBuf each : new ByteBuf[] {
            BUFFERS.buffer(),
            BUFFERS.buffer(7),
            BUFFERS.buffer(7, 9),
            BUFFERS.ioBuffer(),
            BUFFERS.ioBuffer(7),
            BUFFERS.ioBuffer(7, 9),
            BUFFERS.heapBuffer(),
            BUFFERS.heapBuffer(7),
            BUFFERS.heapBuffer(7, 9),
            BUFFERS.directBuffer(),
            BUFFERS.directBuffer(7),
            BUFFERS.directBuffer(7, 9)
        }) {
            assertThat(each.hasArray()).isTrue();
            assertThat(each.isDirect()).isFalse();
            assertThat(each.alloc()).isSameAs(BUFFERS);
            assertThat(each.release()).isTrue();
        }
        assertThat(BUFFERS.isDirectBufferPooled()).isFalse();
    }

    @Test
    void shouldPutBuffersTogether() {
        for (final CompositeByteBuf each : new CompositeByteBuf[] {
            BUFFERS.compositeBuffer(), BUFFERS.compositeBuffer(2), BUFFERS.compositeHeapBuffer(),
            BUFFERS.compositeHeapBuffer(2), BUFFERS.compositeDirectBuffer(), BUFFERS.compositeDirectBuffer(2)
        }) {
            for (int i = 1; i <= 3; i++) {
                each.addComponent(true, BUFFERS.buffer(4).writeInt(i));
            }
            assertThat(each.readInt() + each.readInt() + each.readInt()).isEqualTo(6);
            assertThat(each.release()).isTrue();
        }
    }

    @Test
    void shouldGrowToWhatIsWritten() {
        final ByteBuf buffer = BUFFERS.buffer(1, 10_000);

        buffer.writeBytes(new byte[9_999]).writeByte(1);

        assertThat(buffer.readableBytes()).isEqualTo(10_000);
        assertThatThrownBy(() -> buffer.writeByte(1)).isInstanceOf(IndexOutOfBoundsException.class);
        buffer.release();
    }

    /** Amortised growth, as Netty's own allocators have it. */
    @Test
    void shouldGrowAsNettyDoes() {
        final ByteBufAllocator netty = UnpooledByteBufAllocator.DEFAULT;
        final long seed = System.nanoTime();
        final Random random = new Random(seed);
        for (int i = 0; i < 10_000; i++) {
            final int wanted = random.nextInt(1 << (1 + random.nextInt(30)));
            final int most = wanted + random.nextInt(Integer.MAX_VALUE - wanted);
            final int own = BUFFERS.calculateNewCapacity(wanted, most);

            assertThat(own).as("%d of at most %d, seed %d", wanted, most, seed).isBetween(wanted, most);
            if (wanted > 256) {
                assertThat((long) own)
                        .as("%d of at most %d, seed %d", wanted, most, seed)
                        .isGreaterThanOrEqualTo(netty.calculateNewCapacity(wanted, most));
            }
        }
        assertThatThrownBy(() -> BUFFERS.calculateNewCapacity(10, 9)).hasMessageContaining("10 bytes");
        assertThatThrownBy(() -> BUFFERS.calculateNewCapacity(-1, 9)).hasMessageContaining("-1 bytes");
    }

    @Test
    void shouldHaveOneEmptyBufferThatIsNeverReleased() {
        assertThat(HeapBuffers.EMPTY.readableBytes()).isZero();
        assertThat(HeapBuffers.EMPTY.release()).isFalse();
        assertThat(HeapBuffers.EMPTY.isReadable()).isFalse();
    }
}
