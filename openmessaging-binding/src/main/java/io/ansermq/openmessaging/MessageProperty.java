package io.ansermq.openmessaging;

import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;

/** How system headers stand in a record where Jakarta Messaging and RocketMQ have no place for them. Stateless. */
final class MessageProperty {

    /** Goes before the names of system headers that are kept as they are. */
    static final String SYSTEM = "OMS_";

    /** Beyond the standard: the tag of RocketMQ, which is the type of Jakarta Messaging, and how the record has it too. */
    static final String TAGS = MessageProperties.TAGS;

    /** RocketMQ's name for what keeps messages together; ours is that of Jakarta Messaging. */
    static final String SHARDING_KEY = "__SHARDINGKEY";

    /** Whom to ask about a half message. */
    static final String PRODUCER_GROUP = "PGROUP";

    /** Says that a message was sent in two phases. */
    static final String TRANSACTION = "TRAN_MSG";

    /** OpenMessaging's lowest and highest priority; Jakarta Messaging's are one less. */
    static final int LOWEST_PRIORITY = 1;

    static final int HIGHEST_PRIORITY = 10;
    static final int DEFAULT_PRIORITY = 5;

    private MessageProperty() {}

    /** The lane of a priority: the default has lane 0, where RocketMQ producers write. */
    static int laneOfPriority(final int priority) {
        return (priority + MessageLayout.LANES - DEFAULT_PRIORITY) % MessageLayout.LANES;
    }

    /** The priority of a lane. */
    static int priorityOfLane(final int lane) {
        return (lane + DEFAULT_PRIORITY - LOWEST_PRIORITY) % MessageLayout.LANES + LOWEST_PRIORITY;
    }
}
