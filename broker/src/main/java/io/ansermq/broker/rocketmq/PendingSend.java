package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.RemotingCommand;
import org.jspecify.annotations.Nullable;

/** A send whose messages core has not stored yet. Confined to its connection's event loop. */
final class PendingSend {

    private final RemotingCommand request;
    private final @Nullable String uniqueId;
    private final StringBuilder ids = new StringBuilder(32);
    private final int count;
    private final int bytes;
    private final long startNs;
    private int left;
    private int queueId = -1;
    private long firstOffset;

    // Of a timer message; it can be taken back until it is due.
    private @Nullable String topic;
    private String broker = "";
    private long dueEpochMs;

    /**
     * @param count how many messages
     * @param bytes what they take in the log
     * @param startNs when the request was read, by the monotonic clock
     */
    PendingSend(
            final RemotingCommand request,
            final int count,
            final int bytes,
            final @Nullable String uniqueId,
            final long startNs) {
        this.request = request;
        this.count = count;
        this.bytes = bytes;
        this.startNs = startNs;
        this.left = count;
        this.uniqueId = uniqueId;
    }

    RemotingCommand request() {
        return request;
    }

    int count() {
        return count;
    }

    int bytes() {
        return bytes;
    }

    long startNs() {
        return startNs;
    }

    /** It is a timer message: its sender is told how to take it back. */
    void recallable(final String toTopic, final String brokerName, final long dueAtEpochMs) {
        topic = toTopic;
        broker = brokerName;
        dueEpochMs = dueAtEpochMs;
    }

    /** One more message is stored; returns whether it was the last one. */
    boolean stored(final int lane, final long offset, final String id) {
        if (queueId < 0) {
            queueId = lane;
            firstOffset = offset;
        } else {
            ids.append(',');
        }
        ids.append(id);
        return --left == 0;
    }

    Answer answer() {
        final Answer answer = answer(ids, queueId, firstOffset, uniqueId);
        if (uniqueId != null && topic != null) {
            answer.fields().put("recallHandle", Recalls.handle(topic, broker, dueEpochMs, uniqueId, firstOffset));
        }
        return answer;
    }

    /** The answer to a send whose messages, the first one at this offset, have these ids. */
    static Answer answer(
            final CharSequence ids, final int queueId, final long offset, final @Nullable String uniqueId) {
        final Answer answer = Answer.fields(
                "msgId", ids, "queueId", queueId, "queueOffset", offset, "MSG_REGION", Sends.REGION, "TRACE_ON", true);
        if (uniqueId != null) {
            answer.fields().put("transactionId", uniqueId);
        }
        return answer;
    }
}
