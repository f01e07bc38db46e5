/**
 * Who may connect: users with passwords in a file, and connections without a user. Thread safe; used by event loops.
 *
 * <p>Entry class: {@link io.ansermq.broker.security.Admission}.
 */
@NullMarked
package io.ansermq.broker.security;

import org.jspecify.annotations.NullMarked;
