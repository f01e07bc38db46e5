/**
 * Tests of the whole from outside: conformance, protocols and architecture.
 */
@NullMarked
package io.ansermq.tck;

import org.jspecify.annotations.NullMarked;
