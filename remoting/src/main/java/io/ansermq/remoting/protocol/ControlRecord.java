package io.ansermq.remoting.protocol;

import java.nio.ByteBuffer;

/**
 * The records of the log that are not messages: facts about destinations, subscriptions and deliveries. Written and
 * read by hand, because the log must outlive the versions of every library.
 *
 * <pre>
 *   0               4               8       10      12                     length
 *   +---------------+---------------+-------+-------+----------------------+
 *   | length i32    | magic i32     | kind  | ver-  | payload:             |
 *   | (all of it)   | "ANSC"        | i16   | sion  | varints, texts       |
 *   +---------------+---------------+-------+-------+----------------------+
 *
 *   EPOCH    epoch, previousEnd
 *   CATALOG  op 1: id, destination kind, name, topic      op 2: id, destination id, subscription kind, name
 *            (op 3 and 4 are kept for deletions)
 *   ACK      ledger, reason, count, then per range: offsets skipped since the last one, length - 1
 *   NACK     ledger, count, then per range: offsets skipped since the last one, length - 1, delivery count
 *   HW       ledger, high water
 *   FIRE     see {@link FireRecord}
 *   OFFSET   group, topic, queue, offset + 1 (0: it is gone)
 *   SETTING  name, value (empty: it is gone)
 *   TX_...   see {@link TransactionRecord}
 *   PART     bytes of a body that is too long for one record, see {@link LargeBody}; no state is made of them
 *   PRODUCER number, session, sequence of a stored send (0: none yet)
 *   MOVED    keeper, key, offset, where the message stood, then the message record itself, byte for byte
 *   WITHDRAWN  destination, lane, offset
 *   WAIT     ledger, until when (epoch ms), count, then per range: offsets skipped since the last one, length - 1
 * </pre>
 *
 * <p>Integers in the payload are unsigned LEB128 varints (7 bits per byte, low ones first), so they are never negative;
 * a text is its length in bytes and UTF-8. The magic stands where a message record has its own.
 *
 * <p>Each record is idempotent: it carries absolute values, so a replay that meets one again changes nothing. The
 * {@code sizeOf} methods are exact and the {@code encode} methods write that many bytes at the buffer's position,
 * moving it, without allocation except for texts. A negative number or ranges out of order are an
 * {@link IllegalArgumentException}. Bytes behind the payload are ignored when reading. Buffers are big endian, as they
 * are by default. Thread safe.
 */
public final class ControlRecord {

    /** "ANSC". */
    public static final int MAGIC = 0x414E5343;

    /** Where the magic stands. */
    public static final int MAGIC_OFFSET = 4;

    /** Where the kind stands. */
    public static final int KIND_OFFSET = 8;

    /** Where the version stands. */
    public static final int VERSION_OFFSET = 10;

    /** All of a record but its payload. */
    public static final int HEADER_BYTES = 12;

    /** The key that a part of a body begins with. */
    public static final int PART_KEY_BYTES = 8;

    public static final int EPOCH = 1;
    public static final int CATALOG = 2;
    public static final int ACK = 3;
    public static final int NACK = 4;
    public static final int HW = 5;
    public static final int OFFSET = 6;
    public static final int FIRE = 11;

    public static final int TX_PREPARE = 7;
    public static final int TX_COMMIT = 8;
    public static final int TX_ABORT = 9;
    public static final int TX_FORGET = 10;

    /** Given out already; its record does not exist yet. */
    public static final int MOVED = 12;

    public static final int SETTING = 13;

    public static final int PART = 14;

    public static final int PRODUCER = 15;

    public static final int WITHDRAWN = 16;

    public static final int WAIT = 17;

    /** The version of every record that has no version of its own. */
    static final int VERSION = 1;

    private ControlRecord() {}

    /** Whether the record at {@code index} is a control record. */
    public static boolean isControl(final ByteBuffer in, final int index) {
        return in.getInt(index + MAGIC_OFFSET) == MAGIC;
    }

    /** The kind of the control record at {@code index}. */
    public static int kind(final ByteBuffer in, final int index) {
        return in.getShort(index + KIND_OFFSET);
    }

