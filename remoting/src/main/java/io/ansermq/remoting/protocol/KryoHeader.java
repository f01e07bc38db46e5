package io.ansermq.remoting.protocol;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.netty.buffer.ByteBuf;

/**
 * Encodes and decodes control headers as Kryo would that has each kind registered under its code, with Kryo's buffers, reused.
 * Confined to one thread.
 *
 * <p>There is no Kryo object behind it. Its table of classes and serializers is a switch over the codes in
 * {@link ControlSerializers}: nothing that a peer sends can name a class, make Kryo nest or follow a reference, and no
 * connection waits for a table to be made.
 */
final class KryoHeader {

    /** Above this the output buffer is given up again after use. */
    private static final int KEPT_OUTPUT_BYTES = 64 << 10;
    /** What Kryo adds to the number of a kind: 0 is null, 1 the name of a class. */
    private static final int KIND_BIAS = 2;

    private final Input input = new Input();
    private Output output = newOutput();

    /** Encodes into the buffer here and returns how many bytes that makes; {@link #writeTo} takes them. */
    int encode(final ControlHeader header, final int opaque) {
        output.reset();
        try {
            output.writeVarInt(opaque, true);
            output.writeVarInt(header.code() + KIND_BIAS, true);
            ControlSerializers.encode(output, header);
        } catch (final KryoException e) {
            throw new IllegalArgumentException(
                    header.getClass().getSimpleName() + " takes more than " + RemotingCodec.MAX_HEADER_BYTES + " bytes",
                    e);
        }
        return output.position();
    }

    /** Appends what {@link #encode} made. */
    void writeTo(final ByteBuf out) {
        out.writeBytes(output.getBuffer(), 0, output.position());
        if (output.getBuffer().length > KEPT_OUTPUT_BYTES) {
            output = newOutput();
        }
    }

    /** Begins to read a header and returns its opaque number; {@link #decode} reads the rest. */
    int open(final byte[] bytes, final int offset, final int length) {
        input.setBuffer(bytes, offset, length);
        try {
            return input.readVarInt(true);
        } catch (final KryoException e) {
            throw new MalformedFrameException("a control header without an opaque number", e);
        }
    }

    /** The header that {@link #open} began. */
    ControlHeader decode() {
        final int code = readCode();
        final ControlHeader header;
        try {
            header = ControlSerializers.decode(code, input);
        } catch (final KryoException e) {
            // All that Kryo itself can still complain about is the end of the buffer.
            throw new MalformedFrameException(
                    "a control header of kind 0x" + Integer.toHexString(code) + " is cut off", e);
        }
        if (header == null) {
            throw new MalformedFrameException("a control header of an unknown kind");
        }
        if (input.position() < input.limit() && !ControlSerializers.ignoresRest(header)) {
            throw new MalformedFrameException(header.getClass().getSimpleName() + " is followed by "
                    + (input.limit() - input.position()) + " bytes that do not belong to it");
        }
        return header;
    }

    private int readCode() {
        try {
            return input.readVarInt(true) - KIND_BIAS;
        } catch (final KryoException e) {
            throw new MalformedFrameException("a control header of no kind", e);
        }
    }

    private static Output newOutput() {
        return new Output(512, RemotingCodec.MAX_HEADER_BYTES);
    }
}
