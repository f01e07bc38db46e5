/** The sample application of the guide, on Spring Boot. */
@NullMarked
package io.ansermq.tck.frameworks.boot;

import org.jspecify.annotations.NullMarked;
