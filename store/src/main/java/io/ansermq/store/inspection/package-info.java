/**
 * Tools that look at a store which no broker uses: verify reads all of it, salvage copies what is good. On the thread of whoever
 * calls. Entry classes {@code StoreVerifier} and {@code StoreSalvage}.
 */
@NullMarked
package io.ansermq.store.inspection;

import org.jspecify.annotations.NullMarked;
