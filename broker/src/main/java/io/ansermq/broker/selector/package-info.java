/**
 * The selector language: a text becomes a {@link io.ansermq.broker.selector.Selector}, which says of a message whether it
 * matches. Pure: no threads, no I/O; what a message is comes in as {@link io.ansermq.broker.selector.MessageFields}.
 *
 * <p>The language is that of Jakarta Messaging 3.1, section 3.8.1, and as a second {@link
 * io.ansermq.broker.selector.Dialect} that of RocketMQ's SQL92 filters. A selector is confined to one thread, because it
 * evaluates in place and without allocation.
 */
@NullMarked
package io.ansermq.broker.selector;

import org.jspecify.annotations.NullMarked;
