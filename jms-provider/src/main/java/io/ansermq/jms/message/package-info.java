/**
 * The six message types, their conversion rules, and how they become records of the log and back.
 *
 * <p>Internal: applications use {@code jakarta.jms}; anything here may change any day. A message belongs to one thread at
 * a time, as the specification has it; nothing here locks. {@link io.ansermq.jms.message.MessageCodec} is where messages
 * meet the wire, {@link io.ansermq.jms.message.MessageFactory} where they are made.
 */
@NullMarked
package io.ansermq.jms.message;

import org.jspecify.annotations.NullMarked;
