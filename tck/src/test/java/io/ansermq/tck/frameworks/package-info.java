/** What users have in the same JVM: Spring, pooled-jms and Camel, against a real server process that is restarted under them. */
@NullMarked
package io.ansermq.tck.frameworks;

import org.jspecify.annotations.NullMarked;
