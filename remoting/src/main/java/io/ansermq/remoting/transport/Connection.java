package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.net.SocketAddress;
import java.util.concurrent.CompletableFuture;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection. Thread safe except where a method says that it belongs to the event loop.
 *
 * <p>Whatever is written in one turn of the event loop leaves in one flush at the end of that turn. What one thread
 * writes arrives in the order it wrote it.
 */
public interface Connection {

    /** The number of this connection, unique in this process. */
    long id();

    /** The peer's address as text, for people. */
    String remote();

    /** The peer's address. */
    SocketAddress remoteAddress();

    /**
     * Whom the peer's certificate names, once that was checked; null for a connection that is not encrypted, or whose peer
     * has shown none. Event loop only.
     */
    @Nullable
    X500Principal peerCertificate();

    /**
     * Sends a command and takes over the reference of its body, also when the connection is closed already: then the
     * command is dropped silently, and {@link ConnectionHandler#onClosed} has told or will tell why.
     */
    void write(RemotingCommand command);

    /**
     * Sends frames that are encoded already and takes over their reference. Event loop only.
     *
     * @throws IllegalStateException on another thread
     */
    void writeFrame(ByteBuf encodedFrames);

    /**
     * Sends a request under an opaque number of its own and takes over the reference of its body. The answer completes
     * the future on the event loop and never reaches {@link ConnectionHandler#onCommand}; its body belongs to whoever
     * waits for it.
     *
     * <p>Fails with a {@link java.util.concurrent.TimeoutException} after {@code timeoutMs}, or with an
     * {@link java.io.IOException} when the connection closes first, or with an {@link IllegalArgumentException} when it cannot
     * be encoded; then nothing was sent, and the connection goes on.
     */
    CompletableFuture<RemotingCommand> request(RemotingCommand command, long timeoutMs);

    /**
     * Keeps the connection alive and finds out when it is not: sends {@code Ping} when nothing else was sent for
     * {@code intervalMs}, and closes the connection when nothing at all came in for three times as long. Calling it
     * again changes the interval.
     */
    void startHeartbeat(long intervalMs);

    /** Runs {@code task} on the event loop; dropped when the event loop has ended. */
    void execute(Runnable task);

    /** Whether the calling thread is this connection's event loop. */
    boolean inEventLoop();

    /** Runs {@code task} on the event loop when this time is over; no thread waits for it. Dropped when the loop has ended. */
    void schedule(Runnable task, long delayMs);

    /** Where to get buffers for this connection from. */
    ByteBufAllocator alloc();

    /**
     * Whether to read what the peer sends. While off, at most what one read had brought already is still handed over,
     * and a remote peer comes to a halt once the socket buffers are full. Silence of the peer does not count while off.
     */
    void setAutoRead(boolean autoRead);

    /**
     * Whether fewer bytes wait to be sent than the water marks allow; advice, writing is never refused. Always true
     * inside the JVM, where no socket buffer can fill: there the protocol's windows and credits alone bound memory.
     */
    boolean isWritable();

    /** Sends what was written before, then closes. {@code reason} completes the sentence "closed: ...". */
    void close(String reason);

    /** Whether the connection is neither closed nor closing. */
    boolean isOpen();

    /** Why the connection is closed or closing, empty while it is open. */
    String closeReason();
}
