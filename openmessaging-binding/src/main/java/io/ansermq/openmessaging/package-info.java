/**
 * OpenMessaging 0.3.1 on our client: producers, consumers that are pushed to, that pull and that read streams, and the
 * resource manager. Found by {@code OMS.getMessagingAccessPoint("oms:anser://host:port/region")}, see
 * {@link io.openmessaging.anser.MessagingAccessPointImpl}.
 *
 * <p>Each producer or consumer is a service with a connection of its own, from its startup to its shutdown. Services are
 * thread safe; listeners are called on threads of theirs.
 */
@NullMarked
package io.ansermq.openmessaging;

import org.jspecify.annotations.NullMarked;
