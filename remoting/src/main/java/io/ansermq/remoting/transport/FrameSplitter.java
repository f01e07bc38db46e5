package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what reads bring into frames. Not thread safe; confined to one event loop.
 *
 * <p>A frame that one read brought whole is handed over where it stands. Only one that crosses reads is put together in
 * a buffer of its own, which grows with what has arrived and not with what the length word promises.
 */
final class FrameSplitter {

    private static final int WORD_BYTES = 4;
    private static final int MIN_PARTIAL_BYTES = 4 << 10;

    /** How much more than what has come a buffer has room for, so that growing it stays cheap. */
    private static final int PARTIAL_GROWTH = 8;

    private final ByteBufAllocator alloc;
    private final int maxFrameBytes;
    private final Sink sink;

    /** The beginning of a frame of which more is to come, with its length word. */
    private @Nullable ByteBuf partial;

    private boolean closed;

    FrameSplitter(final ByteBufAllocator alloc, final int maxFrameBytes, final Sink sink) {
        this.alloc = alloc;
        this.maxFrameBytes = maxFrameBytes;
        this.sink = sink;
    }

    /**
     * Hands on every frame that {@code in} completes and takes over its reference.
     *
     * @throws MalformedFrameException when a length word is impossible; the stream is of no use any more then
     */
    void feed(final ByteBuf in) {
        try {
            while (in.isReadable() && !closed) {
                if (partial != null) {
                    complete(partial, in);
                } else {
                    take(in);
                }
            }
        } finally {
            in.release();
        }
    }

    /** Gives up an unfinished frame, and ignores what comes after. Allowed while a frame is being handed on. */
    void close() {
        closed = true;
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }

    private void take(final ByteBuf in) {
        final int available = in.readableBytes();
        final int index = in.readerIndex();
        final int needed = available < WORD_BYTES ? WORD_BYTES : WORD_BYTES + frameLength(in, index);
        if (available >= needed && available >= WORD_BYTES) {
            in.skipBytes(needed);
            sink.frame(in, index + WORD_BYTES, needed - WORD_BYTES);
        } else {
            final int room = Math.max(MIN_PARTIAL_BYTES, available * PARTIAL_GROWTH);
            partial = alloc.buffer(Math.min(needed, room)).writeBytes(in);
        }
    }

    /** Moves what is missing in {@code begun} over from {@code in}, as far as it is there. */
    private void complete(final ByteBuf begun, final ByteBuf in) {
        if (begun.readableBytes() < WORD_BYTES) {
            move(in, begun, WORD_BYTES);
            if (begun.readableBytes() < WORD_BYTES) {
                return;
            }
        }
        final int needed = WORD_BYTES + frameLength(begun, begun.readerIndex());
        move(in, begun, needed);
        if (begun.readableBytes() < needed) {
            return;
        }
        partial = null;
        try {
            sink.frame(begun, begun.readerIndex() + WORD_BYTES, needed - WORD_BYTES);
        } finally {
            begun.release();
        }
    }

    private static void move(final ByteBuf from, final ByteBuf to, final int upTo) {
        to.writeBytes(from, Math.min(from.readableBytes(), upTo - to.readableBytes()));
    }

    private int frameLength(final ByteBuf in, final int index) {
        final int length = in.getInt(index);
        if (length < WORD_BYTES || length > maxFrameBytes) {
            throw new MalformedFrameException("a frame of " + Integer.toUnsignedString(length) + " bytes, at most "
                    + maxFrameBytes + whatElse(in, index));
        }
        return length;
    }

    /** What the first bytes may be when they are not ours; saves a search when a port is mistaken for another. */
    private static String whatElse(final ByteBuf in, final int index) {
        final byte[] first = ByteBufUtil.getBytes(in, index, WORD_BYTES);
        if (first[0] == 0x16 && first[1] == 0x03) {
            return " (it looks like TLS, which is not spoken here)";
        }
        for (final byte next : first) {
            if (next < ' ' || next > '~') {
                return "";
            }
        }
        return " (it begins with the text \"" + new String(first, StandardCharsets.US_ASCII) + "\")";
    }

    /** Takes frames. */
    @FunctionalInterface
    interface Sink {
        /**
         * One frame without its length word: {@code length} bytes of {@code in} from {@code index} on, valid during the
         * call unless retained.
         */
        void frame(ByteBuf in, int index, int length);
    }
}
