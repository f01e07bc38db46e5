/**
 * Real processes for tests: servers and clients in JVMs of their own, which can be killed, and whose output and files
 * are kept when a test fails.
 */
@NullMarked
package io.ansermq.tck.process;

import org.jspecify.annotations.NullMarked;
