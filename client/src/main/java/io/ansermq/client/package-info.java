/**
 * An asynchronous session over the wire protocol.
 */
@NullMarked
package io.ansermq.client;

import org.jspecify.annotations.NullMarked;
