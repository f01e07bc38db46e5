package io.ansermq.remoting.protocol;

import static io.ansermq.remoting.protocol.HeaderFields.readBoolean;
import static io.ansermq.remoting.protocol.HeaderFields.readCount;
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
import io.ansermq.remoting.protocol.SharedQueueHeader.CheckTransaction;
import io.ansermq.remoting.protocol.SharedQueueHeader.LaneRead;
import io.ansermq.remoting.protocol.SharedQueueHeader.ListResources;
import io.ansermq.remoting.protocol.SharedQueueHeader.OfferChecks;
import io.ansermq.remoting.protocol.SharedQueueHeader.OpenSharedQueue;
import io.ansermq.remoting.protocol.SharedQueueHeader.PutResource;
import io.ansermq.remoting.protocol.SharedQueueHeader.ReadLane;
import io.ansermq.remoting.protocol.SharedQueueHeader.RemoveResource;
import io.ansermq.remoting.protocol.SharedQueueHeader.Resource;
import io.ansermq.remoting.protocol.SharedQueueHeader.ResourceKind;
import io.ansermq.remoting.protocol.SharedQueueHeader.Resources;
import io.ansermq.remoting.protocol.SharedQueueHeader.SharedQueueOpened;
import io.ansermq.remoting.protocol.SharedQueueHeader.UpdateMessage;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers about shared queues on the wire; the rules are those of {@link ControlSerializers}. */
final class SharedQueueSerializers {

    /** An empty name and a count. */
    private static final int MIN_RESOURCE_BYTES = 2;

    private SharedQueueSerializers() {}

    /** Writes the fields of a header. */
    static void encode(final Output out, final SharedQueueHeader header) {
        switch (header.code()) {
            case OpenSharedQueue.CODE -> write(out, (OpenSharedQueue) header);
            case SharedQueueOpened.CODE -> write(out, (SharedQueueOpened) header);
            case ReadLane.CODE -> write(out, (ReadLane) header);
            case LaneRead.CODE -> write(out, (LaneRead) header);
            case OfferChecks.CODE -> writeText(out, ((OfferChecks) header).producerGroup());
            case CheckTransaction.CODE -> write(out, (CheckTransaction) header);
            case PutResource.CODE -> write(out, (PutResource) header);
            case RemoveResource.CODE -> write(out, (RemoveResource) header);
            case ListResources.CODE -> write(out, (ListResources) header);
            case Resources.CODE -> write(out, (Resources) header);
            case UpdateMessage.CODE -> write(out, (UpdateMessage) header);
            default -> throw new IllegalArgumentException("a header of the kind " + header.code());
        }
    }

    /** Reads the fields of a header of this kind; null when it is none of these. */
    static @Nullable SharedQueueHeader decode(final int code, final Input in) {
        return switch (code) {
            case OpenSharedQueue.CODE -> new OpenSharedQueue(readText(in), readBoolean(in), readInt(in));
            case SharedQueueOpened.CODE ->
                new SharedQueueOpened(readInt(in), readText(in), readInt(in), readBoolean(in));
            case ReadLane.CODE -> new ReadLane(readInt(in), readInt(in), readLong(in), readBoolean(in), readInt(in));
            case LaneRead.CODE -> new LaneRead(readLong(in), readLong(in), readInt(in));
            case OfferChecks.CODE -> new OfferChecks(readText(in));
            case CheckTransaction.CODE -> new CheckTransaction(new TransactionId(readText(in)), readText(in));
            case PutResource.CODE ->
                new PutResource(readResourceKind(in), readText(in), readBoolean(in), readTexts(in));
            case RemoveResource.CODE -> new RemoveResource(readResourceKind(in), readText(in));
            case ListResources.CODE -> new ListResources(readResourceKind(in), readNullableText(in));
            case Resources.CODE ->
                new Resources(
                        ControlSerializers.readList(
                                in, MIN_RESOURCE_BYTES, each -> new Resource(readText(each), readTexts(each))),
                        readBoolean(in));
            case UpdateMessage.CODE -> new UpdateMessage(readInt(in), readText(in), readInt(in), readTexts(in));
            default -> null;
        };
    }

    private static void write(final Output out, final OpenSharedQueue header) {
        writeText(out, header.name());
        out.writeBoolean(header.create());
        writeInt(out, header.streams());
    }

    private static void write(final Output out, final SharedQueueOpened header) {
        writeInt(out, header.destination());
        writeText(out, header.topic());
        writeInt(out, header.lanes());
        out.writeBoolean(header.ranked());
    }

    private static void write(final Output out, final ReadLane header) {
        writeInt(out, header.destination());
        writeInt(out, header.lane());
        writeLong(out, header.offset());
        out.writeBoolean(header.backward());
        writeInt(out, header.maxMessages());
    }

    private static void write(final Output out, final LaneRead header) {
        writeLong(out, header.start());
        writeLong(out, header.end());
        writeInt(out, header.count());
    }

    private static void write(final Output out, final CheckTransaction header) {
        writeText(out, header.transaction().text());
        writeText(out, header.producerGroup());
    }

    private static void write(final Output out, final PutResource header) {
        write(out, header.kind());
        writeText(out, header.name());
        out.writeBoolean(header.create());
        write(out, header.attributes());
    }

    private static void write(final Output out, final RemoveResource header) {
        write(out, header.kind());
        writeText(out, header.name());
    }

    private static void write(final Output out, final ListResources header) {
        write(out, header.kind());
        writeNullableText(out, header.after());
    }

    private static void write(final Output out, final Resources header) {
        writeCount(out, header.resources().size());
        for (final Resource each : header.resources()) {
            writeText(out, each.name());
            write(out, each.attributes());
        }
        out.writeBoolean(header.more());
    }

    private static void write(final Output out, final UpdateMessage header) {
        writeInt(out, header.destination());
        writeText(out, header.messageId());
        writeInt(out, header.toLane());
        write(out, header.properties());
    }

    private static void write(final Output out, final ResourceKind kind) {
        out.writeByte(
                switch (kind) {
                    case NAMESPACE -> 0;
                    case QUEUE -> 1;
                    case ROUTING -> 2;
                });
    }

    private static ResourceKind readResourceKind(final Input in) {
        final int code = in.readByte();
        return switch (code) {
            case 0 -> ResourceKind.NAMESPACE;
            case 1 -> ResourceKind.QUEUE;
            case 2 -> ResourceKind.ROUTING;
            default -> throw new MalformedFrameException("a resource of kind " + code);
        };
    }

    private static void write(final Output out, final Map<String, String> texts) {
        writeCount(out, texts.size());
        texts.forEach((name, value) -> {
            writeText(out, name);
            writeText(out, value);
        });
    }

    private static Map<String, String> readTexts(final Input in) {
        final int count = readCount(in, 2);
        final Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            texts.put(readText(in), readText(in));
        }
        return Collections.unmodifiableMap(texts);
    }
}
