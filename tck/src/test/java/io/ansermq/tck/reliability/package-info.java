/**
 * The server is killed under load, again and again, and nobody may notice more than a broken connection.
 *
 * <p>{@link io.ansermq.tck.reliability.KillServerIT} kills, {@link io.ansermq.tck.reliability.Load} keeps producers and
 * consumers busy through {@code jakarta.jms} alone, and {@code io.ansermq.tck.history} judges.
 */
@NullMarked
package io.ansermq.tck.reliability;

import org.jspecify.annotations.NullMarked;
