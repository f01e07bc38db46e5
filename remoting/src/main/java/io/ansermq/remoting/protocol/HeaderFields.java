package io.ansermq.remoting.protocol;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of field in a control header, and their limits.
 *
 * <ul>
 *   <li>int, long: never negative, a varint of 7 bits per byte, low ones first
 *   <li>text: a varint, 0 for null or the length in bytes plus one, then UTF-8, at most {@link #MAX_TEXT_BYTES}
 *   <li>boolean, kind, subscription type: one byte
 *   <li>list: its length as an int, at most {@link #MAX_LIST_SIZE}, then its elements
 * </ul>
 *
 * <p>Writing something outside the limits is an {@link IllegalArgumentException}, reading it a
 * {@link MalformedFrameException}. Kryo's own texts and arrays are not used: they allocate whatever a length says.
 */
final class HeaderFields {

    static final int MAX_TEXT_BYTES = 64 << 10;
    static final int MAX_LIST_SIZE = 65_536;

    private HeaderFields() {}

    static void writeInt(final Output out, final int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a field of a control header is negative: " + value);
        }
        out.writeVarInt(value, true);
    }

    static int readInt(final Input in) {
        final int value = in.readVarInt(true);
        if (value < 0) {
            throw new MalformedFrameException("a field of a control header is negative: " + value);
        }
        return value;
    }

    static void writeLong(final Output out, final long value) {
        if (value < 0) {
            throw new IllegalArgumentException("a field of a control header is negative: " + value);
        }
        out.writeVarLong(value, true);
    }

    static long readLong(final Input in) {
        final long value = in.readVarLong(true);
        if (value < 0) {
            throw new MalformedFrameException("a field of a control header is negative: " + value);
        }
        return value;
    }

    static boolean readBoolean(final Input in) {
        final byte value = in.readByte();
        if (value != 0 && value != 1) {
            throw new MalformedFrameException("a truth value is " + value);
        }
        return value == 1;
    }

    static void writeKind(final Output out, final DestinationKind kind) {
        out.writeByte(code(kind));
    }

    static DestinationKind readKind(final Input in) {
        return kind(in.readByte());
    }

    /** The number of a kind on the wire and in the log. */
    static byte code(final DestinationKind kind) {
        return switch (kind) {
            case QUEUE -> 0;
            case TOPIC -> 1;
        };
    }

    /** The kind of this number. */
    static DestinationKind kind(final int code) {
        return switch (code) {
            case 0 -> DestinationKind.QUEUE;
            case 1 -> DestinationKind.TOPIC;
            default -> throw new MalformedFrameException("a destination is of the unknown kind " + code);
        };
    }

    static void writeSubscriptionType(final Output out, final SubscriptionType type) {
        out.writeByte(
                switch (type) {
                    case QUEUE -> 0;
                    case BROWSER -> 1;
                    case VOLATILE -> 2;
                    case SHARED -> 3;
                    case DURABLE -> 4;
                    case SHARED_DURABLE -> 5;
                    case GROUP -> 6;
                });
    }

    static SubscriptionType readSubscriptionType(final Input in) {
        final byte code = in.readByte();
        return switch (code) {
            case 0 -> SubscriptionType.QUEUE;
            case 1 -> SubscriptionType.BROWSER;
            case 2 -> SubscriptionType.VOLATILE;
            case 3 -> SubscriptionType.SHARED;
            case 4 -> SubscriptionType.DURABLE;
            case 5 -> SubscriptionType.SHARED_DURABLE;
            case 6 -> SubscriptionType.GROUP;
            default -> throw new MalformedFrameException("a subscription is of the unknown type " + code);
        };
    }

    static void writeText(final Output out, final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_TEXT_BYTES) {
            throw new IllegalArgumentException("a text of " + bytes.length + " bytes, at most " + MAX_TEXT_BYTES);
        }
        out.writeVarInt(bytes.length + 1, true);
        out.writeBytes(bytes);
    }

    static String readText(final Input in) {
        final String text = readNullableText(in);
        if (text == null) {
            throw new MalformedFrameException("a text of a control header is missing");
        }
        return text;
    }

    static void writeNullableText(final Output out, final @Nullable String text) {
        if (text == null) {
            out.writeVarInt(0, true);
        } else {
            writeText(out, text);
        }
    }

    static @Nullable String readNullableText(final Input in) {
        final int lengthPlusOne = in.readVarInt(true);
        if (lengthPlusOne == 0) {
            return null;
        }
        final int length = lengthPlusOne - 1;
        if (length < 0 || length > MAX_TEXT_BYTES || length > remaining(in)) {
            throw new MalformedFrameException("a text of " + length + " bytes where " + remaining(in) + " are left");
        }
        final String text = new String(in.getBuffer(), in.position(), length, StandardCharsets.UTF_8);
        in.setPosition(in.position() + length);
        return text;
    }

    static void writeCount(final Output out, final int count) {
        if (count > MAX_LIST_SIZE) {
            throw new IllegalArgumentException("a list of " + count + " elements, at most " + MAX_LIST_SIZE);
        }
        out.writeVarInt(count, true);
    }

    /** The size of a list whose elements take at least {@code leastBytes} each, so that it can be believed. */
    static int readCount(final Input in, final int leastBytes) {
        final int count = in.readVarInt(true);
        if (count < 0 || count > MAX_LIST_SIZE || count > remaining(in) / leastBytes) {
            throw new MalformedFrameException("a list of " + count + " elements in " + remaining(in) + " bytes");
        }
        return count;
    }

    private static int remaining(final Input in) {
        return in.limit() - in.position();
    }
}
