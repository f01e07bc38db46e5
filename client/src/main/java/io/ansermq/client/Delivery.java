package io.ansermq.client;

import io.ansermq.remoting.protocol.LargeBody;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One message as it was delivered: a record in the array of its whole frame, read in place. An application that keeps a
 * delivery keeps the frame; copy what is to live longer.
 *
 * <p>Immutable, as long as nobody writes into {@link #data()}.
 */
public final class Delivery {
    private final byte[] data;
    private final int start;
    private final int sizeBytes;
    private final long tag;
    /** The body of a message whose record has only the list of its parts; null before it is loaded. */
    private final byte @Nullable [] loaded;

    private Delivery(
            final byte[] data, final int start, final int sizeBytes, final long tag, final byte @Nullable [] loaded) {
        this.data = data;
        this.start = start;
        this.sizeBytes = sizeBytes;
        this.tag = tag;
        this.loaded = loaded;
    }

    /**
     * Takes the records of a frame apart.
     *
     * @param data exactly {@code count} records, back to back
     * @param firstTag the number of the first one
     * @param batch receives the deliveries from index 0
     * @throws MalformedFrameException when they are not what is said, or a record does not add up
     */
    static void split(final byte[] data, final long firstTag, final int count, final @Nullable Delivery[] batch) {
        int start = 0;
        for (int i = 0; i < count; i++) {
            final int sizeBytes = checkedSize(data, start);
            batch[i] = new Delivery(data, start, sizeBytes, firstTag + i, null);
            start += sizeBytes;
        }
        if (start != data.length) {
            throw new MalformedFrameException(
                    count + " delivered records take " + start + " bytes, but " + data.length + " came");
        }
    }

    /** Whether this is the same message in the same place, delivered again. */
    public boolean isSameAs(final Delivery other) {
        return lane() == other.lane()
                && offset() == other.offset()
                && number(MessageLayout.POSITION) == other.number(MessageLayout.POSITION)
                && number(MessageLayout.STORE_TIMESTAMP) == other.number(MessageLayout.STORE_TIMESTAMP);
    }

    private long number(final int field) {
        return MessageLayout.int64(data, start + field);
    }

    /** The size of the record at {@code start}, all of whose lengths are inside it. */
    private static int checkedSize(final byte[] data, final int start) {
        final int available = data.length - start;
        check(available >= MessageLayout.FIXED_BYTES_V1, start);
        final int sizeBytes = MessageLayout.int32(data, start + MessageLayout.TOTAL_SIZE);
        check(sizeBytes >= MessageLayout.FIXED_BYTES_V1 && sizeBytes <= available, start);
        final int end = start + sizeBytes;
        final int bodyOffset = MessageLayout.bodyOffset(data, start);
        check(bodyOffset <= end - 3, start);
        final int bodyLength = MessageLayout.bodyLength(data, start);
        check(bodyLength >= 0 && bodyLength <= end - 3 - bodyOffset, start);
        check(MessageLayout.topicLength(data, start) >= 0, start);
        final int propertiesOffset = MessageLayout.propertiesOffset(data, start);
        check(propertiesOffset <= end, start);
        check(MessageLayout.propertiesLength(data, start) == end - propertiesOffset, start);
        return sizeBytes;
    }

    private static void check(final boolean holds, final int start) {
        if (!holds) {
            throw new MalformedFrameException(
                    "the delivered record at byte " + start + " of its frame does not add up");
        }
    }

    /** The number of this delivery among those of its consumer: 1, 2, 3 and so on. */
    public long tag() {
        return tag;
    }

    /** The priority lane that the message came from. */
    public int lane() {
        return MessageLayout.int32(data, start + MessageLayout.QUEUE_ID);
    }

    /** The message's offset in its lane: with the lane what an acknowledgement names. */
    public long offset() {
        return MessageLayout.int64(data, start + MessageLayout.QUEUE_OFFSET);
    }

    /** How often the message was delivered, this delivery included: 1 for the first time. */
    public int deliveryCount() {
        final int extra = MessageLayout.bodyOffset(data, start) - start - MessageLayout.BODY;
        return 1 + MessageLayout.int32(data, start + MessageLayout.RECONSUME_TIMES + extra);
    }

    /** When the sender made the message, by the sender's wall clock. */
    public long bornEpochMs() {
        return MessageLayout.int64(data, start + MessageLayout.BORN_TIMESTAMP);
    }

    /** When the broker stored the message, by its wall clock. */
    public long storedEpochMs() {
        return MessageLayout.int64(data, start + MessageLayout.STORE_TIMESTAMP + bornHostExtra());
    }

    /** Where it was made: {@code host:port}. */
    public String bornHost() {
        return host(start + MessageLayout.BORN_HOST, bornHostExtra() > 0);
    }

    /** The address of the broker that stored it: {@code host:port}. */
    public String storeHost() {
        return host(
                start + MessageLayout.STORE_HOST + bornHostExtra(),
                (sysFlag() & MessageLayout.SYS_FLAG_STORE_HOST_IPV6) != 0);
    }

    private int bornHostExtra() {
        return MessageLayout.extraHostBytes(sysFlag() & MessageLayout.SYS_FLAG_BORN_HOST_IPV6);
    }

    private String host(final int at, final boolean ipv6) {
        final byte[] address = Arrays.copyOfRange(data, at, at + (ipv6 ? 16 : 4));
        try {
            return InetAddress.getByAddress(address).getHostAddress()
                    + ':'
                    + MessageLayout.int32(data, at + address.length);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of 4 or 16 bytes is one", e);
        }
    }

    /** RocketMQ's flags and our own, see {@link MessageLayout}. */
    public int sysFlag() {
        return MessageLayout.int32(data, start + MessageLayout.SYS_FLAG);
    }

    /** The array that holds the record, and others; not to be changed. */
    public byte[] data() {
        return data;
    }

    /** The size of the whole record: what the delivery takes from the prefetch window. */
    public int sizeBytes() {
        return sizeBytes;
    }

    /** Whether the record has only the list of where the parts of the body are. */
    boolean isLarge() {
        return (sysFlag() & MessageLayout.SYS_FLAG_LARGE) != 0;
    }

    /** That list. */
    LargeBody largeBody() {
        return LargeBody.decode(data, MessageLayout.bodyOffset(data, start), MessageLayout.bodyLength(data, start));
    }

    /** This delivery with the body that the list tells of. */
    Delivery withBody(final byte[] body) {
        return new Delivery(data, start, sizeBytes, tag, body);
    }

    /** The array that holds the body, and perhaps other things; not to be changed. */
    public byte[] bodyData() {
        return loaded == null ? data : loaded;
    }

    /** Where in {@link #bodyData()} the body begins. */
    public int bodyOffset() {
        return loaded == null ? MessageLayout.bodyOffset(data, start) : 0;
    }

    /** How many bytes the body has. */
    public int bodyLength() {
        return loaded == null ? MessageLayout.bodyLength(data, start) : loaded.length;
    }

    /** Where in {@link #data()} the property block begins. */
    public int propertiesOffset() {
        return MessageLayout.propertiesOffset(data, start);
    }

    /** How many bytes the property block has. */
    public int propertiesLength() {
        return MessageLayout.propertiesLength(data, start);
    }

    /** For a log line; no contents. */
    @Override
    public String toString() {
        return "delivery " + tag + " (lane " + lane() + ", offset " + offset() + ", " + sizeBytes + " bytes)";
    }
}
