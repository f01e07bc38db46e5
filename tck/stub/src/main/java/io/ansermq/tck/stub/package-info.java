/** Stands in for the official TCK, which not every repository carries: proves that it would be found and served. */
@NullMarked
package io.ansermq.tck.stub;

import org.jspecify.annotations.NullMarked;
