package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.HeaderFields.readBoolean;
import static io.ansermq.remoting.protocol.HeaderFields.readCount;
import static io.ansermq.remoting.protocol.HeaderFields.readInt;
import static io.ansermq.remoting.protocol.HeaderFields.readKind;
import static io.ansermq.remoting.protocol.HeaderFields.readLong;
import static io.ansermq.remoting.protocol.HeaderFields.readNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.readText;
import static io.ansermq.remoting.protocol.HeaderFields.writeCount;
import static io.ansermq.remoting.protocol.HeaderFields.writeInt;
import static io.ansermq.remoting.protocol.HeaderFields.writeKind;
import static io.ansermq.remoting.protocol.HeaderFields.writeLong;
import static io.ansermq.remoting.protocol.HeaderFields.writeNullableText;
import static io.ansermq.remoting.protocol.HeaderFields.writeText;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import io.ansermq.remoting.protocol.AdminHeader.CloseConnection;
import io.ansermq.remoting.protocol.AdminHeader.CreateDestination;
import io.ansermq.remoting.protocol.AdminHeader.DeleteSubscription;
import io.ansermq.remoting.protocol.AdminHeader.FindMessages;
import io.ansermq.remoting.protocol.AdminHeader.Inspect;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import io.ansermq.remoting.protocol.AdminHeader.ResetGroup;
import io.ansermq.remoting.protocol.AdminHeader.Rewind;
import io.ansermq.remoting.protocol.AdminHeader.SetPaused;
import io.ansermq.remoting.protocol.AdminHeader.Subject;
import io.ansermq.remoting.protocol.AdminHeader.TakeOut;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers of administration on the wire; the rules are those of {@link ControlSerializers}. */
final class AdminSerializers {

    /** A number of fields. */
    private static final int MIN_ROW_BYTES = 1;
    /** Two empty texts. */
    private static final int MIN_FIELD_BYTES = 2;

    private AdminSerializers() {}

    /** Writes the fields of a header. */
    static void encode(final Output out, final AdminHeader header) {
        switch (header.code()) {
            case Inspect.CODE -> write(out, (Inspect) header);
            case Inspected.CODE -> write(out, (Inspected) header);
            case SetPaused.CODE -> write(out, (SetPaused) header);
            case TakeOut.CODE -> write(out, (TakeOut) header);
            case Rewind.CODE -> write(out, (Rewind) header);
            case CloseConnection.CODE -> writeLong(out, ((CloseConnection) header).connectionId());
            case DeleteSubscription.CODE -> write(out, (DeleteSubscription) header);
            case CreateDestination.CODE -> write(out, (CreateDestination) header);
            case ResetGroup.CODE -> write(out, (ResetGroup) header);
            case FindMessages.CODE -> write(out, (FindMessages) header);
            default -> throw new IllegalArgumentException("a header of the kind " + header.code());
        }
    }

    /** Reads the fields of a header of this kind; null when it is none of these. */
    static @Nullable AdminHeader decode(final int code, final Input in) {
        return switch (code) {
            case Inspect.CODE -> new Inspect(readSubject(in), readText(in), readInt(in));
            case Inspected.CODE ->
                new Inspected(ControlSerializers.readList(in, MIN_ROW_BYTES, AdminSerializers::readRow), readInt(in));
            case SetPaused.CODE -> new SetPaused(readKind(in), readText(in), readBoolean(in));
            case TakeOut.CODE ->
                new TakeOut(
                        readKind(in),
                        readText(in),
                        readNullableText(in),
                        readNullableText(in),
                        readNullableText(in),
                        readNullableText(in),
                        readInt(in),
                        readLong(in));
            case Rewind.CODE -> new Rewind(readNullableText(in), readText(in), readLong(in));
            case CloseConnection.CODE -> new CloseConnection(readLong(in));
            case DeleteSubscription.CODE -> new DeleteSubscription(readNullableText(in), readText(in));
            case CreateDestination.CODE -> new CreateDestination(readKind(in), readText(in));
            case ResetGroup.CODE -> new ResetGroup(readText(in), readText(in), readInt(in), readLong(in));
            case FindMessages.CODE -> new FindMessages(readText(in), readNullableText(in), readNullableText(in));
            default -> null;
        };
    }

    private static void write(final Output out, final Inspect header) {
        out.writeByte(
                switch (header.subject()) {
                    case DESTINATIONS -> 0;
                    case SUBSCRIPTIONS -> 1;
                    case CONSUMERS -> 2;
                    case CONNECTIONS -> 3;
                    case TOPICS -> 4;
                    case TOPIC_QUEUES -> 5;
                    case GROUPS -> 6;
                    case GROUP_PROGRESS -> 7;
                });
        writeText(out, header.pattern());
        writeInt(out, header.after());
    }

    private static Subject readSubject(final Input in) {
        final int number = in.readByte();
        return switch (number) {
            case 0 -> Subject.DESTINATIONS;
            case 1 -> Subject.SUBSCRIPTIONS;
            case 2 -> Subject.CONSUMERS;
            case 3 -> Subject.CONNECTIONS;
            case 4 -> Subject.TOPICS;
            case 5 -> Subject.TOPIC_QUEUES;
            case 6 -> Subject.GROUPS;
            case 7 -> Subject.GROUP_PROGRESS;
            default -> throw new MalformedFrameException(number + " is nothing that can be inspected");
        };
    }

    private static void write(final Output out, final Inspected header) {
        writeCount(out, header.rows().size());
        for (final Map<String, String> row : header.rows()) {
            writeCount(out, row.size());
            row.forEach((name, value) -> {
                writeText(out, name);
                writeText(out, value);
            });
        }
        writeInt(out, header.next());
    }

    private static Map<String, String> readRow(final Input in) {
        final int count = readCount(in, MIN_FIELD_BYTES);
        final Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            row.put(readText(in), readText(in));
        }
        return row;
    }

    private static void write(final Output out, final SetPaused header) {
        writeKind(out, header.kind());
        writeText(out, header.name());
        out.writeBoolean(header.paused());
    }

    private static void write(final Output out, final TakeOut header) {
        writeKind(out, header.kind());
        writeText(out, header.name());
        writeNullableText(out, header.clientId());
        writeNullableText(out, header.subscription());
        writeNullableText(out, header.target());
        writeNullableText(out, header.messageId());
        writeInt(out, header.lane());
        writeLong(out, header.offset());
    }

    private static void write(final Output out, final Rewind header) {
        writeNullableText(out, header.clientId());
        writeText(out, header.subscription());
        writeLong(out, header.epochMs());
    }

    private static void write(final Output out, final DeleteSubscription header) {
        writeNullableText(out, header.clientId());
        writeText(out, header.subscription());
    }

    private static void write(final Output out, final CreateDestination header) {
        writeKind(out, header.kind());
        writeText(out, header.name());
    }

    private static void write(final Output out, final ResetGroup header) {
        writeText(out, header.group());
        writeText(out, header.topic());
        writeInt(out, header.queueNumber());
        writeLong(out, header.epochMs());
    }

    private static void write(final Output out, final FindMessages header) {
        writeText(out, header.topic());
        writeNullableText(out, header.key());
        writeNullableText(out, header.id());
    }
}
