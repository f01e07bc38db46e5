package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;

/**
 * Frames to bytes and back. Thread safe; what is needed in between is kept per thread.
 *
 * <pre>
 *   0               4       5       8                     8 + h              4 + length
 *   +---------------+-------+-------+---------------------+------------------+
 *   | length i32    | type  | h u24 | header (h bytes)    | body             |
 *   | (all after it)| u8    |       |                     |                  |
 *   +---------------+-------+-------+---------------------+------------------+
 * </pre>
 *
 * <p>The type is a {@link SerializeType}. The frame is RocketMQ's own, and so are the headers of type JSON and
 * ROCKETMQ; KRYO headers are one varint (the opaque number) and a {@link ControlHeader} under its registered id.
 *
 * <p>Decoding believes nothing: any bytes lead to a command or to a {@link MalformedFrameException}, and take no more
 * memory than a small multiple of what they are.
 */
public final class RemotingCodec {

    /** The longest header that is accepted, of any type. */
    public static final int MAX_HEADER_BYTES = 1 << 20;

    /** Length and header length word, which stand in front of every header. */
    public static final int PREFIX_BYTES = 8;

    private static final int WORD_BYTES = 4;

    /** Headers up to this size are copied to a scratch array that the thread keeps. */
    private static final int KEPT_SCRATCH_BYTES = 64 << 10;

    private static final FastThreadLocal<RemotingCodec> OF_THREAD = new FastThreadLocal<>() {
        @Override
        protected RemotingCodec initialValue() {
            return new RemotingCodec();
        }
    };

    private final KryoHeader kryo = new KryoHeader();
    private byte[] scratch = new byte[512];

    private RemotingCodec() {}

    /**
     * Appends the whole frame, length included. The body is copied; its reference and indexes stay as they are.
     *
     * @throws IllegalArgumentException when the header breaks a limit of its form
     */
    public static void encode(final RemotingCommand command, final ByteBuf out) {
        encodeHead(command, out);
        final ByteBuf body = command.body();
        out.writeBytes(body, body.readerIndex(), body.readableBytes());
    }

    /**
     * Appends the frame up to its body, which the caller sends behind it: the length counts the body in.
     *
     * @throws IllegalArgumentException when the header breaks a limit of its form
     */
    public static void encodeHead(final RemotingCommand command, final ByteBuf out) {
        final ControlHeader control = command.control();
        final int mark = control != null ? beginControl(control, command.opaque(), out) : beginRocketMq(command, out);
        out.setInt(mark, out.writerIndex() - mark - WORD_BYTES + command.body().readableBytes());
    }

    /**
     * Begins a frame of our own protocol whose body the caller appends to {@code out} afterwards. Nothing is appended
     * when it throws.
     *
     * @return a mark for {@link #endFrame}
     * @throws IllegalArgumentException when the header breaks a limit of its form
     */
    public static int beginControl(final ControlHeader header, final int opaque, final ByteBuf out) {
        final KryoHeader kryo = OF_THREAD.get().kryo;
        final int headerBytes = kryo.encode(header, opaque);
        final int mark = out.writerIndex();
        out.ensureWritable(PREFIX_BYTES + headerBytes);
        out.writeInt(0);
        out.writeInt(word(SerializeType.KRYO, headerBytes));
        kryo.writeTo(out);
        return mark;
    }

    /** Completes the frame that {@link #beginControl} began: everything appended since is its body. */
    public static void endFrame(final ByteBuf out, final int mark) {
        out.setInt(mark, out.writerIndex() - mark - WORD_BYTES);
    }

    /**
     * Reads one frame without its length word, from reader to writer index. The body is a retained slice of
     * {@code frame}, whose own reference stays with the caller.
     *
     * @throws MalformedFrameException when the bytes break the format, however they do it
     */
    public static RemotingCommand decode(final ByteBuf frame) {
        return decode(frame, frame.readerIndex(), frame.readableBytes());
    }

