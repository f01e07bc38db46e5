package io.ansermq.remoting.transport;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;

/** The options that every connection's channel gets, at either end. */
final class ChannelSetup {

    private static final int LEAST_READ_BYTES = 2 << 10;
    private static final int FIRST_READ_BYTES = 16 << 10;

    /** Large, so that under load one system call brings many frames. Idle connections fall back to small buffers. */
    private static final int MOST_READ_BYTES = 256 << 10;

    /** Bounds what one connection brings in one turn, while the others of its event loop wait. */
    private static final int READS_PER_TURN = 4;

    /** Below and above which a connection is writable again, and is not any more. */
    private static final WriteBufferWaterMark UNSENT_BYTES = new WriteBufferWaterMark(256 << 10, 1 << 20);

    private ChannelSetup() {}

    static void configure(final Channel channel) {
        channel.config().setAllocator(PooledByteBufAllocator.DEFAULT);
        channel.config()
                .setRecvByteBufAllocator(
                        new AdaptiveRecvByteBufAllocator(LEAST_READ_BYTES, FIRST_READ_BYTES, MOST_READ_BYTES)
                                .maxMessagesPerRead(READS_PER_TURN));
        channel.config().setWriteBufferWaterMark(UNSENT_BYTES);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
    }
}
