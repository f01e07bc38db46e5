/**
 * {@code anser demo}: a broker with real files and a crowd of Jakarta Messaging clients that talk to it over TCP, who
 * count what they send and get.
 *
 * <p>Entry class: {@link io.ansermq.tools.demo.DemoCommand}. The main thread starts everyone and watches.
 */
@NullMarked
package io.ansermq.tools.demo;

import org.jspecify.annotations.NullMarked;
