package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import org.jspecify.annotations.Nullable;

/**
 * A client asks for messages by POP, or, as a notification, only whether there are any. Immutable.
 *
 * @param group the consumer group
 * @param topic the topic
 * @param queue the one queue to take from, or -1 for any
 * @param most how many messages at most
 * @param invisibleMs for how long they are the client's
 * @param pollMs how long the client waits when there are none
 * @param filter what it wants of them
 * @param fromEnd whether a group that was never there begins at the end of the queue
 * @param ordered whether nothing of a queue may be given while an earlier message of it is with a client
 * @param attemptId names an attempt of an ordered request: repeated, it gets the same messages again
 * @param notification whether the question is only if there are messages
 */
record PopRequest(
        String group,
        String topic,
        int queue,
        int most,
        long invisibleMs,
        long pollMs,
        MessageFilter filter,
        boolean fromEnd,
        boolean ordered,
        @Nullable String attemptId,
        boolean notification) {

    private static final int MAX_MESSAGES = 32;
    private static final long MAX_WAIT_MS = 60_000;
    private static final int FROM_MIN = 0;

    static PopRequest of(final CoreDesk desk, final Fields fields, final boolean notification) {
        final String attempt = fields.text("attemptId", "");
        return new PopRequest(
                fields.text("consumerGroup"),
                fields.text("topic"),
                fields.integer("queueId"),
                notification ? 1 : Math.max(1, Math.min(fields.integer("maxMsgNums"), MAX_MESSAGES)),
                notification ? 0 : Math.max(0, fields.number("invisibleTime")),
                Math.min(fields.number("pollTime", 0), MAX_WAIT_MS),
                filter(desk, fields),
                fields.integer("initMode", FROM_MIN) != FROM_MIN,
                fields.flag("order"),
                attempt.isEmpty() ? null : attempt,
                notification);
    }

    private static MessageFilter filter(final CoreDesk desk, final Fields fields) {
        final String expression = fields.text("exp", "*");
        return "SQL92".equals(fields.optional("expType")) ? SqlFilter.of(desk, expression) : TagFilter.of(expression);
    }
}
