/** {@code anser status}: how a broker is, for people and for programs. */
@NullMarked
package io.ansermq.tools.status;

import org.jspecify.annotations.NullMarked;
