/** The programs of the guide. */
@NullMarked
package io.ansermq.tck.guide;

import org.jspecify.annotations.NullMarked;
