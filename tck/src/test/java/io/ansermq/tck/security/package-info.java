/** Who gets in, and what those are told who do not, against real server processes. */
@NullMarked
package io.ansermq.tck.security;

import org.jspecify.annotations.NullMarked;
