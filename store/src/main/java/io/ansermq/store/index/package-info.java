/**
 * Indexes derived from the log: offsets of queues, and keys of messages. Owned by {@code core}; forced by {@code aux}
 * when a state image is published, and completed by replay. Entry classes {@code QueueIndex} and {@code KeyIndex}.
 */
@NullMarked
package io.ansermq.store.index;

import org.jspecify.annotations.NullMarked;
