/**
 * The name server: which broker serves which topic.
 *
 * <p>Entry: {@link io.ansermq.namesrv.NameServer}. What brokers registered is in one {@code RouteTable}, owned by the name
 * server's own loop; connections hand their requests to it.
 */
@NullMarked
package io.ansermq.namesrv;

import org.jspecify.annotations.NullMarked;
