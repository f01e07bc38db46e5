/**
 * Jakarta Messaging 3.1 for applications: {@link io.ansermq.jms.AnserConnectionFactory} makes connections, all else is
 * {@code jakarta.jms}.
 */
@NullMarked
package io.ansermq.jms;

import org.jspecify.annotations.NullMarked;
