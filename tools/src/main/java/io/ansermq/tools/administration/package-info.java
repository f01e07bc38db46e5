/**
 * {@code anser destination}, {@code subscription}, {@code consumer}, {@code connection}: what a running broker has, and
 * changes to it.
 */
@NullMarked
package io.ansermq.tools.administration;

import org.jspecify.annotations.NullMarked;
