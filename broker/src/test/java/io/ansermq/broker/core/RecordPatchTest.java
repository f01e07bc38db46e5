package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.MessageLayout;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

/** A record leaves the broker with the lane, offset and state that its index entry gives it. */
class RecordPatchTest {

    private static final byte[] BODY = {1, 2, 3};
    private static final byte[] TOPIC = {'t'};

    private static ByteBuf record(final int sysFlag) {
        final ByteBuf record = Unpooled.buffer();
        record.writeLong(0); // not at index 0
        MessageLayout.encode(record, 1, 0, sysFlag, 5, 0, BODY, 0, BODY.length, TOPIC, new byte[0]);
        return record;
    }

    @Test
    void shouldTellTheLaneAndOffsetOfTheEntry() {
        final ByteBuf record = record(0);
        RecordPatch.apply(record, 8, 7, 123_456_789_012L, 0);
        assertThat(record.getInt(8 + MessageLayout.QUEUE_ID)).isEqualTo(7);
        assertThat(record.getLong(8 + MessageLayout.QUEUE_OFFSET)).isEqualTo(123_456_789_012L);
        assertThat(record.getInt(8 + MessageLayout.RECONSUME_TIMES)).isZero();
    }

    @Test
    void shouldTellEarlierDeliveries() {
        final ByteBuf record = record(0);
        RecordPatch.apply(record, 8, 0, 0, 3);
        assertThat(record.getInt(8 + MessageLayout.RECONSUME_TIMES)).isEqualTo(3);
    }

    @Test
    void shouldTellThatATransactionWasCommitted() {
        final int others = MessageLayout.SYS_FLAG_COMPRESSED | MessageLayout.SYS_FLAG_NON_PERSISTENT;
        final ByteBuf record = record(others | MessageLayout.SYS_FLAG_TRANSACTION_PREPARED);
        RecordPatch.apply(record, 8, 0, 0, 0);
        assertThat(record.getInt(8 + MessageLayout.SYS_FLAG))
                .isEqualTo(others | MessageLayout.SYS_FLAG_TRANSACTION_COMMIT);
    }

    @Test
    void shouldLeaveTheRestOfARecordAlone() {
        final ByteBuf before = record(MessageLayout.SYS_FLAG_COMPRESSED);
        final ByteBuf after = before.copy();
        RecordPatch.apply(after, 8, 1, 0, 0);
        assertThat(after).isEqualTo(before);
    }
}
