package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SendingHeader.GetPart;
import io.ansermq.remoting.protocol.SendingHeader.PartPut;
import io.ansermq.remoting.protocol.SendingHeader.PutPart;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes and gives the parts of bodies that are too long for one record. A part is in the log and nowhere else: the broker
 * holds no more of a long message than what is on its way from or to the network. Owned by the core agent.
 */
final class Parts {

    private final FrameWriter writer;
    private final Effects effects;
    private final SequencedPosition last;
    private final LargeMessages messages;
    private final LargeParts parts;
    private final Outgoing outgoing;
    private final long maxBodyBytes;

    private @Nullable ClientLink link;
    private @Nullable ByteBuf body;
    private int upload;
    private long key;
    private int opaque;

    /** @param maxBodyBytes the longest body of a message */
    Parts(
            final FrameWriter writer,
            final Effects effects,
            final SequencedPosition last,
            final LargeMessages messages,
            final LargeParts parts,
            final Outgoing outgoing,
            final long maxBodyBytes) {
        this.writer = writer;
        this.effects = effects;
        this.last = last;
        this.messages = messages;
        this.parts = parts;
        this.outgoing = outgoing;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Whether a part waits for room in the log. */
    boolean isBusy() {
        return body != null;
    }

    /** Whether it would find room now. */
    boolean hasRoom() {
        return body != null && writer.reserve(ControlRecord.sizeOfPart(body.readableBytes()));
    }

    /** Takes a part, whose bytes now belong here; {@link #proceed} writes it. */
    void put(final ClientLink from, final PutPart put, final int number, final ByteBuf bytes) {
        final LargeMessages.Upload known = messages.upload(from, put.upload());
        final long total = (known == null ? 0 : known.bytes) + bytes.readableBytes();
        if (total > maxBodyBytes) {
            from.consumed(bytes.readableBytes());
            bytes.release();
            outgoing.touch(from)
                    .answer(
                            number,
                            new Failure(
                                    ErrorCodes.MESSAGE_TOO_LARGE,
                                    "the body of a message has more than " + maxBodyBytes
                                            + " bytes: raise the broker's option max-large-message-size"));
            return;
        }
        link = from;
        upload = put.upload();
        key = put.key();
        opaque = number;
        body = bytes;
    }

    /** Writes the part that waits; false when the log has no room now. */
    boolean proceed() {
        final ByteBuf bytes = body;
        final ClientLink from = link;
        if (bytes == null || from == null) {
            return true;
        }
        final int length = bytes.readableBytes();
        if (!writer.reserve(ControlRecord.sizeOfPart(length))) {
            return false;
        }
        final long position = writer.position();
        ControlRecord.encodePart(writer.slot(), key, bytes.nioBuffer());
        // The message that lists it is forced to disk as its destination says, and everything before it with it.
        writer.commit(FlushLevel.WRITTEN);
        last.set(position);
        messages.part(from, upload, position, length);
        final Effects.Effect effect = effects.add(Effects.Kind.ANSWER, position);
        effect.link = from;
        effect.opaque = opaque;
        effect.answer = new PartPut(position);
        from.consumed(length);
        bytes.release();
        body = null;
        link = null;
        return true;
    }

    /** Has the part at a position sent to a client. */
    void get(final ClientLink to, final GetPart get, final int number) {
        outgoing.touch(to);
        final long position = parts.positionOf(get.position());
        final int size = parts.sizeAt(position, get.key());
        if (size < 0) {
            final ControlHeader failure = new Failure(
                    ErrorCodes.PROTOCOL,
                    "there is no part of a message at log position " + get.position()
                            + " with this key: the message that lists it was settled meanwhile, or is damaged");
            to.answer(number, failure);
        } else {
            to.part(number, position + LargeParts.HEADER_BYTES, size - LargeParts.HEADER_BYTES);
        }
    }

    /** Forgets the part that waits; at the end of the broker's life only. */
    void abandon() {
        if (body != null) {
            body.release();
            body = null;
        }
    }
}
