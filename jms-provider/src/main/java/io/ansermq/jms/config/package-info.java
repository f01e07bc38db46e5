/**
 * What can be configured on a connection factory, as one table: {@link io.ansermq.jms.config.Option}. The URI, the bean
 * setters, JNDI and the guide all take it from there.
 */
@NullMarked
package io.ansermq.jms.config;

import org.jspecify.annotations.NullMarked;
