package io.ansermq.remoting.transport;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * Buffers for connections inside this JVM: all of them on the heap, for no socket wants them elsewhere, and from no pool,
 * for that is made for as much as a server needs. Thread safe.
 */
final class VmBuffers extends AbstractByteBufAllocator {

    static final VmBuffers INSTANCE = new VmBuffers();

    private VmBuffers() {}

    @Override
    protected ByteBuf newHeapBuffer(final int initialCapacity, final int maxCapacity) {
        return Unpooled.buffer(initialCapacity, maxCapacity);
    }

    @Override
    protected ByteBuf newDirectBuffer(final int initialCapacity, final int maxCapacity) {
        return newHeapBuffer(initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }
}
