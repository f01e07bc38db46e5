/**
 * Connections: one Netty port, TLS and flow gates, moving commands whose meaning is the business of others.
 *
 * <p>What belongs to a connection is owned by its event loop.
 */
@NullMarked
package io.ansermq.remoting.transport;

import org.jspecify.annotations.NullMarked;
