/**
 * Jakarta Messaging 3.1 on the client: connection factory, sessions and messages.
 */
@NullMarked
package io.ansermq.jms;

import org.jspecify.annotations.NullMarked;
