package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.TransactionId;

/** Producers of half messages that are no RocketMQ clients. Called by the core agent. */
@FunctionalInterface
public interface OtherProducers {

    /**
     * Asks one producer of a group what became of its half message.
     *
     * @param position where the half message stands in the log
     * @param size bytes of its record
     * @return false when none is there
     */
    boolean ask(TransactionId id, String group, long position, int size);
}
