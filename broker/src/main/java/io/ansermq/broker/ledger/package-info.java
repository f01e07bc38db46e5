/**
 * The pure state machines of the broker: what is delivered to whom, and what exists. Nothing here knows threads, I/O,
 * clocks or the network; everything is owned by the core agent, or by the thread that recovers the broker before it
 * starts.
 *
 * <p>Start with {@link io.ansermq.broker.ledger.Ledger}, one subscription on one lane;
 * {@link io.ansermq.broker.ledger.Catalog} knows which destinations and subscriptions there are. State that outlives
 * the process changes by applying records alone: methods that decide say what to record, methods that apply are used
 * live and at recovery alike.
 */
@NullMarked
package io.ansermq.broker.ledger;

import org.jspecify.annotations.NullMarked;
