package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.EmptyByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;
import io.netty.buffer.UnpooledUnsafeHeapByteBuf;
import io.netty.util.internal.PlatformDependent;

/**
 * Buffers that no socket sees: all of them on the heap, and from no pool, for that is made for as much as a server needs.
 * Thread safe.
 *
 * <p>{@code Unpooled} has the same, and with its allocator comes every kind of buffer that Netty has: a tenth of the
 * classes that a broker inside the JVM starts with.
 */
public final class HeapBuffers implements ByteBufAllocator {
    /** The only one: there is nothing to configure. */
    public static final HeapBuffers INSTANCE = new HeapBuffers();

    /** No bytes; need not be released. */
    public static final ByteBuf EMPTY = new EmptyByteBuf(INSTANCE);

    private static final int INITIAL_BYTES = 256;
    private static final int COMPONENTS = 16;

    /** Capacities are powers of two below, and multiples of it above. */
    private static final int STEP_BYTES = 4 << 20;

    private HeapBuffers() {}

    @Override
    public ByteBuf heapBuffer(final int initialCapacity, final int maxCapacity) {
        return PlatformDependent.hasUnsafe()
                ? new UnpooledUnsafeHeapByteBuf(this, initialCapacity, maxCapacity)
                : new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    public ByteBuf heapBuffer(final int initialCapacity) {
        return heapBuffer(initialCapacity, Integer.MAX_VALUE);
    }

    @Override
    public ByteBuf heapBuffer() {
        return heapBuffer(INITIAL_BYTES);
    }

    @Override
    public ByteBuf buffer() {
        return heapBuffer();
    }

    @Override
    public ByteBuf buffer(final int initialCapacity) {
        return heapBuffer(initialCapacity);
    }

    @Override
    public ByteBuf buffer(final int initialCapacity, final int maxCapacity) {
        return heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public ByteBuf ioBuffer() {
        return heapBuffer();
    }

    @Override
    public ByteBuf ioBuffer(final int initialCapacity) {
        return heapBuffer(initialCapacity);
    }

    @Override
    public ByteBuf ioBuffer(final int initialCapacity, final int maxCapacity) {
        return heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public ByteBuf directBuffer() {
        return heapBuffer();
    }

    @Override
    public ByteBuf directBuffer(final int initialCapacity) {
        return heapBuffer(initialCapacity);
    }

    @Override
    public ByteBuf directBuffer(final int initialCapacity, final int maxCapacity) {
        return heapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public CompositeByteBuf compositeBuffer() {
        return compositeBuffer(COMPONENTS);
    }

    @Override
    public CompositeByteBuf compositeBuffer(final int maxNumComponents) {
        return new CompositeByteBuf(this, false, maxNumComponents);
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer() {
        return compositeBuffer();
    }

    @Override
    public CompositeByteBuf compositeHeapBuffer(final int maxNumComponents) {
        return compositeBuffer(maxNumComponents);
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer() {
        return compositeBuffer();
    }

    @Override
    public CompositeByteBuf compositeDirectBuffer(final int maxNumComponents) {
        return compositeBuffer(maxNumComponents);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    @Override
    public int calculateNewCapacity(final int minNewCapacity, final int maxCapacity) {
        if (minNewCapacity < 0 || minNewCapacity > maxCapacity) {
            throw new IllegalArgumentException(minNewCapacity + " bytes: not between 0 and " + maxCapacity);
        }
        final long wanted = minNewCapacity > STEP_BYTES
                ? ((long) minNewCapacity / STEP_BYTES + 1) * STEP_BYTES
                : Integer.highestOneBit(Math.max(minNewCapacity - 1, INITIAL_BYTES / 2)) * 2L;
        return (int) Math.min(wanted, maxCapacity);
    }
}
