/**
 * A Jakarta Connectors 2.1 resource adapter: connection factories and destinations with the server's pools, transactions and
 * recovery, and delivery to message-driven beans. Entry class {@link io.ansermq.ra.AnserResourceAdapter}; what users configure
 * is named {@code Anser...}, what applications hold {@code Ra...}.
 *
 * <p>Outbound, a {@link io.ansermq.ra.AnserManagedConnection} is one connection of the provider with one XA session, and what a
 * pool holds. Its handles are sessions. Inbound, an {@code Activation} keeps one connection alive for an endpoint; messages are
 * delivered on the server's work threads.
 *
 * <p>Threads. Connections are made and endpoints are called on the server's threads alone, with this adapter's class loader as
 * context while connecting, so that no thread below keeps an application alive. No lock is held while a server or the broker is
 * called.
 */
@NullMarked
package io.ansermq.ra;

import org.jspecify.annotations.NullMarked;
