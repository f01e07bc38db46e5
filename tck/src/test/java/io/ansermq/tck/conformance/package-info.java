/**
 * What Jakarta Messaging 3.1 promises, case by case: each names its section and says the promise in one sentence, and
 * runs over a socket and inside the JVM. {@link io.ansermq.tck.conformance.Conformance} says how to add some.
 */
@NullMarked
package io.ansermq.tck.conformance;

import org.jspecify.annotations.NullMarked;
