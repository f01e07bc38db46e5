package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * The record of one message, as RocketMQ stores it: the same bytes in a Send or Deliver body, in the log, and in what
 * RocketMQ clients pull. All integers are big endian.
 *
 * <pre>
 *    0        4        8        12       16       20               28               36
 *   +--------+--------+--------+--------+--------+----------------+----------------+--------+
 *   | size   | magic  | body   | queue  | flag   | queue offset   | log position   | sys    |
 *   | i32    | i32    | crc i32| id i32 | i32    | i64            | i64            | flag   |
 *   +--------+--------+--------+--------+--------+----------------+----------------+--------+
 *    40               48               56               64               72       76
 *   +----------------+----------------+----------------+----------------+--------+----------------+
 *   | born epoch ms  | born host      | store epoch ms | store host     | recon- | prepared       |
 *   | i64            | ip4 + port i32 | i64            | ip4 + port i32 | sumes  | position i64   |
 *   +----------------+----------------+----------------+----------------+--------+----------------+
 *    84       88         88+b                         88+b+1+t
 *   +--------+----------+------------+---------------+------------+------------------+
 *   | body   | body     | topic      | topic         | properties | properties       |
 *   | length | b bytes  | length t   | t bytes       | length i16 | p bytes          |
 *   +--------+----------+------------+---------------+------------+------------------+
 *                         i8 in v1, i16 in v2
 * </pre>
 *
 * <p>A host is 12 bytes longer when {@link #SYS_FLAG_BORN_HOST_IPV6} or {@link #SYS_FLAG_STORE_HOST_IPV6} says so, and
 * what follows moves; {@link #validate} refuses that, so a record of our own clients has every field where the
 * constants say. The getters know both forms.
 *
 * <p>The body checksum is CRC32 over the body alone. The broker fills in {@link #QUEUE_OFFSET}, {@link #POSITION},
 * {@link #STORE_TIMESTAMP}, {@link #STORE_HOST} and, at delivery, {@link #RECONSUME_TIMES}; a sender leaves them 0.
 *
 * <p>{@link #PREPARED_POSITION} is RocketMQ's; in our log, where nobody else reads it, it says of a message that does not
 * wait for a delivery time which send it is ({@link #producerStamp}), or is 0.
 *
 * <p>Offsets and indexes that methods here take and return count from the start of the buffer or array, not of the
 * record. The getters believe what they read: use them on validated records.
 */
public final class MessageLayout {

    public static final int TOTAL_SIZE = 0;
    public static final int MAGIC = 4;
    public static final int BODY_CRC = 8;
    public static final int QUEUE_ID = 12;
    public static final int FLAG = 16;
    public static final int QUEUE_OFFSET = 20;
    public static final int POSITION = 28;
    public static final int SYS_FLAG = 36;
    public static final int BORN_TIMESTAMP = 40;
    public static final int BORN_HOST = 48;
    public static final int STORE_TIMESTAMP = 56;
    public static final int STORE_HOST = 64;
    public static final int RECONSUME_TIMES = 72;
    public static final int PREPARED_POSITION = 76;
    public static final int BODY_LENGTH = 84;
    public static final int BODY = 88;

    /** The topic length takes one byte. */
    public static final int MAGIC_V1 = 0xDAA320A7;

    /** The topic length takes two bytes. */
    public static final int MAGIC_V2 = 0xDAA320AB;

    /** The longest topic of a record with {@link #MAGIC_V1}. */
    public static final int MAX_TOPIC_BYTES_V1 = 127;

    /** The longest properties text. */
    public static final int MAX_PROPERTIES_BYTES = Short.MAX_VALUE;

    /** The lanes of a JMS destination have the queue ids below this. */
    public static final int LANES = 10;

    public static final int SYS_FLAG_COMPRESSED = 1;
    public static final int SYS_FLAG_MULTI_TAGS = 1 << 1;

    /** Two bits: 0 no transaction, then {@code PREPARED}, {@code COMMIT}, {@code ROLLBACK}. */
    public static final int SYS_FLAG_TRANSACTION_MASK = 3 << 2;

    public static final int SYS_FLAG_TRANSACTION_PREPARED = 1 << 2;
    public static final int SYS_FLAG_TRANSACTION_COMMIT = 2 << 2;
    public static final int SYS_FLAG_TRANSACTION_ROLLBACK = 3 << 2;
    public static final int SYS_FLAG_BORN_HOST_IPV6 = 1 << 4;
    public static final int SYS_FLAG_STORE_HOST_IPV6 = 1 << 5;

    /** Ours: JMS delivery mode NON_PERSISTENT. RocketMQ clients ignore it. */
    public static final int SYS_FLAG_NON_PERSISTENT = 1 << 16;

    /**
     * Set by the broker in a record that waits in the log for its delivery time: {@link #QUEUE_OFFSET} is then its number
     * among those of its hour and {@link #PREPARED_POSITION} the delivery time. Never delivered.
     */
    public static final int SYS_FLAG_DELAYED = 1 << 17;

    /** Ours: the message belongs to a group (JMSXGroupID). Set by the broker. */
    public static final int SYS_FLAG_GROUPED = 1 << 18;

    /** Ours: the body is a {@link LargeBody}, the list of where the parts of the message's real body stand in the log. */
    public static final int SYS_FLAG_LARGE = 1 << 19;

    /** All of a record but its body, topic and properties, in version 1. */
    public static final int FIXED_BYTES_V1 = BODY + 1 + 2;

    private static final int IPV6_EXTRA_BYTES = 12;

    private MessageLayout() {}

    /** The size of a record with IPv4 hosts; a topic over {@link #MAX_TOPIC_BYTES_V1} makes it version 2. */
    public static int sizeOf(final int bodyLength, final int topicLength, final int propertiesLength) {
        return FIXED_BYTES_V1
                + (topicLength > MAX_TOPIC_BYTES_V1 ? 1 : 0)
                + bodyLength
                + topicLength
                + propertiesLength;
    }

    /**
     * Appends a record as a sender makes it: what the broker fills in is 0.
     *
     * @throws IllegalArgumentException when topic or properties are too long for the layout
     */
    public static void encode(
            final ByteBuf out,
            final int queueId,
            final int flag,
            final int sysFlag,
            final long bornEpochMs,
            final int bodyCrc,
            final byte[] body,
            final int bodyOffset,
            final int bodyLength,
            final byte[] topicUtf8,
            final byte[] propertiesUtf8) {
        final boolean v2 = topicUtf8.length > MAX_TOPIC_BYTES_V1;
        if (topicUtf8.length == 0 || topicUtf8.length > Short.MAX_VALUE) {
            throw new IllegalArgumentException("a topic of " + topicUtf8.length + " bytes");
        }
        if (propertiesUtf8.length > MAX_PROPERTIES_BYTES) {
            throw new IllegalArgumentException(
                    "properties of " + propertiesUtf8.length + " bytes, at most " + MAX_PROPERTIES_BYTES);
        }
        out.ensureWritable(sizeOf(bodyLength, topicUtf8.length, propertiesUtf8.length));
        out.writeInt(sizeOf(bodyLength, topicUtf8.length, propertiesUtf8.length));
        out.writeInt(v2 ? MAGIC_V2 : MAGIC_V1);
        out.writeInt(bodyCrc);
        out.writeInt(queueId);
        out.writeInt(flag);
        out.writeLong(0); // queue offset
        out.writeLong(0); // position
        out.writeInt(sysFlag & ~(SYS_FLAG_BORN_HOST_IPV6 | SYS_FLAG_STORE_HOST_IPV6));
        out.writeLong(bornEpochMs);
        out.writeLong(0); // born host
        out.writeLong(0); // store timestamp
        out.writeLong(0); // store host
        out.writeInt(0); // reconsume times
        out.writeLong(0); // prepared position
        out.writeInt(bodyLength);
        out.writeBytes(body, bodyOffset, bodyLength);
        if (v2) {
            out.writeShort(topicUtf8.length);
        } else {
            out.writeByte(topicUtf8.length);
        }
        out.writeBytes(topicUtf8);
        out.writeShort(propertiesUtf8.length);
        out.writeBytes(propertiesUtf8);
    }

    /**
     * Checks a record that a client of ours sent, before anything in it is believed: size, magic, queue id, host form,
     * that the lengths add up exactly, the topic, the form of the properties, and the body's checksum.
     *
     * @param index where the record begins
     * @param available how many bytes there are from {@code index} on
     * @param maxMessageBytes the longest body; {@link Integer#MAX_VALUE} when the caller looks at
     *     {@link #bodyLength(ByteBuf, int)} itself, to refuse a message and not the connection
     * @param expectedTopic the topic of the destination it was sent to
     * @return the size of the record
     * @throws MalformedFrameException when something does not hold
     */
    public static int validate(
            final ByteBuf in,
            final int index,
            final int available,
            final int maxMessageBytes,
            final byte[] expectedTopic,
            final boolean checkBodyCrc) {
        return RecordCheck.validate(in, index, available, maxMessageBytes, expectedTopic, checkBodyCrc);
    }

    /** Producers have numbers from 1 to this. */
    public static final int MAX_PRODUCER = (1 << 23) - 1;

    private static final int SEQUENCE_BITS = 40;
    private static final long MAX_SEQUENCE = (1L << SEQUENCE_BITS) - 1;

    /**
     * Which send a message is, in one number.
     *
     * @param producer see {@link ControlRecord#encodeProducer}
     * @param sequence the number of the send at that producer
     */
    public static long producerStamp(final int producer, final long sequence) {
        if (producer < 1 || producer > MAX_PRODUCER || sequence < 1 || sequence > MAX_SEQUENCE) {
            throw new IllegalArgumentException("no send: " + sequence + " of producer " + producer);
        }
        return (long) producer << SEQUENCE_BITS | sequence;
    }

    /** The producer of a stamp, 0 for none. */
    public static int producerOf(final long stamp) {
        return stamp < 0 ? 0 : (int) (stamp >>> SEQUENCE_BITS);
    }

    /** The sequence number of a stamp. */
    public static long sequenceOf(final long stamp) {
        return stamp & MAX_SEQUENCE;
    }

    /** How many bytes the hosts take beyond IPv4. */
    public static int extraHostBytes(final int sysFlag) {
        return ((sysFlag & SYS_FLAG_BORN_HOST_IPV6) != 0 ? IPV6_EXTRA_BYTES : 0)
                + ((sysFlag & SYS_FLAG_STORE_HOST_IPV6) != 0 ? IPV6_EXTRA_BYTES : 0);
    }

    /** Where the body of the record at {@code index} begins. */
    public static int bodyOffset(final ByteBuf in, final int index) {
        return index + BODY + extraHostBytes(in.getInt(index + SYS_FLAG));
    }

    /** How long the body of the record at {@code index} is. */
    public static int bodyLength(final ByteBuf in, final int index) {
        return in.getInt(bodyOffset(in, index) - 4);
    }

    /** Where the topic of the record at {@code index} begins. */
    public static int topicOffset(final ByteBuf in, final int index) {
        return topicLengthOffset(in, index) + topicLengthBytes(in.getInt(index + MAGIC));
    }

    /** How long the topic of the record at {@code index} is. */
    public static int topicLength(final ByteBuf in, final int index) {
        final int at = topicLengthOffset(in, index);
        return in.getInt(index + MAGIC) == MAGIC_V2 ? in.getShort(at) : in.getByte(at);
    }

    /** Where the properties of the record at {@code index} begin. */
    public static int propertiesOffset(final ByteBuf in, final int index) {
        return topicOffset(in, index) + topicLength(in, index) + 2;
    }

    /** How long the properties of the record at {@code index} are. */
    public static int propertiesLength(final ByteBuf in, final int index) {
        return in.getShort(propertiesOffset(in, index) - 2);
    }

    private static int topicLengthOffset(final ByteBuf in, final int index) {
        final int body = bodyOffset(in, index);
        return body + in.getInt(body - 4);
    }

    /** As {@link #bodyOffset(ByteBuf, int)}. */
    public static int bodyOffset(final ByteBuffer in, final int index) {
        return index + BODY + extraHostBytes(in.getInt(index + SYS_FLAG));
    }

    /** As {@link #bodyLength(ByteBuf, int)}. */
    public static int bodyLength(final ByteBuffer in, final int index) {
        return in.getInt(bodyOffset(in, index) - 4);
    }

    /** As {@link #topicOffset(ByteBuf, int)}. */
    public static int topicOffset(final ByteBuffer in, final int index) {
        return topicLengthOffset(in, index) + topicLengthBytes(in.getInt(index + MAGIC));
    }

    /** As {@link #topicLength(ByteBuf, int)}. */
    public static int topicLength(final ByteBuffer in, final int index) {
        final int at = topicLengthOffset(in, index);
        return in.getInt(index + MAGIC) == MAGIC_V2 ? in.getShort(at) : in.get(at);
    }

    /** As {@link #propertiesOffset(ByteBuf, int)}. */
    public static int propertiesOffset(final ByteBuffer in, final int index) {
        return topicOffset(in, index) + topicLength(in, index) + 2;
    }

    /** As {@link #propertiesLength(ByteBuf, int)}. */
    public static int propertiesLength(final ByteBuffer in, final int index) {
        return in.getShort(propertiesOffset(in, index) - 2);
    }

    private static int topicLengthOffset(final ByteBuffer in, final int index) {
        final int body = bodyOffset(in, index);
        return body + in.getInt(body - 4);
    }

    /** As {@link #bodyOffset(ByteBuf, int)}. */
    public static int bodyOffset(final byte[] in, final int index) {
        return index + BODY + extraHostBytes(int32(in, index + SYS_FLAG));
    }

    /** As {@link #bodyLength(ByteBuf, int)}. */
    public static int bodyLength(final byte[] in, final int index) {
        return int32(in, bodyOffset(in, index) - 4);
    }

    /** As {@link #topicOffset(ByteBuf, int)}. */
    public static int topicOffset(final byte[] in, final int index) {
        return topicLengthOffset(in, index) + topicLengthBytes(int32(in, index + MAGIC));
    }

    /** As {@link #topicLength(ByteBuf, int)}. */
    public static int topicLength(final byte[] in, final int index) {
        final int at = topicLengthOffset(in, index);
        return int32(in, index + MAGIC) == MAGIC_V2 ? int16(in, at) : in[at];
    }

    /** As {@link #propertiesOffset(ByteBuf, int)}. */
    public static int propertiesOffset(final byte[] in, final int index) {
        return topicOffset(in, index) + topicLength(in, index) + 2;
    }

    /** As {@link #propertiesLength(ByteBuf, int)}. */
    public static int propertiesLength(final byte[] in, final int index) {
        return int16(in, propertiesOffset(in, index) - 2);
    }

    /** A 4-byte field of a record in an array, such as {@code int32(data, index + QUEUE_ID)}. */
    public static int int32(final byte[] in, final int offset) {
        return int16(in, offset) << Short.SIZE | (int16(in, offset + Short.BYTES) & 0xFFFF);
    }

    private static int int16(final byte[] in, final int offset) {
        return (short) (in[offset] << 8 | (in[offset + 1] & 0xFF));
    }

    /** An 8-byte field of a record in an array, such as {@code int64(data, index + QUEUE_OFFSET)}. */
    public static long int64(final byte[] in, final int offset) {
        return (long) int32(in, offset) << Integer.SIZE | (int32(in, offset + Integer.BYTES) & 0xFFFF_FFFFL);
    }

    private static int topicLengthOffset(final byte[] in, final int index) {
        final int body = bodyOffset(in, index);
        return body + int32(in, body - 4);
    }

    private static int topicLengthBytes(final int magic) {
        return magic == MAGIC_V2 ? 2 : 1;
    }
}
