/** A disk that is full, that rots, or that a reader who does not read would fill: who notices, and who does not. */
@NullMarked
package io.ansermq.tck.disk;

import org.jspecify.annotations.NullMarked;
