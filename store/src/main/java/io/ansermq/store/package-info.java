/**
 * The CommitLog of durable ordered frames, and the indexes derived from it.
 */
@NullMarked
package io.ansermq.store;

import org.jspecify.annotations.NullMarked;