    /** The size of what {@link #encodeEpoch} writes. */
    public static int sizeOfEpoch(final long epoch, final long previousEnd) {
        return HEADER_BYTES + Varint.size(epoch) + Varint.size(previousEnd);
    }

    /** A new life of the log begins: {@code previousEnd} is where the one before it ended. */
    public static void encodeEpoch(final ByteBuffer out, final long epoch, final long previousEnd) {
        final int start = begin(out, EPOCH);
        Varint.write(out, epoch);
        Varint.write(out, previousEnd);
        end(out, start);
    }

    /** The size of what {@link #encodePart} writes. */
    public static int sizeOfPart(final int length) {
        return HEADER_BYTES + PART_KEY_BYTES + length;
    }

    /** A part of a long body: what is left in {@code bytes}, behind the key without which nobody gets it. */
    public static void encodePart(final ByteBuffer out, final long key, final ByteBuffer bytes) {
        final int start = begin(out, PART);
        out.putLong(key);
        out.put(bytes);
        end(out, start);
    }

    /** The size of what {@link #encodeCatalog} writes. */
    public static int sizeOfCatalog(final CatalogRecord change) {
        return HEADER_BYTES + change.size();
    }

    /** The catalog changes. */
    public static void encodeCatalog(final ByteBuffer out, final CatalogRecord change) {
        final int start = begin(out, CATALOG, CatalogRecord.VERSION);
        change.encode(out);
        end(out, start);
    }

    /** The size of what {@link #encodeAck} writes. */
    public static int sizeOfAck(final long ledgerId, final Ranges ranges) {
        int size = HEADER_BYTES + Varint.size(ledgerId) + 1 + Varint.size(ranges.size());
        long next = 0;
        for (int i = 0; i < ranges.size(); i++) {
            size += sizeOfRange(ranges.first(i), ranges.last(i), next);
            next = ranges.last(i) + 1;
        }
        return size;
    }

    /** These offsets of a ledger are done; {@code reason} (0 to 255) says why, 0 being an acknowledgement. */
    public static void encodeAck(final ByteBuffer out, final long ledgerId, final int reason, final Ranges ranges) {
        final int start = begin(out, ACK);
        Varint.write(out, ledgerId);
        out.put((byte) reason);
        Varint.write(out, ranges.size());
        long next = 0;
        for (int i = 0; i < ranges.size(); i++) {
            writeRange(out, ranges.first(i), ranges.last(i), next);
            next = ranges.last(i) + 1;
        }
        end(out, start);
    }

    /** The size of what {@link #encodeNack} writes. */
    public static int sizeOfNack(final long ledgerId, final CountedRanges ranges) {
        int size = HEADER_BYTES + Varint.size(ledgerId) + Varint.size(ranges.size());
        long next = 0;
        for (int i = 0; i < ranges.size(); i++) {
            size += sizeOfRange(ranges.first(i), ranges.last(i), next) + Varint.size(ranges.deliveries(i));
            next = ranges.last(i) + 1;
        }
        return size;
    }

    /** These offsets of a ledger were delivered so many times by now, and came back. */
    public static void encodeNack(final ByteBuffer out, final long ledgerId, final CountedRanges ranges) {
        final int start = begin(out, NACK);
        Varint.write(out, ledgerId);
        Varint.write(out, ranges.size());
        long next = 0;
        for (int i = 0; i < ranges.size(); i++) {
            writeRange(out, ranges.first(i), ranges.last(i), next);
            Varint.write(out, ranges.deliveries(i));
            next = ranges.last(i) + 1;
        }
        end(out, start);
    }

    /** The size of what {@link #encodeHighWater} writes. */
    public static int sizeOfHighWater(final long ledgerId, final long highWater) {
        return HEADER_BYTES + Varint.size(ledgerId) + Varint.size(highWater);
    }

    /** Offsets of a ledger below {@code highWater} may be delivered, and none above it were; the last record of a ledger counts. */
    public static void encodeHighWater(final ByteBuffer out, final long ledgerId, final long highWater) {
        final int start = begin(out, HW);
        Varint.write(out, ledgerId);
        Varint.write(out, highWater);
        end(out, start);
    }

