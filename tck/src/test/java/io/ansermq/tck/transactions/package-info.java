/** Transactions through restarts of the server: what a client was told is what happened. */
@NullMarked
package io.ansermq.tck.transactions;

import org.jspecify.annotations.NullMarked;
