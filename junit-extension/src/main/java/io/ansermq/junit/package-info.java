/** A broker for the tests of an application. */
@NullMarked
package io.ansermq.junit;

import org.jspecify.annotations.NullMarked;
