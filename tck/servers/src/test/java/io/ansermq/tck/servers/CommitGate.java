package io.ansermq.tck.servers;

import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.TransactionHeader;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands in front of a broker and lets everything through but the commit of a prepared branch: whoever sends one waits for its
 * answer, so that there is time to kill it between prepare and commit. Encrypted connections pass as they are. Thread safe.
 */
final class CommitGate implements AutoCloseable {
    /** What an encrypted connection begins with; no frame is as long as it would say there. */
    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket server;
    private final int broker;
    private final CountDownLatch held = new CountDownLatch(1);
    private final Set<Closeable> sockets = ConcurrentHashMap.newKeySet();

    /**
     * Opens it.
     *
     * @param port where clients look for the broker
     * @param broker the port that the broker has
     */
    CommitGate(final int port, final int broker) throws IOException {
        this.broker = broker;
        server = new ServerSocket(port, 100, InetAddress.getLoopbackAddress());
        begin("gate", this::accept);
    }

    /** Waits until a commit has come; returns false when none has in a minute. */
    boolean awaitCommit() throws InterruptedException {
        return held.await(1, TimeUnit.MINUTES);
    }

    /** What may fail because an end of a connection is gone. */
    @FunctionalInterface
    private interface Forwarding {
        void run() throws IOException;
    }

    private static void begin(final String name, final Forwarding work) {
        final Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // Client, broker or gate have ended.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            final Socket client = server.accept();
            sockets.add(client);
            final Socket ahead = new Socket(InetAddress.getLoopbackAddress(), broker);
            sockets.add(ahead);
            begin("gate-requests", () -> {
                try (client;
                        ahead) {
                    forwardRequests(new BufferedInputStream(client.getInputStream()), ahead);
                }
            });
            begin("gate-answers", () -> {
                try (client;
                        ahead) {
                    ahead.getInputStream().transferTo(client.getOutputStream());
                }
            });
        }
    }

    private void forwardRequests(final BufferedInputStream in, final Socket to) throws IOException {
        in.mark(1);
        final int first = in.read();
        in.reset();
        if (first == TLS_HANDSHAKE) {
            in.transferTo(to.getOutputStream());
            return;
        }
        final DataInputStream from = new DataInputStream(in);
        final DataOutputStream out = new DataOutputStream(to.getOutputStream());
        while (true) {
            final byte[] frame = new byte[from.readInt()];
            from.readFully(frame);
            if (commits(frame)) {
                held.countDown();
            } else {
                out.writeInt(frame.length);
                out.write(frame);
                out.flush();
            }
        }
    }

    private static boolean commits(final byte[] frame) {
        final RemotingCommand command = RemotingCodec.decode(Unpooled.wrappedBuffer(frame));
        try {
            return command.control() instanceof TransactionHeader.Commit commit && !commit.onePhase();
        } finally {
            command.release();
        }
    }

    /** Ends its connections, those that wait for an answer too. */
    @Override
    public void close() {
        try {
            server.close();
            for (final Closeable each : sockets) {
                each.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
