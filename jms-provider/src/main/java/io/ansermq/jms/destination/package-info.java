/**
 * Queues and topics as values: a kind and a name, nothing else. Immutable, serializable, bindable in JNDI; whether the
 * broker has such a destination is found out when it is used.
 */
@NullMarked
package io.ansermq.jms.destination;

import org.jspecify.annotations.NullMarked;