    /**
     * Reads one frame without its length word, which is the {@code length} bytes of {@code in} from {@code index} on.
     * The body is a retained slice of {@code in}, whose own reference stays with the caller.
     *
     * @throws MalformedFrameException when the bytes break the format, however they do it
     */
    public static RemotingCommand decode(final ByteBuf in, final int index, final int length) {
        if (length < WORD_BYTES) {
            throw new MalformedFrameException("a frame of " + length + " bytes has no header");
        }
        final int word = in.getInt(index);
        final SerializeType type = SerializeType.of(word >>> 24);
        final int headerLength = word & 0xFFFFFF;
        if (headerLength > length - WORD_BYTES || headerLength > MAX_HEADER_BYTES) {
            throw new MalformedFrameException("a header of " + headerLength + " bytes in a frame of " + length);
        }
        final int headerIndex = index + WORD_BYTES;
        final int bodyIndex = headerIndex + headerLength;
        final int bodyLength = length - WORD_BYTES - headerLength;

        if (in.hasArray()) {
            return decode(type, in.array(), in.arrayOffset() + headerIndex, headerLength, in, bodyIndex, bodyLength);
        }
        final byte[] header = OF_THREAD.get().scratch(headerLength);
        in.getBytes(headerIndex, header, 0, headerLength);
        return decode(type, header, 0, headerLength, in, bodyIndex, bodyLength);
    }

    private static RemotingCommand decode(
            final SerializeType type,
            final byte[] header,
            final int offset,
            final int length,
            final ByteBuf in,
            final int bodyIndex,
            final int bodyLength) {
        // The body is retained last: nothing is to be given back when a header turns out to be malformed.
        switch (type) {
            case JSON -> {
                final RocketMqHeader fields = JsonHeader.decode(header, offset, length);
                return fields.toCommand(type, body(in, bodyIndex, bodyLength));
            }
            case ROCKETMQ -> {
                final RocketMqHeader fields = BinaryHeader.decode(header, offset, length);
                return fields.toCommand(type, body(in, bodyIndex, bodyLength));
            }
            case KRYO -> {
                final KryoHeader kryo = OF_THREAD.get().kryo;
                final int opaque = kryo.open(header, offset, length);
                final ControlHeader control = kryo.decode();
                if (bodyLength > 0 && !carriesBody(control)) {
                    throw new MalformedFrameException(
                            control.getClass().getSimpleName() + " came with a body of " + bodyLength + " bytes");
                }
                return RemotingCommand.control(control, opaque, body(in, bodyIndex, bodyLength));
            }
        }
        throw new AssertionError(type);
    }

    private static boolean carriesBody(final ControlHeader header) {
        return header instanceof SendingHeader.Send
                || header instanceof ConsumingHeader.Deliver
                || header instanceof TransactionHeader.TransactionWork
                || header instanceof SendingHeader.PutPart
                || header instanceof SendingHeader.Part
                || header instanceof SharedQueueHeader.LaneRead
                || header instanceof SharedQueueHeader.CheckTransaction;
    }

    private static ByteBuf body(final ByteBuf in, final int index, final int length) {
        return length == 0 ? HeapBuffers.EMPTY : in.retainedSlice(index, length);
    }

    private static int beginRocketMq(final RemotingCommand command, final ByteBuf out) {
        final int mark = out.writerIndex();
        out.writeLong(0);
        if (command.serializeType() == SerializeType.JSON) {
            JsonHeader.encode(command, out);
        } else {
            BinaryHeader.encode(command, out);
        }
        final int headerBytes = out.writerIndex() - mark - PREFIX_BYTES;
        if (headerBytes > MAX_HEADER_BYTES) {
            out.writerIndex(mark);
            throw new IllegalArgumentException("a header of " + headerBytes + " bytes, at most " + MAX_HEADER_BYTES);
        }
        out.setInt(mark + WORD_BYTES, word(command.serializeType(), headerBytes));
        return mark;
    }

    private static int word(final SerializeType type, final int headerBytes) {
        return type.code() << 24 | headerBytes;
    }

    private byte[] scratch(final int length) {
        if (length <= scratch.length) {
            return scratch;
        }
        final byte[] larger = new byte[Math.max(length, Math.min(scratch.length * 2, KEPT_SCRATCH_BYTES))];
        if (larger.length <= KEPT_SCRATCH_BYTES) {
            scratch = larger;
        }
        return larger;
    }
}
