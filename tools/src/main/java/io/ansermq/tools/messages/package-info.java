/**
 * {@code anser send} and {@code anser receive}: single messages from and to the terminal, through Jakarta Messaging
 * like any application's.
 */
@NullMarked
package io.ansermq.tools.messages;

import org.jspecify.annotations.NullMarked;
