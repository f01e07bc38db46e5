package io.ansermq.remoting.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The properties text of a record: {@code name 0x01 value 0x02}, repeated, in UTF-8, at most
 * {@link MessageLayout#MAX_PROPERTIES_BYTES} bytes. The last 0x02 may be missing. Static methods are thread safe.
 *
 * <p>Lookups take the properties where they stand in a record and allocate nothing. A place is returned as
 * {@code offset << 32 | length}, see {@link #offset} and {@link #length}.
 */
public final class MessageProperties {

    /** Between a name and its value. */
    public static final byte NAME_END = 1;

    /** Behind a value. */
    public static final byte VALUE_END = 2;

    /** What the lookups return when there is no such property. */
    public static final long NONE = -1;

    /** Keys to find a message by, separated by spaces. */
    public static final String KEYS = "KEYS";

    /** RocketMQ's tag; JMSType. */
    public static final String TAGS = "TAGS";

    /** The sender's unique id; JMSMessageID without its prefix. */
    public static final String UNIQ_KEY = "UNIQ_KEY";

    /** JMSExpiration: decimal epoch milliseconds. */
    public static final String JMS_EXPIRATION = "JMSExpiration";

    /** JMSDeliveryTime: decimal epoch milliseconds before which the message is not to be delivered. */
    public static final String JMS_DELIVERY_TIME = "JMSDeliveryTime";

    /** JMSReplyTo: {@code queue://name} or {@code topic://name}. */
    public static final String JMS_REPLY_TO = "JMSReplyTo";

    /** JMSCorrelationID. */
    public static final String JMS_CORRELATION_ID = "JMSCorrelationID";

    /** JMSXGroupID: messages of one group go to one consumer at a time. */
    public static final String JMSX_GROUP_ID = "JMSXGroupID";

    /** Which JMS type of message the body is: text, bytes, map, stream, object or none. */
    public static final String JMS_BODY = "__JMS_BODY";

    /** The types of the user properties that are not text. */
    public static final String JMS_TYPES = "__JMS_TYPES";

    /** Who sent a message to a topic, for subscriptions that want none of their own: a client ID, or # and a connection. */
    public static final String JMS_ORIGIN = "__JMS_ORIGIN";

    /** Goes before the name of a user's property that is {@link #isReserved}. */
    public static final String JMS_USER_PREFIX = "JMS_USER_";

    private static final byte[] TAGS_UTF8 = utf8(TAGS);
    private static final byte[] GROUP_UTF8 = utf8(JMSX_GROUP_ID);

    private static final Set<String> RESERVED = Set.of(
            // Ours.
            JMS_EXPIRATION,
            JMS_DELIVERY_TIME,
            JMS_REPLY_TO,
            JMS_CORRELATION_ID,
            JMS_BODY,
            JMS_TYPES,
            JMS_ORIGIN,
            // RocketMQ's, of which the client, the broker or the tools make something of their own.
            KEYS,
            TAGS,
            UNIQ_KEY,
            "WAIT",
            "DELAY",
            "RETRY_TOPIC",
            "ORIGIN_GROUP",
            "REAL_TOPIC",
            "REAL_QID",
            "TRAN_MSG",
            "PGROUP",
            "MIN_OFFSET",
            "MAX_OFFSET",
            "BUYER_ID",
            "ORIGIN_MESSAGE_ID",
            "TRANSFER_FLAG",
            "CORRECTION_FLAG",
            "MQ2_FLAG",
            "RECONSUME_TIME",
            "MSG_REGION",
            "TRACE_ON",
            "EXTEND_UNIQ_INFO",
            "MAX_RECONSUME_TIMES",
            "CONSUME_START_TIME",
            "POP_CK",
            "POP_CK_OFFSET",
            "1ST_POP_TIME",
            "TRAN_PREPARED_QUEUE_OFFSET",
            "TRANSACTION_CHECK_TIMES",
            "CHECK_IMMUNITY_TIME_IN_SECONDS",
            "__transactionId__",
            "INSTANCE_ID",
            "CORRELATION_ID",
            "REPLY_TO_CLIENT",
            "TTL",
            "ARRIVE_TIME",
            "PUSH_REPLY_TIME",
            "CLUSTER",
            "MSG_TYPE",
            "__SHARDINGKEY",
            "TIMER_DELAY_SEC",
            "TIMER_DELAY_MS",
            "TIMER_DELIVER_MS",
            "TIMER_OUT_MS",
            "TIMER_ENQUEUE_MS",
            "TIMER_DEQUEUE_MS",
            "TIMER_ROLL_TIMES",
            "TIMER_DEL_UNIQKEY",
            "INNER_MULTI_DISPATCH",
            "INNER_MULTI_QUEUE_OFFSET",
            "INNER_NUM",
            "_SYS_MSG_PRIORITY_",
            "DLQ_ORIGIN_TOPIC",
            "DLQ_ORIGIN_MESSAGE_ID",
            "__CRC32#");

    private MessageProperties() {}

    /**
     * Whether RocketMQ or we make something of a property of this name, so that a user's property cannot use it as it
     * is. Names that begin with {@link #JMS_USER_PREFIX} are reserved too, so that taking the prefix off again is
     * unambiguous.
     */
    public static boolean isReserved(final String name) {
        return RESERVED.contains(name) || name.startsWith(JMS_USER_PREFIX);
    }

    /** Where a value begins, of a place that a lookup returned. */
    public static int offset(final long place) {
        return (int) (place >>> 32);
    }

    /** How long a value is, of a place that a lookup returned. */
    public static int length(final long place) {
        return (int) place;
    }

    /** The place of the first value under this name, or {@link #NONE}. */
    public static long find(final byte[] in, final int offset, final int length, final byte[] nameUtf8) {
        final int end = offset + length;
        int at = offset;
        while (at < end) {
            final int valueAt = at + nameUtf8.length + 1;
            final boolean found = valueAt <= end
                    && in[valueAt - 1] == NAME_END
                    && Arrays.equals(in, at, valueAt - 1, nameUtf8, 0, nameUtf8.length);
            final int valueEnd = valueEnd(in, found ? valueAt : at, end);
            if (found) {
                return place(valueAt, valueEnd - valueAt);
            }
            at = valueEnd + 1;
        }
        return NONE;
    }

    /** As {@link #find(byte[], int, int, byte[])}; the buffer's own position and limit play no part. */
    public static long find(final ByteBuffer in, final int offset, final int length, final byte[] nameUtf8) {
        final int end = offset + length;
        int at = offset;
        while (at < end) {
            final int valueAt = at + nameUtf8.length + 1;
            final boolean found = valueAt <= end && in.get(valueAt - 1) == NAME_END && startsWith(in, at, nameUtf8);
            final int valueEnd = valueEnd(in, found ? valueAt : at, end);
            if (found) {
                return place(valueAt, valueEnd - valueAt);
            }
            at = valueEnd + 1;
        }
        return NONE;
    }

    /** Hands each property to {@code visitor}, in order, as places in {@code in}. */
    public static void forEach(final byte[] in, final int offset, final int length, final Visitor visitor) {
        final int end = offset + length;
        int at = offset;
        while (at < end) {
            final int valueEnd = valueEnd(in, at, end);
            int nameEnd = at;
            while (nameEnd < valueEnd && in[nameEnd] != NAME_END) {
                nameEnd++;
            }
            if (nameEnd < valueEnd) {
                visitor.property(at, nameEnd - at, nameEnd + 1, valueEnd - nameEnd - 1);
            }
            at = valueEnd + 1;
        }
    }

    /** All properties as texts, in order; of two with one name the last counts. */
    public static Map<String, String> toMap(final byte[] in, final int offset, final int length) {
        final Map<String, String> map = new LinkedHashMap<>();
        forEach(
                in,
                offset,
                length,
                (nameOffset, nameLength, valueOffset, valueLength) -> map.put(
                        new String(in, nameOffset, nameLength, StandardCharsets.UTF_8),
                        new String(in, valueOffset, valueLength, StandardCharsets.UTF_8)));
        return map;
    }

    /** What an index keeps of the tag in these properties, see {@link #tagsCode(String)}; 0 when there is none. */
    public static long tagsCode(final byte[] in, final int offset, final int length) {
        final long place = find(in, offset, length, TAGS_UTF8);
        if (place == NONE) {
            return 0;
        }
        final int end = offset(place) + length(place);
        int hash = 0;
        for (int at = offset(place); at < end; at++) {
            if (in[at] < 0) {
                return tagsCode(new String(in, offset(place), length(place), StandardCharsets.UTF_8));
            }
            hash = 31 * hash + in[at];
        }
        return hash;
    }

    /** As {@link #tagsCode(byte[], int, int)}; the buffer's own position and limit play no part. */
    public static long tagsCode(final ByteBuffer in, final int offset, final int length) {
        final long place = find(in, offset, length, TAGS_UTF8);
        if (place == NONE) {
            return 0;
        }
        final int end = offset(place) + length(place);
        int hash = 0;
        for (int at = offset(place); at < end; at++) {
            final byte next = in.get(at);
            if (next < 0) {
                final byte[] copy = new byte[length(place)];
                in.get(offset(place), copy);
                return tagsCode(new String(copy, StandardCharsets.UTF_8));
            }
            hash = 31 * hash + next;
        }
        return hash;
    }

    /** Whether these properties name a group. */
    public static boolean hasGroup(final ByteBuffer in, final int offset, final int length) {
        return find(in, offset, length, GROUP_UTF8) != NONE;
    }

    /**
     * What an index keeps of properties that name a group: the hash of the group in the upper half, that of the tag, see
     * {@link #tagsCode(String)}, in the lower one.
     */
    public static long groupedCode(final ByteBuffer in, final int offset, final int length) {
        final long place = find(in, offset, length, GROUP_UTF8);
        int hash = 0;
        if (place != NONE) {
            for (int at = offset(place); at < offset(place) + length(place); at++) {
                hash = 31 * hash + in.get(at);
            }
        }
        return ((long) hash << 32) | (tagsCode(in, offset, length) & 0xffff_ffffL);
    }

    /** What RocketMQ makes of a tag: the hash of its text, widened. */
    public static long tagsCode(final String tag) {
        return tag.hashCode();
    }

    /**
     * Checks that the bytes are properties: each has a name that is not empty, a separator and a value.
     *
     * @throws MalformedFrameException when they are not
     */
    static void check(final byte[] in, final int offset, final int length) {
        final int end = offset + length;
        int nameAt = offset;
        boolean inName = true;
        for (int at = offset; at < end; at++) {
            final byte next = in[at];
            if (next > VALUE_END || next < NAME_END) {
                continue;
            }
            if (inName != (next == NAME_END) || (inName && at == nameAt)) {
                throw new MalformedFrameException("the properties of a record are not names and values");
            }
            nameAt = at + 1;
            inName = !inName;
        }
        if (inName && nameAt < end) {
            throw new MalformedFrameException("the properties of a record end within a name");
        }
    }

    private static byte[] utf8(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long place(final int offset, final int length) {
        return (long) offset << 32 | length;
    }

    private static int valueEnd(final byte[] in, final int from, final int end) {
        int at = from;
        while (at < end && in[at] != VALUE_END) {
            at++;
        }
        return at;
    }

    private static int valueEnd(final ByteBuffer in, final int from, final int end) {
        int at = from;
        while (at < end && in.get(at) != VALUE_END) {
            at++;
        }
        return at;
    }

    private static boolean startsWith(final ByteBuffer in, final int at, final byte[] prefix) {
        for (int i = 0; i < prefix.length; i++) {
            if (in.get(at + i) != prefix[i]) {
                return false;
            }
        }
        return true;
    }

    /** Takes properties one by one. */
    @FunctionalInterface
    public interface Visitor {
        /** One property; offsets count from the start of the array. */
        void property(int nameOffset, int nameLength, int valueOffset, int valueLength);
    }

    /** Writes properties as bytes. Reusable after {@link #clear()}, then without allocation; not thread safe. */
    public static final class Builder {
        private byte[] bytes = new byte[256];
        private int length;

        /** A builder with nothing in it. */
        public Builder() {}

        /**
         * Appends a property.
         *
         * @throws IllegalArgumentException when the name is empty, or either text holds one of the two separators
         */
        public Builder put(final String name, final String value) {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a property needs a name");
            }
            final int before = length;
            try {
                append(name);
                append(NAME_END);
                append(value);
                append(VALUE_END);
            } catch (final IllegalArgumentException e) {
                length = before;
                throw e;
            }
            return this;
        }

        /** How many bytes there are; the record's limit is {@link MessageLayout#MAX_PROPERTIES_BYTES}. */
        public int length() {
            return length;
        }

        /** The bytes so far, in an array of their own. */
        public byte[] toBytes() {
            return Arrays.copyOf(bytes, length);
        }

        /** Forgets everything and keeps the memory. */
        public Builder clear() {
            length = 0;
            return this;
        }

        private void append(final String text) {
            ensure(text.length());
            for (int i = 0; i < text.length(); i++) {
                final char next = text.charAt(i);
                if (next == NAME_END || next == VALUE_END) {
                    throw new IllegalArgumentException("a property with the control character " + (int) next);
                }
                if (next > 0x7F) {
                    appendEncoded(text.substring(i));
                    return;
                }
                bytes[length++] = (byte) next;
            }
        }

        private void appendEncoded(final String rest) {
            if (rest.indexOf(NAME_END) >= 0 || rest.indexOf(VALUE_END) >= 0) {
                throw new IllegalArgumentException("a property with a control character 1 or 2");
            }
            final byte[] encoded = utf8(rest);
            ensure(encoded.length);
            System.arraycopy(encoded, 0, bytes, length, encoded.length);
            length += encoded.length;
        }

        private void append(final byte separator) {
            ensure(1);
            bytes[length++] = separator;
        }

        private void ensure(final int more) {
            if (bytes.length - length < more) {
                bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
            }
        }
    }
}
