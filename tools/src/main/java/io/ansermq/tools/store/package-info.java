/** {@code anser store}: looks at a data directory that no broker uses. On the main thread. */
@NullMarked
package io.ansermq.tools.store;

import org.jspecify.annotations.NullMarked;
