/**
 * What the records of all our producers have in common: the names of messages, the text of their properties, how bodies
 * are compressed. Shared by the bindings that speak to applications; not for applications themselves.
 *
 * <p>Values and encoders without threads of their own; each class says whether it can be shared.
 */
@NullMarked
package io.ansermq.client.message;

import org.jspecify.annotations.NullMarked;
