/**
 * The single writer of all delivery state: the IN ring, the {@code core} agent and everything it owns.
 *
 * <p>Network threads publish commands into {@link io.ansermq.broker.core.Inbox}; {@link io.ansermq.broker.core.Core}
 * sequences them into the log, applies what the log has committed, and dispatches messages to consumers with credit.
 * Nothing in this package is touched by another thread, except where a class says so in its first sentence.
 */
@NullMarked
package io.ansermq.broker.core;

import org.jspecify.annotations.NullMarked;
