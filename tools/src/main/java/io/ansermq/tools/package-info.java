/**
 * The {@code anser} command.
 */
@NullMarked
package io.ansermq.tools;

import org.jspecify.annotations.NullMarked;
