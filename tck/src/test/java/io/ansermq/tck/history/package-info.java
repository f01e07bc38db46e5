/**
 * What happened in a run against a broker that may have died on the way, and whether Jakarta Messaging allows it.
 *
 * <p>{@link io.ansermq.tck.history.History} is written by the threads of a load; when they have ended and the
 * queue is drained, {@link io.ansermq.tck.history.HistoryChecker} reads it. Neither knows a broker or a client.
 */
@NullMarked
package io.ansermq.tck.history;

import org.jspecify.annotations.NullMarked;
