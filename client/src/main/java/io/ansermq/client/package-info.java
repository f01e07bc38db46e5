/**
 * An asynchronous session over the wire protocol: {@link io.ansermq.client.BrokerSession#connect} is the way in.
 *
 * <p>Application threads leave their work under short locks, sends in {@code Sender} and acknowledgements in {@code
 * AckQueue}; the connection's event loop collects it, writes frames and runs all callbacks. Nothing is shared beyond
 * that.
 */
@NullMarked
package io.ansermq.client;

import org.jspecify.annotations.NullMarked;
