/**
 * What comes over a port that nobody should send, and what people get wrong when they start or stop a server: the
 * answer is one clear line, and everybody else is served on.
 */
@NullMarked
package io.ansermq.tck.hostile;

import org.jspecify.annotations.NullMarked;
