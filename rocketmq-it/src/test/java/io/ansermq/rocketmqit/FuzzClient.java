package io.ansermq.rocketmqit;

import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.Unpooled;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Sends mutated requests in bursts and sees to it that each is answered, unless it wants no answer, waits by its nature or
 * costs the connection. Not thread safe.
 */
final class FuzzClient {

    private static final int BURST = 64;
    private static final int PATIENCE_MS = 30_000;

    /** Pulls, pops and what another client has to answer. The binary header cuts the codes of POP to 16 bits. */
    private static final Set<Integer> WAITING = Set.of(
            11, 361, 200_050, (int) (short) 200_050, 200_054, (int) (short) 200_054, 307, 309, 221, 223, 324, 325);

    private final int port;
    private final RequestMutator mutator;
    private final FuzzCounts counts = new FuzzCounts();

    FuzzClient(final int port, final RequestMutator mutator) {
        this.port = port;
        this.mutator = mutator;
    }

    /** Sends requests as they are, each over a connection of its own, and waits for one answer. */
    static void replay(final int port, final List<byte[]> requests) throws IOException {
        for (final byte[] request : requests) {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                socket.setSoTimeout(300);
                socket.getOutputStream().write(request);
                socket.getInputStream().read();
            } catch (final SocketTimeoutException e) {
                // one-way, or it waits
            }
        }
    }

    /** @throws AssertionError when a request is neither answered nor costs the connection */
    FuzzCounts run(final int requests) throws IOException {
        int left = requests;
        while (left > 0) {
            left -= connection(left);
        }
        return counts;
    }

    /** Bursts over one connection until it is closed, or all are sent; returns how many were. */
    private int connection(final int most) throws IOException {
        int sent = 0;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(PATIENCE_MS);
            boolean open = true;
            while (open && sent < most) {
                final Burst burst = burst(most - sent);
                sent += burst.frames.size();
                counts.sent(burst.frames.size());
                open = exchange(socket, burst);
            }
        }
        return sent;
    }

    /** Requests that are sent together. */
    private static final class Burst {
        final List<byte[]> frames = new ArrayList<>();
        /** What is to be answered, by the number that the answer repeats. */
        final Map<Integer, List<byte[]>> wanted = new HashMap<>();

        int open;
        /** The last one is no frame, for which the connection is to be closed. */
        boolean hangsUp;
        /** Its length is wrong: the server may wait for more. */
        boolean endsStream;
    }

    private Burst burst(final int most) {
        final Burst burst = new Burst();
        while (!burst.hangsUp && burst.frames.size() < Math.min(BURST, most)) {
            final RequestMutator.Mutant mutant = mutator.next();
            burst.frames.add(mutant.bytes());
            burst.endsStream = mutant.endsStream();
            if (burst.endsStream) {
                burst.hangsUp = true;
            } else {
                expect(mutant.bytes(), burst);
            }
        }
        return burst;
    }

    /** Notes what the request is to be answered with. */
    private void expect(final byte[] frame, final Burst burst) {
        final RemotingCommand command;
        try {
            command = RemotingCodec.decode(Unpooled.wrappedBuffer(frame, Integer.BYTES, frame.length - Integer.BYTES));
        } catch (final MalformedFrameException e) {
            burst.hangsUp = true;
            return;
        }
        if (command.control() != null) {
            // Of our own protocol, in the midst of RocketMQ's, or as the first frame: the latter is answered.
            burst.hangsUp = true;
            burst.endsStream = true;
        } else if (command.isResponse() || command.isOneWay()) {
            counts.oneWay(1);
        } else if (WAITING.contains(command.code())) {
            counts.waiting(1);
        } else {
            burst.wanted
                    .computeIfAbsent(command.opaque(), any -> new ArrayList<>(1))
                    .add(frame);
            burst.open++;
        }
    }

    /** Returns whether the connection can take more. */
    private boolean exchange(final Socket socket, final Burst burst) throws IOException {
        try {
            final DataInputStream in = new DataInputStream(socket.getInputStream());
            final int last = burst.frames.size() - (burst.hangsUp ? 1 : 0);
            for (final byte[] frame : burst.frames.subList(0, last)) {
                socket.getOutputStream().write(frame);
            }
            while (burst.open > 0) {
                answer(in, burst);
            }
            // Only now: with the connection the answers to what came before would be gone.
            if (burst.hangsUp) {
                socket.getOutputStream().write(burst.frames.get(last));
                if (burst.endsStream) {
                    socket.shutdownOutput();
                }
                while (true) {
                    answer(in, burst);
                }
            }
            return true;
        } catch (final SocketTimeoutException e) {
            throw new AssertionError(
                    "within " + PATIENCE_MS + " ms "
                            + (burst.open > 0
                                    ? "no answer to " + describe(burst.wanted.values())
                                    : "no end of the connection after "
                                            + describe(List.of(burst.frames.subList(
                                                    burst.frames.size() - 1, burst.frames.size())))),
                    e);
        } catch (final EOFException | SocketException e) {
            counts.closed(burst.open + (burst.hangsUp ? 1 : 0));
            return false;
        }
    }

    /** Reads one frame. */
    private void answer(final DataInputStream in, final Burst burst) throws IOException {
        final byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        final RemotingCommand answer = RemotingCodec.decode(Unpooled.wrappedBuffer(frame));
        final List<byte[]> same = answer.isResponse() ? burst.wanted.get(answer.opaque()) : null;
        if (same != null) {
            same.remove(0);
            if (same.isEmpty()) {
                burst.wanted.remove(answer.opaque());
            }
            burst.open--;
            counts.answered(answer.code() == 0);
        }
    }

    private static String describe(final Collection<List<byte[]>> frames) {
        final StringBuilder text = new StringBuilder();
        frames.stream().flatMap(List::stream).limit(5).forEach(frame -> text.append(
                        Base64.getEncoder().encodeToString(frame))
                .append(' '));
        return text.toString();
    }
}
