/**
 * What OpenMessaging clients need of the broker besides queues: shared queues and their lanes read by offset, namespaces,
 * queues and routings as resources, who may be asked about half messages. Lives in core as one of its guests
 * ({@link io.ansermq.broker.openmessaging.OpenMessagingState}); the core agent calls everything here.
 */
@NullMarked
package io.ansermq.broker.openmessaging;

import org.jspecify.annotations.NullMarked;
