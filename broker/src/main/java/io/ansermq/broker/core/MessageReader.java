package io.ansermq.broker.core;

import io.ansermq.broker.selector.RecordFields;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.ReadOutcome;
import io.ansermq.store.index.Queue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads of stored messages what selectors ask for: the fixed part and the properties, never the body of a large one. Keeps
 * the last message, so that several selectors looking at it cost one read. Owned by the core agent.
 */
final class MessageReader {

    /** What a look at a message costs, in the units of {@link Feed#look}; one that the index alone decides costs 1. */
    static final int COST = 8;

    private static final byte[] ORIGIN = MessageProperties.JMS_ORIGIN.getBytes(StandardCharsets.UTF_8);

    /** Up to here a whole record is read at once. */
    private static final int SMALL = 4096;

    private static final int LONGEST_TAIL = 2 + Short.MAX_VALUE + 2 + MessageLayout.MAX_PROPERTIES_BYTES;

    private final CommitLog log;
    private final SetAside setAside;
    private final RecordFields fields = new RecordFields();
    private final byte[] bytes = new byte[MessageLayout.BODY + LONGEST_TAIL];
    private final ByteBuffer buffer = ByteBuffer.wrap(bytes);
    private int properties;
    private int propertiesLength;

    /** Found damaged, and not set aside yet: whoever reads is in the middle of a walk over the ledger. */
    private final List<Damaged> damaged = new ArrayList<>();

    // What fields holds.
    private @Nullable LaneLedger lastFrom;
    private long lastOffset;

    private record Damaged(Lane lane, long offset, long position) {}

    MessageReader(final CommitLog log, final SetAside setAside) {
        this.log = log;
        this.setAside = setAside;
    }

    /** The fields of the message that {@link #read} found. */
    RecordFields fields() {
        return fields;
    }

    /** Turns {@link #fields} to a message; false when it cannot be read or is damaged, and so matches nothing. */
    boolean read(final LaneLedger from, final long offset) {
        if (lastFrom == from && lastOffset == offset) {
            return true;
        }
        lastFrom = null;
        final Queue index = from.lane.index;
        final long position = index.position(offset);
        final ReadOutcome outcome = load(position, index.size(offset));
        if (outcome == ReadOutcome.DAMAGED) {
            damaged.add(new Damaged(from.lane, offset, position));
        }
        if (outcome != ReadOutcome.READ) {
            return false;
        }
        final int sysFlag = buffer.getInt(MessageLayout.SYS_FLAG);
        fields.set(
                (sysFlag & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0,
                from.lane.destination.priorityOfLane(from.lane.number),
                buffer.getLong(MessageLayout.BORN_TIMESTAMP),
                from.ledger.deliveries(offset) + 1,
                bytes,
                properties,
                propertiesLength);
        lastFrom = from;
        lastOffset = offset;
        return true;
    }

    /** A message may have changed its place or its delivery count: a new turn begins. */
    void forget() {
        lastFrom = null;
    }

    /** Sets aside what was found damaged; the caller is in no walk. */
    void setDamagedAside() {
        if (!damaged.isEmpty()) {
            damaged.forEach(each -> setAside.damaged(each.lane(), each.offset(), each.position()));
            damaged.clear();
        }
    }

    /** Of the message that {@link #read} found: whether it was sent by this connection or client. */
    boolean isFrom(final byte[] origin) {
        final long place = MessageProperties.find(bytes, properties, propertiesLength, ORIGIN);
        if (place == MessageProperties.NONE) {
            return false;
        }
        final int at = MessageProperties.offset(place);
        return Arrays.equals(bytes, at, at + MessageProperties.length(place), origin, 0, origin.length);
    }

    private ReadOutcome load(final long position, final int size) {
        if (size <= SMALL) {
            final ReadOutcome outcome = log.readIntact(position, size, buffer, 0);
            if (outcome == ReadOutcome.READ) {
                properties = MessageLayout.propertiesOffset(bytes, 0);
                propertiesLength = MessageLayout.propertiesLength(bytes, 0);
            }
            return outcome;
        }
        final ReadOutcome outcome = log.check(position, size);
        if (outcome != ReadOutcome.READ || !log.read(position, MessageLayout.BODY, buffer, 0)) {
            return outcome == ReadOutcome.READ ? ReadOutcome.GONE : outcome;
        }
        final int body = MessageLayout.bodyOffset(bytes, 0) + buffer.getInt(MessageLayout.BODY_LENGTH);
        return loadTail(position, size, body) ? ReadOutcome.READ : ReadOutcome.GONE;
    }

    /** Topic and properties, which stand behind the body. */
    private boolean loadTail(final long position, final int size, final int topicLengthAt) {
        final int tail = size - topicLengthAt;
        final int to = MessageLayout.BODY;
        if (tail < 0 || tail > LONGEST_TAIL || !log.read(position + topicLengthAt, tail, buffer, to)) {
            return false;
        }
        final boolean v2 = buffer.getInt(MessageLayout.MAGIC) == MessageLayout.MAGIC_V2;
        final int topic = v2 ? buffer.getShort(to) : buffer.get(to);
        properties = to + (v2 ? 2 : 1) + topic + 2;
        propertiesLength = buffer.getShort(properties - 2);
        return true;
    }
}
