package io.ansermq.rocketmqit;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * Stands between the official clients and a server and keeps what they ask for: a few requests of each code, header form
 * and set of fields. Switched on by the system property {@code anser.record}, which names the file to add to; the file
 * feeds {@link RecordedRequestsTest}.
 */
final class RequestRecorder implements AutoCloseable {

    /** The file to add to, or null when nothing is to be recorded. */
    static final String FILE = System.getProperty("anser.record");

    private static final int MAX_FRAME_BYTES = 4_096;
    private static final int MAX_ALIKE = 2;

    /** How many there are of each kind; one table for all servers of this JVM. */
    private static final Map<String, Integer> KINDS = new HashMap<>();

    private final String target;
    private final ServerSocket listening;
    private final IntSupplier serverPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * Starts to listen, on a port that the system chooses.
     *
     * @param target {@code broker} or {@code namesrv}
     * @param serverPort where the server is by the time a client comes
     */
    static RequestRecorder before(final String target, final IntSupplier serverPort) throws IOException {
        final RequestRecorder recorder = new RequestRecorder(target, serverPort);
        recorder.begin(recorder::accept);
        return recorder;
    }

    private RequestRecorder(final String target, final IntSupplier serverPort) throws IOException {
        this.target = target;
        this.serverPort = serverPort;
        this.listening = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    }

    int port() {
        return listening.getLocalPort();
    }

    private void begin(final Runnable action) {
        final Thread thread = new Thread(action, "recorder-" + target);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        try {
            while (true) {
                final Socket client = listening.accept();
                final Socket server = new Socket("127.0.0.1", serverPort.getAsInt());
                open.add(client);
                open.add(server);
                begin(() -> requests(client, server));
                begin(() -> answers(server, client));
            }
        } catch (final IOException e) {
            // closed
        }
    }

    private void requests(final Socket from, final Socket to) {
        try (from;
                to) {
            final DataInputStream in = new DataInputStream(from.getInputStream());
            final OutputStream out = to.getOutputStream();
            while (true) {
                final byte[] frame = new byte[Integer.BYTES + in.readInt()];
                ByteBuffer.wrap(frame).putInt(frame.length - Integer.BYTES);
                in.readFully(frame, Integer.BYTES, frame.length - Integer.BYTES);
                record(frame);
                out.write(frame);
            }
        } catch (final IOException e) {
            // closed
        }
    }

    private static void answers(final Socket from, final Socket to) {
        try (from;
                to) {
            final InputStream in = from.getInputStream();
            in.transferTo(to.getOutputStream());
        } catch (final IOException e) {
            // closed
        }
    }

    private void record(final byte[] frame) {
        if (frame.length > MAX_FRAME_BYTES) {
            return;
        }
        final RemotingCommand command;
        try {
            command = RemotingCodec.decode(Unpooled.wrappedBuffer(frame, Integer.BYTES, frame.length - Integer.BYTES));
        } catch (final MalformedFrameException e) {
            return;
        }
        if (command.control() != null || command.isResponse()) {
            return;
        }
        final String kind = target + " " + command.serializeType() + " " + (short) command.code() + " "
                + new TreeSet<>(command.extFields().keySet());
        synchronized (KINDS) {
            if (KINDS.merge(kind, 1, Integer::sum) <= MAX_ALIKE) {
                append(target + " " + Base64.getEncoder().encodeToString(frame));
            }
        }
    }

    private static void append(final String line) {
        final Path file = Path.of(FILE);
        try {
            final List<String> lines = new ArrayList<>(Files.exists(file) ? Files.readAllLines(file) : List.of());
            lines.add(line);
            Files.write(file, lines);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            listening.close();
            for (final Socket socket : open) {
                socket.close();
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
