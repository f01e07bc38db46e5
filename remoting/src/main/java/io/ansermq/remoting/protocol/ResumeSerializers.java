package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.HeaderFields.readInt;
import static io.ansermq.remoting.protocol.HeaderFields.readKind;
import static io.ansermq.remoting.protocol.HeaderFields.readLong;
import static io.ansermq.remoting.protocol.HeaderFields.readText;
import static io.ansermq.remoting.protocol.HeaderFields.writeCount;
import static io.ansermq.remoting.protocol.HeaderFields.writeInt;
import static io.ansermq.remoting.protocol.HeaderFields.writeKind;
import static io.ansermq.remoting.protocol.HeaderFields.writeLong;
import static io.ansermq.remoting.protocol.HeaderFields.writeText;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.ResumeHeader.AcknowledgeAgain;
import io.ansermq.remoting.protocol.ResumeHeader.Mark;
import io.ansermq.remoting.protocol.ResumeHeader.RestoreTemporary;
import io.ansermq.remoting.protocol.ResumeHeader.Resume;
import io.ansermq.remoting.protocol.ResumeHeader.Resumed;
import io.ansermq.remoting.protocol.ResumeHeader.SequenceRange;
import org.jspecify.annotations.Nullable;

/** The headers of a session that comes back on the wire; the rules are those of {@link ControlSerializers}. */
final class ResumeSerializers {

    private ResumeSerializers() {}

    /** Writes the fields of a header. */
    static void encode(final Output out, final ResumeHeader header) {
        switch (header.code()) {
            case Resume.CODE -> write(out, (Resume) header);
            case Resumed.CODE -> write(out, (Resumed) header);
            case AcknowledgeAgain.CODE -> write(out, (AcknowledgeAgain) header);
            case RestoreTemporary.CODE -> write(out, (RestoreTemporary) header);
            case Mark.CODE -> {}
            default -> throw new IllegalArgumentException("a header of the kind " + header.code());
        }
    }

    /** Reads the fields of a header of this kind; null when it is none of these. */
    static @Nullable ResumeHeader decode(final int code, final Input in) {
        return switch (code) {
            case Resume.CODE -> new Resume(readLong(in));
            case Resumed.CODE -> resumed(in);
            case AcknowledgeAgain.CODE ->
                new AcknowledgeAgain(readInt(in), readLong(in), ControlSerializers.readRanges(in));
            case Mark.CODE -> new Mark();
            case RestoreTemporary.CODE -> new RestoreTemporary(readKind(in), readText(in));
            default -> null;
        };
    }

    private static void write(final Output out, final Resume header) {
        writeLong(out, header.firstUnanswered());
    }

    private static void write(final Output out, final Resumed header) {
        writeLong(out, header.known());
        writeLong(out, header.stored());
        writeCount(out, header.refused().size());
        for (final SequenceRange range : header.refused()) {
            writeLong(out, range.first());
            writeInt(out, range.count());
        }
    }

    private static Resumed resumed(final Input in) {
        return new Resumed(
                readLong(in),
                readLong(in),
                ControlSerializers.readList(in, 2, each -> new SequenceRange(readLong(each), readInt(each))));
    }

    private static void write(final Output out, final AcknowledgeAgain header) {
        writeInt(out, header.consumer());
        writeLong(out, header.run());
        ControlSerializers.writeRanges(out, header.ranges());
    }

    private static void write(final Output out, final RestoreTemporary header) {
        writeKind(out, header.kind());
        writeText(out, header.name());
    }
}
