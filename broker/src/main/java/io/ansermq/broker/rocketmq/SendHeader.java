package io.ansermq.broker.rocketmq;

import org.jspecify.annotations.Nullable;

/**
 * The header of a send. Immutable.
 *
 * @param maxReconsumeTimes -1 when the client does not say
 */
record SendHeader(
        String group,
        String topic,
        int defaultQueues,
        int queueId,
        int sysFlag,
        long bornEpochMs,
        int flag,
        String properties,
        int reconsumeTimes,
        int maxReconsumeTimes,
        boolean batch) {

    private static final int DEFAULT_QUEUES = 4;

    /** The header of SEND_MESSAGE, with names in words. */
    static SendHeader ofWords(final Fields fields) {
        return new SendHeader(
                fields.text("producerGroup"),
                fields.text("topic"),
                fields.integer("defaultTopicQueueNums", DEFAULT_QUEUES),
                fields.integer("queueId"),
                fields.integer("sysFlag"),
                fields.number("bornTimestamp"),
                fields.integer("flag"),
                text(fields.optional("properties")),
                fields.integer("reconsumeTimes", 0),
                fields.integer("maxReconsumeTimes", -1),
                fields.flag("batch"));
    }

    /** The header of SEND_MESSAGE_V2, with names of one letter. */
    static SendHeader ofLetters(final Fields fields) {
        return new SendHeader(
                fields.text("a"),
                fields.text("b"),
                fields.integer("d", DEFAULT_QUEUES),
                fields.integer("e"),
                fields.integer("f"),
                fields.number("g"),
                fields.integer("h"),
                text(fields.optional("i")),
                fields.integer("j", 0),
                fields.integer("l", -1),
                fields.flag("m"));
    }

    private static String text(final @Nullable String value) {
        return value == null ? "" : value;
    }
}
