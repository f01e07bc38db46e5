/**
 * Where OpenMessaging looks for the driver {@code anser}: it makes the class name out of the URL. Everything else is in
 * {@code io.ansermq.openmessaging}.
 */
@NullMarked
package io.openmessaging.anser;

import org.jspecify.annotations.NullMarked;
