package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * What one event loop turn writes to a connection. Small frames are gathered in one buffer, so that many of them cost one
 * entry in its carrier's queue and one stretch of a system call; large bodies go out from where they are. Not thread
 * safe; confined to the connection's event loop.
 */
final class OutputBatch {

    /** Up to here copying is cheaper than another entry in the carrier's queue. */
    private static final int COPIED_BYTES = 4 << 10;

    private static final int FIRST_BYTES = 4 << 10;

    /** A gathered buffer is handed on at this size, so that a channel's water marks see it. */
    private static final int FULL_BYTES = 32 << 10;

    private final FramedConnection connection;
    private @Nullable ByteBuf gathered;

    OutputBatch(final FramedConnection connection) {
        this.connection = connection;
    }

    /**
     * Adds a frame and takes over the reference of its body.
     *
     * @throws IllegalArgumentException when the header breaks a limit of its form; nothing is added then
     */
    void add(final RemotingCommand command) {
        final ByteBuf body = command.body();
        boolean added = false;
        try {
            RemotingCodec.encodeHead(command, open());
            added = true;
        } finally {
            if (!added) {
                body.release();
            }
        }
        addBytes(body);
    }

    /** Adds bytes as they are and takes over their reference. */
    void addBytes(final ByteBuf bytes) {
        if (bytes.readableBytes() <= COPIED_BYTES) {
            try {
                open().writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
            } finally {
                bytes.release();
            }
            if (open().readableBytes() >= FULL_BYTES) {
                push();
            }
        } else {
            push();
            connection.transmit(bytes);
        }
    }

    /** Hands everything to the carrier, which still has to be flushed. */
    void push() {
        final ByteBuf full = gathered;
        if (full != null) {
            gathered = null;
            if (full.isReadable()) {
                connection.transmit(full);
            } else {
                full.release();
            }
        }
    }

    /** Drops what was not pushed. */
    void discard() {
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
    }

    private ByteBuf open() {
        ByteBuf open = gathered;
        if (open == null) {
            open = connection.alloc().ioBuffer(FIRST_BYTES);
            gathered = open;
        }
        return open;
    }
}
