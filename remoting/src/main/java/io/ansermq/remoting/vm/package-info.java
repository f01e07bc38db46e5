/**
 * Brokers inside this JVM, for {@code vm://name}: who starts one, and when it ends.
 *
 * <p>The broker itself is found as a service, so that a client needs it on the class path only when it is used.
 */
@NullMarked
package io.ansermq.remoting.vm;

import org.jspecify.annotations.NullMarked;
