/**
 * Load on a Jakarta Messaging provider, and what it costs.
 *
 * <p>Entry class: {@link io.ansermq.tools.bench.LoadRunner}. The workloads use {@code jakarta.jms} alone, so that any
 * provider can be measured by naming its connection factory class; {@code anser bench} and the {@code Load} program of
 * the benchmark module are thin command lines over this package. The calling thread owns everything here; workers are
 * started and joined within one round.
 */
@NullMarked
package io.ansermq.tools.bench;

import org.jspecify.annotations.NullMarked;
