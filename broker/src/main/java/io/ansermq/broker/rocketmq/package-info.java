/**
 * Serves unmodified RocketMQ clients and tools: what they ask for is read and answered on the event loop of their
 * connection and decided on the core agent, in one {@link io.ansermq.broker.rocketmq.RocketMqState}.
 *
 * <p>Entry class: {@link io.ansermq.broker.rocketmq.RocketMqServer}. A request becomes a {@code Reply} with a piece of code
 * for core; core fills the reply in, at once or later, and the event loop writes it. Sends take the same way through core
 * as those of our own client.
 */
@NullMarked
package io.ansermq.broker.rocketmq;

import org.jspecify.annotations.NullMarked;
