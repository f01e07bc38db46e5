/**
 * {@code anser destination}, {@code subscription}, {@code consumer}, {@code connection}, {@code topic}, {@code group},
 * {@code message}, {@code cluster}: what a running broker has, and
 * changes to it.
 */
@NullMarked
package io.ansermq.tools.administration;

import org.jspecify.annotations.NullMarked;
