/**
 * {@code anser server}: a broker, and with it a name server, in a process of their own.
 *
 * <p>Entry class: {@link io.ansermq.tools.server.ServerCommand}. The main thread starts everything and then waits for
 * its end.
 */
@NullMarked
package io.ansermq.tools.server;

import org.jspecify.annotations.NullMarked;
