package io.ansermq.remoting.transport;

import io.netty.channel.Channel;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** A way for bytes to travel, and what Netty needs for it. */
record Transport(
        String name,
        Supplier<IoHandlerFactory> ioHandlers,
        Class<? extends Channel> channel,
        Class<? extends ServerChannel> serverChannel) {

    /** The transport for addresses of this kind. */
    static Transport of(final SocketAddress address) {
        if (address instanceof InetSocketAddress) {
            return Tcp.BEST;
        }
        throw new IllegalArgumentException("an address is host and port or one in this JVM, not " + address);
    }

    /** New event loops of daemon threads called {@code name-1} and so on. */
    IoEventLoopGroup newEventLoops(final int threads, final String threadName) {
        return new MultiThreadIoEventLoopGroup(threads, daemonThreads(threadName), ioHandlers.get());
    }

    /** Whether the calling thread belongs to the group, and so must not wait for it. */
    static boolean isInside(final IoEventLoopGroup group) {
        for (final EventExecutor eventLoop : group) {
            if (eventLoop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private static ThreadFactory daemonThreads(final String name) {
        final AtomicInteger next = new AtomicInteger(1);
        return task -> {
            final Thread thread = new FastThreadLocalThread(task, name + "-" + next.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Apart, for who stays inside this JVM needs no selectors and no native library, which take time to load. */
    static final class Tcp {
        /** Over Java's selectors; everywhere. */
        static final Transport NIO =
                new Transport("nio", NioIoHandler::newFactory, NioSocketChannel.class, NioServerSocketChannel.class);

        /** In the best way there is here: Linux's epoll when Netty's native library is on the class path. */
        static final Transport BEST = best();

        private Tcp() {}

        private static Transport best() {
            try {
                return EpollTransport.AVAILABLE ? EpollTransport.TRANSPORT : NIO;
            } catch (final LinkageError e) {
                return NIO; // without Netty's epoll classes
            }
        }
    }

    /** Apart, so that its classes are only looked for when they are asked for. */
    private static final class EpollTransport {
        static final boolean AVAILABLE = Epoll.isAvailable();
        static final Transport TRANSPORT = new Transport(
                "epoll", EpollIoHandler::newFactory, EpollSocketChannel.class, EpollServerSocketChannel.class);

        private EpollTransport() {}
    }
}