    /** The size of what {@link #encodeOffset} writes. */
    public static int sizeOfOffset(final String group, final String topic, final int queue, final long offset) {
        return HEADER_BYTES
                + Varint.sizeOfText(group)
                + Varint.sizeOfText(topic)
                + Varint.size(queue)
                + Varint.size(offset + 1);
    }

    /** A consumer group goes on with {@code offset} in a queue of a topic; -1 forgets where it was. */
    public static void encodeOffset(
            final ByteBuffer out, final String group, final String topic, final int queue, final long offset) {
        final int start = begin(out, OFFSET);
        Varint.writeText(out, group);
        Varint.writeText(out, topic);
        Varint.write(out, queue);
        Varint.write(out, offset + 1);
        end(out, start);
    }

    /** The size of what {@link #encodeSetting} writes. */
    public static int sizeOfSetting(final String name, final String value) {
        return HEADER_BYTES + Varint.sizeOfText(name) + Varint.sizeOfText(value);
    }

    /** A setting has this value from now on; an empty one says that it is gone. */
    public static void encodeSetting(final ByteBuffer out, final String name, final String value) {
        final int start = begin(out, SETTING);
        Varint.writeText(out, name);
        Varint.writeText(out, value);
        end(out, start);
    }

    /** The size of what {@link #encodeProducer} writes. */
    public static int sizeOfProducer(final int number, final String session, final long sequence) {
        return HEADER_BYTES + Varint.size(number) + Varint.sizeOfText(session) + Varint.size(sequence);
    }

    /**
     * Messages whose {@link MessageLayout#PREPARED_POSITION} names producer {@code number} come from this session of a
     * client from now on; the send {@code sequence} of it is stored, which is said here of messages that have no room for it.
     */
    public static void encodeProducer(
            final ByteBuffer out, final int number, final String session, final long sequence) {
        final int start = begin(out, PRODUCER);
        Varint.write(out, number);
        Varint.writeText(out, session);
        Varint.write(out, sequence);
        end(out, start);
    }

    /**
     * Hands what the control record at {@code index} says to {@code visitor}. The buffer's position plays no part.
     *
     * @throws MalformedFrameException when the record is damaged, or of a kind or version that came after us
     */
    public static void decode(final ByteBuffer in, final int index, final Visitor visitor) {
        ControlRecordReader.decode(in, index, visitor);
    }

    /** The size of what {@link #encodeMoved} writes. */
    public static int sizeOfMoved(
            final int keeper, final long key, final long offset, final long from, final int recordBytes) {
        return HEADER_BYTES
                + Varint.size(keeper)
                + Varint.size(key)
                + Varint.size(offset)
                + Varint.size(from)
                + recordBytes;
    }

    /**
     * A message that stands at log position {@code from} has a copy: the last bytes of this record. Who keeps the message
     * ({@code keeper}) and by what name ({@code key}, {@code offset}) is the broker's business.
     *
     * @param record the message record, from position to limit; its position does not move
     */
    public static void encodeMoved(
            final ByteBuffer out,
            final int keeper,
            final long key,
            final long offset,
            final long from,
            final ByteBuffer record) {
        final int start = begin(out, MOVED);
        Varint.write(out, keeper);
        Varint.write(out, key);
        Varint.write(out, offset);
        Varint.write(out, from);
        out.put(record.duplicate());
        end(out, start);
    }

    /** The size of what {@link #encodeWithdrawn} writes. */
    public static int sizeOfWithdrawn(final int destination, final int lane, final long offset) {
        return HEADER_BYTES + Varint.size(destination) + Varint.size(lane) + Varint.size(offset);
    }

    /** A message of a lane is taken out: it is done for all subscriptions, and nobody is shown it any more. */
    public static void encodeWithdrawn(final ByteBuffer out, final int destination, final int lane, final long offset) {
        final int start = begin(out, WITHDRAWN);
        Varint.write(out, destination);
        Varint.write(out, lane);
        Varint.write(out, offset);
        end(out, start);
    }

