/**
 * Connections over TCP or inside the JVM, moving commands whose meaning is the business of others.
 *
 * <p>Enter by {@link io.ansermq.remoting.transport.RemotingServer} and
 * {@link io.ansermq.remoting.transport.RemotingClient}; both ends are a
 * {@link io.ansermq.remoting.transport.Connection} with a {@link io.ansermq.remoting.transport.ConnectionHandler}. What
 * belongs to a connection is owned by its event loop, on which its handler is called.
 */
@NullMarked
package io.ansermq.remoting.transport;

import org.jspecify.annotations.NullMarked;
