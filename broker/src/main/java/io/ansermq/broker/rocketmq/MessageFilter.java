package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.Lane;

/** Which messages of a queue a consumer wants, as far as the broker decides it. Owned by the core agent. */
@FunctionalInterface
interface MessageFilter {

    /** Every message. */
    MessageFilter ALL = (lane, offset) -> true;

    /** Whether the consumer wants the message at this offset. */
    boolean wants(Lane lane, long offset);
}
