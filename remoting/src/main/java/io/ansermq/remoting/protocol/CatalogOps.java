package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.nio.ByteBuffer;

/** The operations of a {@link CatalogRecord}, and how destinations are read. */
final class CatalogOps {
    static final byte DESTINATION = 1;
    static final byte SUBSCRIPTION = 2;
    static final byte SUBSCRIPTION_GONE = 3;
    static final byte DESTINATION_GONE = 4;

    private CatalogOps() {}

    static CatalogRecord.Destination readDestination(final ByteBuffer in, final int version) {
        final int id = Varint.readInt(in);
        final DestinationKind kind = HeaderFields.kind(readByte(in));
        final String name = Varint.readText(in);
        final String topic = Varint.readText(in);
        return version == 1
                ? new CatalogRecord.Destination(id, kind, name, topic, MessageLayout.LANES, LaneOrder.PRIORITY)
                : new CatalogRecord.Destination(id, kind, name, topic, Varint.readInt(in), readOrder(in));
    }

    private static LaneOrder readOrder(final ByteBuffer in) {
        final byte code = readByte(in);
        return switch (code) {
            case 0 -> LaneOrder.PRIORITY;
            case 1 -> LaneOrder.FAIR;
            case 2 -> LaneOrder.RANKED;
            default -> throw new MalformedFrameException("lanes are in the unknown order " + code);
        };
    }

    static byte readByte(final ByteBuffer in) {
        if (!in.hasRemaining()) {
            throw new MalformedFrameException("a catalog record is cut off");
        }
        return in.get();
    }
}
