/**
 * The name server: who serves which topic.
 */
@NullMarked
package io.ansermq.namesrv;

import org.jspecify.annotations.NullMarked;
