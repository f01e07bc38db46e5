/**
 * Everything between a command and the log.
 *
 * <p>What is mutable in memory is owned by the core agent.
 */
@NullMarked
package io.ansermq.broker;

import org.jspecify.annotations.NullMarked;
