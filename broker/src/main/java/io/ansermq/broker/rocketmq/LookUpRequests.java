package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.ByteBuffer;
import java.util.Map;

/** Finds single messages. Owned by the core agent. */
final class LookUpRequests {

    private final RocketMqState state;
    private final ByteBuffer head = ByteBuffer.allocateDirect(MessageLayout.BODY);

    LookUpRequests(final RocketMqState state) {
        this.state = state;
    }

    /** The message at a log position, which an offset id holds. */
    void byPosition(final Reply reply, final Fields fields) {
        final long position = fields.number("offset");
        final RecordList found = new RecordList();
        if (!readHead(position)) {
            reply.refuse(ResponseCodes.SYSTEM_ERROR, "there is no message at log position " + position);
            return;
        }
        found.add(
                head.getInt(MessageLayout.QUEUE_ID),
                head.getLong(MessageLayout.QUEUE_OFFSET),
                position,
                head.getInt(MessageLayout.TOTAL_SIZE),
                0);
        reply.send(Answer.records(ResponseCodes.SUCCESS, Map.of(), found));
    }

    /** Whether a record stands at a position that somebody named: it says so itself. */
    private boolean readHead(final long position) {
        head.clear();
        if (position < 0 || !state.desk().read(position, MessageLayout.BODY, head)) {
            return false;
        }
        final int magic = head.getInt(MessageLayout.MAGIC);
        final int size = head.getInt(MessageLayout.TOTAL_SIZE);
        return (magic == MessageLayout.MAGIC_V1 || magic == MessageLayout.MAGIC_V2)
                && head.getLong(MessageLayout.POSITION) == position
                && size >= MessageLayout.FIXED_BYTES_V1
                && size <= state.settings().maxMessageBytes() + (1 << 17);
    }
}
