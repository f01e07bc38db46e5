/**
 * Connections, sessions, producers and consumers: the rules of Jakarta Messaging 3.1 on top of
 * {@link io.ansermq.client.BrokerSession}.
 *
 * <p>Internal: applications use {@code jakarta.jms}; anything here may change any day.
 *
 * <p>Threads. Deliveries and answers arrive on the client's event loop, which only fills buffers and hands callbacks on.
 * Messages are received by the application's threads, or by one thread per session that has listeners
 * ({@link io.ansermq.jms.session.Dispatcher}). Completion and exception listeners run on the connection's callback threads.
 *
 * <p>Locks, in the order in which they may be taken: {@link io.ansermq.jms.session.JmsConnection}, then one session's
 * {@link io.ansermq.jms.session.Inboxes}, then those inside the client. None is held while application code runs or while
 * waiting for the broker.
 */
@NullMarked
package io.ansermq.jms.session;

import org.jspecify.annotations.NullMarked;
