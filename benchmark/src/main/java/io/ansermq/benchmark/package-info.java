/**
 * Benchmarks, each with a sentence on the question it answers.
 */
@NullMarked
package io.ansermq.benchmark;

import org.jspecify.annotations.NullMarked;
