package io.ansermq.client;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Frames of sends that are written and not answered, in case they must be written again on another connection: a ring that
 * grows by doubling and is bounded by the send window. Nothing is allocated per frame.
 *
 * <p>Not thread safe; confined to the event loop of the session's connection.
 */
final class SentFrames {
    private @Nullable ByteBuf[] frames = new ByteBuf[64];
    private long[] lasts = new long[64];
    private int head;
    private int count;

    /** Keeps frames that are about to be written; {@code last} is the number of their last send. */
    void add(final ByteBuf written, final long last) {
        if (count == frames.length) {
            grow();
        }
        final int slot = (head + count) & (frames.length - 1);
        frames[slot] = written.retainedDuplicate();
        lasts[slot] = last;
        count++;
    }

    private void grow() {
        final @Nullable ByteBuf[] larger = new ByteBuf[2 * count];
        final long[] largerLasts = new long[2 * count];
        for (int i = 0; i < count; i++) {
            larger[i] = frames[(head + i) & (frames.length - 1)];
            largerLasts[i] = lasts[(head + i) & (frames.length - 1)];
        }
        frames = larger;
        lasts = largerLasts;
        head = 0;
    }

    /** Forgets frames all of whose sends are answered. */
    void answered(final long upTo) {
        while (count > 0 && lasts[head] <= upTo) {
            take().release();
        }
    }

    private ByteBuf take() {
        final ByteBuf first = frames[head];
        frames[head] = null;
        head = (head + 1) & (frames.length - 1);
        count--;
        if (first == null) {
            throw new IllegalStateException("there is none");
        }
        return first;
    }

    /** Forgets all. */
    void clear() {
        answered(Long.MAX_VALUE);
    }

    /** Takes the frames to write again. */
    interface Writer {
        void write(ByteBuf again, long last);
    }

    /**
     * Hands over everything that is not answered, in order, and forgets it.
     *
     * @param upTo the last send that is answered
     * @param renumbered the number that a destination has now
     */
    void again(final long upTo, final IntUnaryOperator renumbered, final ByteBufAllocator alloc, final Writer writer) {
        answered(upTo);
        final int kept = count;
        for (int i = 0; i < kept; i++) {
            final long last = lasts[head];
            final ByteBuf old = take();
            final ByteBuf again = alloc.ioBuffer(old.readableBytes());
            boolean done = false;
            try {
                rewrite(old, upTo, renumbered, again);
                done = true;
            } finally {
                old.release();
                if (!done) {
                    again.release();
                }
            }
            writer.write(again, last);
        }
    }

    /** The numbers of the destinations that anything unanswered goes to. */
    void destinations(final IntConsumer sink) {
        for (int i = 0; i < count; i++) {
            final ByteBuf each = frames[(head + i) & (frames.length - 1)];
            if (each == null) {
                throw new IllegalStateException("there is none");
            }
            int index = each.readerIndex();
            while (index < each.writerIndex()) {
                final int length = each.getInt(index);
                final RemotingCommand frame = RemotingCodec.decode(each, index + Integer.BYTES, length);
                try {
                    if (frame.control() instanceof Send send) {
                        sink.accept(send.destination());
                    }
                } finally {
                    frame.release();
                }
                index += Integer.BYTES + length;
            }
        }
    }

    private static void rewrite(
            final ByteBuf from, final long upTo, final IntUnaryOperator renumbered, final ByteBuf to) {
        int index = from.readerIndex();
        while (index < from.writerIndex()) {
            final int length = from.getInt(index);
            final RemotingCommand frame = RemotingCodec.decode(from, index + Integer.BYTES, length);
            try {
                if (!(frame.control() instanceof Send send)) {
                    throw new MalformedFrameException("a frame of sends has another header");
                }
                final ByteBuf records = frame.body();
                final int skipped = (int) Math.max(0, Math.min(send.count(), upTo + 1 - send.firstSequence()));
                for (int i = 0; i < skipped; i++) {
                    records.skipBytes(records.getInt(records.readerIndex()));
                }
                if (skipped < send.count()) {
                    final int mark = RemotingCodec.beginControl(
                            new Send(
                                    send.firstSequence() + skipped,
                                    send.count() - skipped,
                                    renumbered.applyAsInt(send.destination())),
                            0,
                            to);
                    to.writeBytes(records);
                    RemotingCodec.endFrame(to, mark);
                }
            } finally {
                frame.release();
            }
            index += Integer.BYTES + length;
        }
    }
}
