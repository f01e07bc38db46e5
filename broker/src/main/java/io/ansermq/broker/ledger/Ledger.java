package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;

/** The delivery state machine of one subscription on one lane. Owned by the core agent. */
@SuppressWarnings("DoNotCallSuggester") // an outline; the bodies follow
public final class Ledger {
    /** What stands for "no offset" and "no value". */
    public static final long NONE = -1;

    /**
     * A ledger that has delivered nothing.
     *
     * @param id its number, {@code subscriptionId << 16 | lane}
     * @param floor the first offset that belongs to the subscription
     * @param kept whether the subscription outlives the process; if not, there is no high-water rule
     */
    public Ledger(final long id, final long floor, final boolean kept) {}

    /** The number of this ledger: {@code subscriptionId << 16 | lane}. */
    public long id() {
        throw new UnsupportedOperationException();
    }

    /** Whether the subscription outlives the process. */
    public boolean kept() {
        throw new UnsupportedOperationException();
    }

    /** The first offset that is not done. */
    public long floor() {
        throw new UnsupportedOperationException();
    }

    /** One past the last offset of the lane that is known here. */
    public long end() {
        throw new UnsupportedOperationException();
    }

    /** The next offset that was never leased. */
    public long cursor() {
        throw new UnsupportedOperationException();
    }

    /** How many offsets are leased. */
    public int inFlight() {
        throw new UnsupportedOperationException();
    }

    /** How many offsets are not done, whatever else they are. Costs one step per 65,536 offsets of the span. */
    public long backlog() {
        throw new UnsupportedOperationException();
    }

    /** A message was applied to the lane: offsets below {@code newEnd} exist. Never moves down. */
    public void extend(final long newEnd) {
        throw new UnsupportedOperationException();
    }

    /** Whether {@link #lease} would give an offset now. */
    public boolean available() {
        throw new UnsupportedOperationException();
    }

    /** Leases the next offset, released ones first; {@link #NONE} when there is none to have. */
    public long lease(final int consumer, final long tag) {
        throw new UnsupportedOperationException();
    }

    /** How often {@code offset} was delivered before, as far as is known: 0 for the first time. */
    public int deliveries(final long offset) {
        throw new UnsupportedOperationException();
    }

    /** Offsets below this may be leased; {@link Long#MAX_VALUE} when not {@link #kept()}. */
    public long highWater() {
        throw new UnsupportedOperationException();
    }

    /** The high water to record now, or {@link #NONE}. Says each value once: the caller must record it. */
    public long wantedHighWater() {
        throw new UnsupportedOperationException();
    }

    /** Applies an HW record. */
    public void highWater(final long newHighWater) {
        throw new UnsupportedOperationException();
    }

    /**
     * Decides an acknowledgement; what is accepted must be recorded and then applied by {@link #done}.
     *
     * @return how many offsets were refused
     */
    public long acknowledge(final int consumer, final long first, final long last, final RangeSink accepted) {
        throw new UnsupportedOperationException();
    }

    /** Applies an ACK record. */
    public void done(final long first, final long last) {
        throw new UnsupportedOperationException();
    }

    /**
     * Takes all leases from a consumer.
     *
     * @return how many there were
     */
    public int release(final int consumer, final long handedTag, final RangeSink counted) {
        throw new UnsupportedOperationException();
    }

    /** Applies a NACK record: {@code offset} was delivered {@code count} times. */
    public void recordDeliveries(final long offset, final int count) {
        throw new UnsupportedOperationException();
    }

    /** Replay is over: delivery starts at the floor. */
    public void recovered() {
        throw new UnsupportedOperationException();
    }

    /** Gives back memory that an idle ledger does not need. For when the last consumer is gone. */
    public void trim() {
        throw new UnsupportedOperationException();
    }

    /** The exact number of bytes that {@link #encode} will write now. */
    public int encodedLength() {
        throw new UnsupportedOperationException();
    }

    /** Writes the durable part of the state for a state image. */
    public void encode(final ByteBuffer out) {
        throw new UnsupportedOperationException();
    }

    /** Reads what {@link #encode} wrote. */
    public static Ledger decode(final ByteBuffer in) {
        throw new UnsupportedOperationException();
    }
}
