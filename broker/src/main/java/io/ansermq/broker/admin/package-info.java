/** What operators look at: metrics and health over HTTP, and the same figures as an MBean. */
@NullMarked
package io.ansermq.broker.admin;

import org.jspecify.annotations.NullMarked;
