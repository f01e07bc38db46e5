package io.ansermq.tck.hostile;

import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.Unpooled;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.Optional;

/** A bare socket to a server, which sends any bytes and reads frames when it is asked to. Confined to one thread. */
final class WireClient implements AutoCloseable {
    private static final int CONNECT_MS = 10_000;

    /** A server that neither answers nor closes for so long is stuck. */
    private static final int READ_MS = 30_000;

    private final Socket socket;
    private final DataInputStream in;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 512));
    }

    /** Connects to a port of this machine. */
    static WireClient connect(int port) throws IOException {
        final Socket socket = new Socket();
        socket.setSoTimeout(READ_MS);
        // Closing resets the connection, so that a million of them leave nothing behind in the kernel.
        socket.setSoLinger(true, 0);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MS);
        return new WireClient(socket);
    }

    /** Its own address as the server sees it, {@code 127.0.0.1:PORT}. */
    String address() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    /** Writes as they are; false when the server has closed. */
    boolean write(byte[] bytes, int length) throws IOException {
        try {
            socket.getOutputStream().write(bytes, 0, length);
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    /** Says that nothing more will come, whatever was announced. */
    void finish() throws IOException {
        try {
            socket.shutdownOutput();
        } catch (SocketException e) {
            // The server was faster.
        }
    }

    /** Writes a frame that the server should take. */
    void write(ControlHeader header, int opaque) throws IOException {
        final byte[] frame = Frames.encode(header, opaque);
        socket.getOutputStream().write(frame);
    }

    /** The next frame of the server; empty when the server has closed. */
    Optional<RemotingCommand> read() throws IOException {
        try {
            final byte[] frame = new byte[in.readInt()];
            in.readFully(frame);
            return Optional.of(RemotingCodec.decode(Unpooled.wrappedBuffer(frame)));
        } catch (EOFException | SocketException e) {
            return Optional.empty();
        }
    }

    /** The answer to a request, skipping everything else that comes before it. */
    ControlHeader answer(int opaque) throws IOException {
        while (true) {
            final RemotingCommand command = read().orElseThrow(() -> new EOFException("the server closed"));
            if (command.opaque() == opaque && command.control() != null) {
                return command.control();
            }
        }
    }

    /** Sends a request and gives its answer. */
    <T extends ControlHeader> T ask(ControlHeader request, int opaque, Class<T> answer) throws IOException {
        write(request, opaque);
        return answer.cast(answer(opaque));
    }

    /** Resets the connection. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
