package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.HeaderFields.readBoolean;
import static io.ansermq.remoting.protocol.HeaderFields.readInt;
import static io.ansermq.remoting.protocol.HeaderFields.readLong;
import static io.ansermq.remoting.protocol.HeaderFields.readNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.readText;
import static io.ansermq.remoting.protocol.HeaderFields.writeCount;
import static io.ansermq.remoting.protocol.HeaderFields.writeInt;
import static io.ansermq.remoting.protocol.HeaderFields.writeLong;
import static io.ansermq.remoting.protocol.HeaderFields.writeNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.writeText;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetter;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetterAction;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLettersSettled;
import io.ansermq.remoting.protocol.DeadLetterHeader.ListDeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.SettleDeadLetters;
import org.jspecify.annotations.Nullable;

/** The headers about dead letters on the wire; the rules are those of {@link ControlSerializers}. */
final class DeadLetterSerializers {

    /** Three empty texts and three small numbers. */
    private static final int MIN_LETTER_BYTES = 6;

    private DeadLetterSerializers() {}

    /** Writes the fields of a header. */
    static void encode(final Output out, final DeadLetterHeader header) {
        switch (header.code()) {
            case ListDeadLetters.CODE -> write(out, (ListDeadLetters) header);
            case DeadLetters.CODE -> write(out, (DeadLetters) header);
            case SettleDeadLetters.CODE -> write(out, (SettleDeadLetters) header);
            case DeadLettersSettled.CODE -> write(out, (DeadLettersSettled) header);
            default -> throw new IllegalArgumentException("a header of the kind " + header.code());
        }
    }

    /** Reads the fields of a header of this kind; null when it is none of these. */
    static @Nullable DeadLetterHeader decode(final int code, final Input in) {
        return switch (code) {
            case ListDeadLetters.CODE -> new ListDeadLetters(readText(in), readInt(in), readLong(in));
            case DeadLetters.CODE ->
                new DeadLetters(
                        ControlSerializers.readList(in, MIN_LETTER_BYTES, DeadLetterSerializers::readLetter),
                        readNextLane(in),
                        readLong(in));
            case SettleDeadLetters.CODE ->
                new SettleDeadLetters(
                        readBoolean(in) ? DeadLetterAction.PURGE : DeadLetterAction.RETRY,
                        readText(in),
                        readNullableText(in),
                        readNullableText(in),
                        readInt(in),
                        readLong(in));
            case DeadLettersSettled.CODE -> new DeadLettersSettled(readInt(in), readNextLane(in), readLong(in));
            default -> null;
        };
    }

    private static void write(final Output out, final ListDeadLetters header) {
        writeText(out, header.queue());
        writeInt(out, header.lane());
        writeLong(out, header.offset());
    }

    private static void write(final Output out, final DeadLetters header) {
        writeCount(out, header.letters().size());
        for (final DeadLetter letter : header.letters()) {
            writeText(out, letter.messageId());
            writeText(out, letter.origin());
            writeText(out, letter.reason());
            writeLong(out, letter.timeEpochMs());
            writeInt(out, letter.deliveries());
            writeInt(out, letter.sizeBytes());
        }
        writeNextLane(out, header.nextLane());
        writeLong(out, header.nextOffset());
    }

    private static DeadLetter readLetter(final Input in) {
        return new DeadLetter(readText(in), readText(in), readText(in), readLong(in), readInt(in), readInt(in));
    }

    private static void write(final Output out, final SettleDeadLetters header) {
        out.writeBoolean(header.action() == DeadLetterAction.PURGE);
        writeText(out, header.queue());
        writeNullableText(out, header.origin());
        writeNullableText(out, header.messageId());
        writeInt(out, header.lane());
        writeLong(out, header.offset());
    }

    private static void write(final Output out, final DeadLettersSettled header) {
        writeInt(out, header.count());
        writeNextLane(out, header.nextLane());
        writeLong(out, header.nextOffset());
    }

    /** The lane to go on with, or -1 for none. */
    private static void writeNextLane(final Output out, final int lane) {
        out.writeBoolean(lane >= 0);
        if (lane >= 0) {
            writeInt(out, lane);
        }
    }

    private static int readNextLane(final Input in) {
        return readBoolean(in) ? readInt(in) : -1;
    }
}
