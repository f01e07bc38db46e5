/**
 * The values on the wire and in the log, and their encoding: commands, control headers and the record layout.
 *
 * <p>No I/O and no threads: of Netty only its buffers are used here. Enter by
 * {@link io.ansermq.remoting.protocol.RemotingCodec} for what travels, by
 * {@link io.ansermq.remoting.protocol.MessageLayout} and {@link io.ansermq.remoting.protocol.ControlRecord} for what is
 * stored.
 */
@NullMarked
package io.ansermq.remoting.protocol;

import org.jspecify.annotations.NullMarked;