    /** The size of what {@link #encodeWait} writes. */
    public static int sizeOfWait(final long ledgerId, final long dueEpochMs, final Ranges ranges) {
        int size = HEADER_BYTES + Varint.size(ledgerId) + Varint.size(dueEpochMs) + Varint.size(ranges.size());
        long next = 0;
        for (int i = 0; i < ranges.size(); i++) {
            size += sizeOfRange(ranges.first(i), ranges.last(i), next);
            next = ranges.last(i) + 1;
        }
        return size;
    }

    /** These offsets of a ledger came back and are not delivered again before {@code dueEpochMs}, by the wall clock. */
    public static void encodeWait(
            final ByteBuffer out, final long ledgerId, final long dueEpochMs, final Ranges ranges) {
        final int start = begin(out, WAIT);
        Varint.write(out, ledgerId);
        Varint.write(out, dueEpochMs);
        Varint.write(out, ranges.size());
        long next = 0;
        for (int i = 0; i < ranges.size(); i++) {
            writeRange(out, ranges.first(i), ranges.last(i), next);
            next = ranges.last(i) + 1;
        }
        end(out, start);
    }

    static int begin(final ByteBuffer out, final int kind) {
        return begin(out, kind, VERSION);
    }

    private static int begin(final ByteBuffer out, final int kind, final int version) {
        final int start = out.position();
        out.putInt(0);
        out.putInt(MAGIC);
        out.putShort((short) kind);
        out.putShort((short) version);
        return start;
    }

    static void end(final ByteBuffer out, final int start) {
        out.putInt(start, out.position() - start);
    }

    private static int sizeOfRange(final long first, final long last, final long next) {
        return Varint.size(first - next) + Varint.size(last - first);
    }

    private static void writeRange(final ByteBuffer out, final long first, final long last, final long next) {
        Varint.write(out, first - next);
        Varint.write(out, last - first);
    }

    /** Runs of offsets in ascending order, both ends included, no two of them overlapping. */
    public interface Ranges {
        /** How many runs there are. */
        int size();

        /** The first offset of run {@code index}. */
        long first(int index);

        /** The last offset of run {@code index}. */
        long last(int index);
    }

    /** Runs of offsets that have the same number of deliveries behind them. */
    public interface CountedRanges extends Ranges {
        /** How often each offset of run {@code index} was delivered. */
        int deliveries(int index);
    }

    /** Takes what a control record says. */
    public interface Visitor {
        /** See {@link #encodeEpoch}. */
        void epoch(long epoch, long previousEnd);

        /** See {@link #encodeCatalog}. */
        void catalog(CatalogRecord change);

        /** One range of an {@link #encodeAck ACK}; called for each, in order. */
        void acknowledged(long ledgerId, int reason, long first, long last);

        /** One range of a {@link #encodeNack NACK}; called for each, in order. */
        void delivered(long ledgerId, long first, long last, int deliveries);

        /** See {@link #encodeHighWater}. */
        void highWater(long ledgerId, long highWater);

        /** One message of a {@link FireRecord FIRE}; called for each, in order. */
        void fired(
                long hour,
                long number,
                long sentAt,
                long position,
                int sizeBytes,
                int destination,
                int lane,
                long offset,
                int expirySec,
                long tagsCode,
                int bits);

        /** One range of an {@link #encodeWait WAIT}; called for each, in order. */
        default void waiting(final long ledgerId, final long dueEpochMs, final long first, final long last) {}

        /** See {@link #encodeOffset}. */
        default void groupOffset(final String group, final String topic, final int queue, final long offset) {}

        /** See {@link #encodeSetting}. */
        default void setting(final String name, final String value) {}

        /** See {@link #encodeProducer}. */
        default void producer(final int number, final String session, final long sequence) {}

        /** See {@link #encodeWithdrawn}. */
        default void withdrawn(final int destination, final int lane, final long offset) {}

        /** A TX record of this kind; see {@link TransactionRecord}. */
        void transaction(int kind, TransactionRecord record);

        /**
         * See {@link #encodeMoved}.
         *
         * @param at where the copy begins, counted from the beginning of the control record
         * @param recordBytes the length of the copy
         */
        void moved(int keeper, long key, long offset, long from, int at, int recordBytes);
    }
}
