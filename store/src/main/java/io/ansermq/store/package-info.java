/**
 * The CommitLog of durable ordered frames, and the indexes derived from it.
 *
 * <p>This package holds what the others share: options, errors, flush levels. {@code files} is the seam to the disk,
 * {@code commitlog} the log with its recovery (entry class {@code CommitLog}), {@code image} the state images that make
 * recovery short, {@code index} the queue index and the key index.
 */
@NullMarked
package io.ansermq.store;

import org.jspecify.annotations.NullMarked;
