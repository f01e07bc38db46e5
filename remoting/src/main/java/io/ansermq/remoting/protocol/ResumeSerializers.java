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

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.ConsumingHeader.ReleaseUnseen;
import io.ansermq.remoting.protocol.ResumeHeader.AcknowledgeAgain;
import io.ansermq.remoting.protocol.ResumeHeader.Mark;
import io.ansermq.remoting.protocol.ResumeHeader.RestoreTemporary;
import io.ansermq.remoting.protocol.ResumeHeader.Resume;
import io.ansermq.remoting.protocol.ResumeHeader.Resumed;
import io.ansermq.remoting.protocol.ResumeHeader.SequenceRange;

/** The headers of a session that comes back on the wire; the rules are those of {@link ControlSerializers}. */
final class ResumeSerializers {

    private ResumeSerializers() {}

    static void register(final Kryo kryo) {
        ControlSerializers.add(
                kryo, Resume.CODE, Resume.class, ResumeSerializers::write, in -> new Resume(readLong(in)));
        ControlSerializers.add(kryo, Resumed.CODE, Resumed.class, ResumeSerializers::write, ResumeSerializers::resumed);
        ControlSerializers.add(
                kryo,
                AcknowledgeAgain.CODE,
                AcknowledgeAgain.class,
                ResumeSerializers::write,
                in -> new AcknowledgeAgain(readInt(in), readLong(in), ControlSerializers.readRanges(in)));
        ControlSerializers.add(
                kryo,
                ReleaseUnseen.CODE,
                ReleaseUnseen.class,
                ResumeSerializers::write,
                in -> new ReleaseUnseen(readInt(in), readLong(in)));
        ControlSerializers.add(kryo, Mark.CODE, Mark.class, (out, header) -> {}, in -> new Mark());
        ControlSerializers.add(
                kryo,
                RestoreTemporary.CODE,
                RestoreTemporary.class,
                ResumeSerializers::write,
                in -> new RestoreTemporary(readKind(in), readText(in)));
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

    private static void write(final Output out, final ReleaseUnseen header) {
        writeInt(out, header.consumer());
        writeLong(out, header.fromTag());
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
