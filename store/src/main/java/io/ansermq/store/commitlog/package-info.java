/**
 * The log: frames of records in segments, written by the {@code log} agent, laid out by {@code core}, read by anyone.
 * Entry class {@code CommitLog}; the format is described in {@code FrameLayout}.
 */
@NullMarked
package io.ansermq.store.commitlog;

import org.jspecify.annotations.NullMarked;
