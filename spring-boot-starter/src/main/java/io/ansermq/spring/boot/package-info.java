/** Spring Boot makes a connection factory from {@code spring.anser.*}. */
@NullMarked
package io.ansermq.spring.boot;

import org.jspecify.annotations.NullMarked;
