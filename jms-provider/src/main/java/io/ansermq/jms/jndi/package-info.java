/**
 * JNDI without a directory: factories and destinations from {@code jndi.properties}
 * ({@link io.ansermq.jms.jndi.AnserInitialContextFactory}), and from references that another directory holds
 * ({@link io.ansermq.jms.jndi.AnserObjectFactory}).
 */
@NullMarked
package io.ansermq.jms.jndi;

import org.jspecify.annotations.NullMarked;
