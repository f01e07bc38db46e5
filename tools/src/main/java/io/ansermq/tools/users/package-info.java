/** {@code anser user}: the users of a broker and their passwords. On the main thread. */
@NullMarked
package io.ansermq.tools.users;

import org.jspecify.annotations.NullMarked;
