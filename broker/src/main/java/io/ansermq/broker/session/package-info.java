/**
 * AnserMQ's own client protocol on the broker's side: from frames to core commands, and from core's decisions to frames.
 *
 * <p>{@link io.ansermq.broker.session.ClientSession} lives on the event loop of its connection; the one thing it shares
 * with the core agent is its {@link io.ansermq.broker.session.Outbox}.
 */
@NullMarked
package io.ansermq.broker.session;

import org.jspecify.annotations.NullMarked;
