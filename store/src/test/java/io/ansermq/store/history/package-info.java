/**
 * Random lives of a store on a disk that loses what it may lose, judged by what was promised. Entry class
 * {@code StoreHistory}.
 */
@NullMarked
package io.ansermq.store.history;

import org.jspecify.annotations.NullMarked;
