/**
 * How a client proves that it knows a password without sending it. Thread safe; no I/O.
 *
 * <p>Entry class: {@link io.ansermq.remoting.security.Scram}.
 */
@NullMarked
package io.ansermq.remoting.security;

import org.jspecify.annotations.NullMarked;
