package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;

/**
 * Makes a record read from the log one that can be delivered: what stands in the log is what the sender and the sequencer
 * knew, and a message may have come into its lane later, or come back. Stateless; called on event loops.
 */
public final class RecordPatch {

    private RecordPatch() {}

    /**
     * Overwrites the fields of a record that are the index entry's to say. For an entry that is not
     * {@link EntryBits#INDIRECT} lane and offset are written as they are, so there is one way for all.
     *
     * @param index where the copy of the record begins
     * @param lane the entry's lane: the record's queue id
     * @param offset the entry's offset: the record's queue offset
     * @param deliveries how often the message was delivered before
     */
    public static void apply(
            final ByteBuf record, final int index, final int lane, final long offset, final int deliveries) {
        record.setInt(index + MessageLayout.QUEUE_ID, lane);
        record.setLong(index + MessageLayout.QUEUE_OFFSET, offset);
        final int sysFlag = record.getInt(index + MessageLayout.SYS_FLAG);
        if ((sysFlag & MessageLayout.SYS_FLAG_TRANSACTION_MASK) == MessageLayout.SYS_FLAG_TRANSACTION_PREPARED) {
            // In a lane, so its transaction was committed.
            record.setInt(
                    index + MessageLayout.SYS_FLAG,
                    (sysFlag & ~MessageLayout.SYS_FLAG_TRANSACTION_MASK) | MessageLayout.SYS_FLAG_TRANSACTION_COMMIT);
        }
        if ((sysFlag & MessageLayout.SYS_FLAG_DELAYED) != 0) {
            record.setInt(index + MessageLayout.SYS_FLAG, sysFlag & ~MessageLayout.SYS_FLAG_DELAYED);
        }
        // A delivery time or who sent it, neither of which is the receiver's business.
        record.setLong(index + MessageLayout.PREPARED_POSITION + MessageLayout.extraHostBytes(sysFlag), 0);
        if (deliveries > 0) {
            record.setInt(index + MessageLayout.RECONSUME_TIMES + MessageLayout.extraHostBytes(sysFlag), deliveries);
        }
    }
}
