/** What operators see of a broker at work. */
@NullMarked
package io.ansermq.tck.operations;

import org.jspecify.annotations.NullMarked;
