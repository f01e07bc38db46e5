package io.ansermq.namesrv;

/**
 * How a broker serves a topic.
 *
 * @param readQueues how many queues consumers read
 * @param writeQueues how many queues producers write to, the first ones
 * @param permission RocketMQ's bits: 4 read, 2 write, 1 inherit
 * @param sysFlag RocketMQ's bits: 1 unit, 2 unit subscription
 */
public record TopicQueues(int readQueues, int writeQueues, int permission, int sysFlag) {

    private static final int WRITE = 2;

    /** The same without the permission to write. */
    TopicQueues withoutWriting() {
        return new TopicQueues(readQueues, writeQueues, permission & ~WRITE, sysFlag);
    }

    /** What a Jakarta Messaging destination looks like: producers of RocketMQ write to lane 0, consumers read all ten. */
    public static final TopicQueues LANES = new TopicQueues(10, 1, 6, 0);

    /** The retry topic of a consumer group of RocketMQ. */
    static final TopicQueues RETRY = new TopicQueues(1, 1, 6, 0);
}
