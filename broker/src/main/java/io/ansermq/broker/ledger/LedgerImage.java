package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;

/**
 * A ledger in a state image: the durable part of its state. The end is not in it: the index of the lane knows.
 *
 * <pre>
 *   version i8 | flags i8 | id | floor | high water | DONE set, if flag 1 | delivery counts, if flag 2
 * </pre>
 *
 * The numbers are {@link Varint}s; the sets have formats of their own.
 */
public final class LedgerImage {

    /** Another number is another layout. */
    private static final byte VERSION = 1;

    private static final int HAS_DONE = 1;
    private static final int HAS_COUNTS = 2;

    private LedgerImage() {}

    /** The exact number of bytes that {@link #encode} would write now. */
    public static int sizeOf(final Ledger ledger) {
        final OffsetSet done = ledger.doneAboveFloor();
        final DeliveryCounts counts = ledger.counts();
        return 2
                + Varint.size(ledger.id())
                + Varint.size(ledger.floor())
                + Varint.size(ledger.highWater())
                + (done.isEmpty() ? 0 : done.encodedLength())
                + (counts.isEmpty() ? 0 : counts.encodedLength(ledger.floor()));
    }

    /** Writes a ledger that is kept. */
    public static void encode(final Ledger ledger, final ByteBuffer out) {
        if (!ledger.kept()) {
            throw new IllegalStateException(
                    "ledger " + ledger.id() + " is not kept: nothing of it belongs in a state image");
        }
        final OffsetSet done = ledger.doneAboveFloor();
        final DeliveryCounts counts = ledger.counts();
        out.put(VERSION);
        out.put((byte) ((done.isEmpty() ? 0 : HAS_DONE) | (counts.isEmpty() ? 0 : HAS_COUNTS)));
        Varint.put(out, ledger.id());
        Varint.put(out, ledger.floor());
        Varint.put(out, ledger.highWater());
        if (!done.isEmpty()) {
            done.encode(out);
        }
        if (!counts.isEmpty()) {
            counts.encode(out, ledger.floor());
        }
    }

    /** Reads what {@link #encode} wrote: a kept ledger, to be extended to the end of its lane. */
    public static Ledger decode(final ByteBuffer in) {
        final byte version = in.get();
        if (version != VERSION) {
            throw new IllegalArgumentException("ledger image of version " + version + "; this broker reads version "
                    + VERSION + ": start the version that wrote it");
        }
        final int flags = in.get();
        final Ledger ledger = new Ledger(Varint.get(in), Varint.get(in), true);
        ledger.highWater(Varint.get(in));
        final OffsetSet done = (flags & HAS_DONE) != 0 ? OffsetSet.decode(in) : OffsetSet.EMPTY;
        final DeliveryCounts counts =
                (flags & HAS_COUNTS) != 0 ? DeliveryCounts.decode(in, ledger.floor()) : DeliveryCounts.EMPTY;
        ledger.restore(done, counts);
        return ledger;
    }
}
