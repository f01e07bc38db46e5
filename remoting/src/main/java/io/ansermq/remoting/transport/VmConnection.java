package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.HeapBuffers;
import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection inside this JVM: what it transmits is put into the other end's queue, and that one's event loop
 * is woken. Nothing else of Netty is used than its buffers, since a JVM that has just begun takes longer to load the rest
 * than to do all else until the first message.
 */
final class VmConnection extends FramedConnection implements Runnable {

    /** Bounds what one connection brings in one turn, while the others of its event loop wait. */
    private static final int BUFFERS_PER_TURN = 16;

    /** The last thing that travels before an orderly end, upon which the one who reads it closes both ends. */
    private static final Object END = new Object();

    private final VmLoop loop;

    // Shared.
    private final Queue<Object> unread = new ConcurrentLinkedQueue<>(); // ByteBuf or END
    private final AtomicBoolean readScheduled = new AtomicBoolean(true); // until it has begun
    private volatile boolean autoRead = true;
    private volatile boolean down;

    // Event loop.
    private boolean active;

    /** Set before anything else happens. */
    @SuppressWarnings("NullAway.Init")
    private VmConnection peer;

    /** Does nothing until it is {@link #join joined} to another one and {@link #begin begins}. */
    VmConnection(
            final VmLoop loop,
            final SocketAddress remote,
            final TransportOptions options,
            final Function<Connection, ConnectionHandler> handlers,
            final @Nullable CompletableFuture<Connection> ready) {
        super(loop, HeapBuffers.INSTANCE, remote, options, SystemClock.NANOS, handlers, ready);
        this.loop = loop;
    }

    /** Makes these two the ends of one connection. */
    static void join(final VmConnection one, final VmConnection other) {
        one.peer = other;
        other.peer = one;
    }

    /** Has it know that it is there, and read what comes. */
    void begin() {
        execute(this);
    }

    @Override
    public @Nullable X500Principal peerCertificate() {
        return null;
    }

    @Override
    public boolean inEventLoop() {
        return loop.isInside();
    }

    @Override
    public void setAutoRead(final boolean wanted) {
        autoRead = wanted;
        if (wanted) {
            execute(this::onListening);
            wakeToRead();
        }
    }

    @Override
    boolean isAutoRead() {
        return autoRead;
    }

    @Override
    public boolean isWritable() {
        return true;
    }

    @Override
    void transmit(final ByteBuf bytes) {
        if (peer.down) {
            bytes.release();
        } else {
            peer.unread.add(bytes);
        }
    }

    @Override
    void flushCarrier() {
        peer.wakeToRead();
    }

    @Override
    void endCarrier() {
        peer.unread.add(END);
        peer.wakeToRead();
    }

    @Override
    void closeCarrier() {
        if (!down) {
            down = true;
            for (Object next = unread.poll(); next != null; next = unread.poll()) {
                if (next instanceof ByteBuf bytes) {
                    bytes.release();
                }
            }
            execute(this::onInactive);
            peer.execute(peer::followDown);
        }
    }

    /** The other end is closed; what it had transmitted is read, unless it is not listened to. */
    private void followDown() {
        boolean anything = false;
        while (!down && autoRead && unread.poll() instanceof ByteBuf bytes) {
            onRead(bytes);
            anything = true;
        }
        if (anything) {
            onReadComplete();
        }
        closeCarrier();
    }

    private void wakeToRead() {
        if (autoRead && !readScheduled.getAndSet(true)) {
            try {
                loop.execute(this);
            } catch (final RejectedExecutionException e) {
                // Its server has ended, and the end of this connection is on its way.
            }
        }
    }

    /** Reads what has come; the first time with nothing read before it knows that it is there. */
    @Override
    public void run() {
        if (!active) {
            active = true;
            onActive();
        }
        // Before the queue is looked at: what is added from here on wakes again.
        readScheduled.set(false);
        boolean anything = false;
        for (int i = 0; i < BUFFERS_PER_TURN && autoRead && !down; i++) {
            final Object next = unread.poll();
            if (next == END) {
                closeCarrier();
            } else if (next == null) {
                break;
            } else {
                onRead((ByteBuf) next);
                anything = true;
            }
        }
        if (anything) {
            onReadComplete();
        }
        if (!unread.isEmpty()) {
            wakeToRead();
        }
    }
}
