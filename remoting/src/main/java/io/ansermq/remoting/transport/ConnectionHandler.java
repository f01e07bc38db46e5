package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.RemotingCommand;
import org.jspecify.annotations.Nullable;

/**
 * What happens on one connection. Every method is called on the connection's event loop and must not block.
 *
 * <p>An exception out of a method closes the connection: a {@code MalformedFrameException} as the peer's fault with one
 * line in the log, anything else as ours with a stack trace.
 */
public interface ConnectionHandler {

    /**
     * A command arrived that answers no {@link Connection#request}. {@code Ping} and {@code Pong} are answered and
     * consumed below and never come here. The handler owns {@code command.body()} from here on, also when it throws.
     */
    void onCommand(Connection connection, RemotingCommand command);

    /** All bytes that one read brought have been handed to {@link #onCommand}: a good moment to act on the batch. */
    default void onReadComplete(final Connection connection) {}

    /** The connection crossed one of its water marks, see {@link Connection#isWritable()}. */
    default void onWritable(final Connection connection, final boolean writable) {}

    /**
     * The connection is gone; called exactly once, last of all. {@code cause} is null when either side closed it in an
     * orderly way, else what went wrong; {@link Connection#closeReason()} says it in words.
     */
    void onClosed(Connection connection, @Nullable Throwable cause);
}
