/** What the official Jakarta Messaging TCK needs around it; used with the profile {@code tck} alone. */
@NullMarked
package io.ansermq.tck.official;

import org.jspecify.annotations.NullMarked;
