package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;

/**
 * Frames to bytes and back. Thread safe; scratch space is per thread.
 *
 * <pre>
 *   0               4               8                     8 + h              4 + length
 *   +---------------+-------+-------+---------------------+------------------+
 *   | length i32    | type  | h u24 | header (h bytes)    | body             |
 *   +---------------+-------+-------+---------------------+------------------+
 *     all after it    |
 *                     {@link SerializeType}: 0 JSON, 1 ROCKETMQ, 2 KRYO
 * </pre>
 */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // an outline; the bodies follow
public final class RemotingCodec {

    private RemotingCodec() {}

    /** Appends the whole frame, length included. The body is copied; its reference and indexes stay as they are. */
    public static void encode(final RemotingCommand command, final ByteBuf out) {
        throw new UnsupportedOperationException("not built yet");
    }

    /**
     * Reads one frame without its length word, from reader to writer index. The body is a retained slice of
     * {@code frame}, whose own reference stays with the caller.
     *
     * @throws MalformedFrameException when the bytes break the format, however they do it
     */
    public static RemotingCommand decode(final ByteBuf frame) {
        throw new UnsupportedOperationException("not built yet");
    }

    /**
     * Begins a frame of our own protocol whose body the caller appends to {@code out} afterwards.
     *
     * @return a mark for {@link #endFrame}
     */
    public static int beginControl(final ControlHeader header, final int opaque, final ByteBuf out) {
        throw new UnsupportedOperationException("not built yet");
    }

    /** Completes the frame that {@link #beginControl} began: everything appended since is its body. */
    public static void endFrame(final ByteBuf out, final int mark) {
        throw new UnsupportedOperationException("not built yet");
    }
}
