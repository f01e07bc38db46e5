package io.ansermq.client;

import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.HeapBuffers;
import io.ansermq.remoting.protocol.LargeBody;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.SendingHeader.GetPart;
import io.ansermq.remoting.protocol.SendingHeader.Part;
import io.ansermq.remoting.protocol.SendingHeader.PartPut;
import io.ansermq.remoting.protocol.SendingHeader.PutPart;
import io.ansermq.remoting.security.SystemRandom;
import io.ansermq.remoting.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;

/**
 * Carries bodies that are too long for one record, in parts of which a few are under way at a time: beyond the body itself
 * neither side holds more than those. Thread safe.
 */
final class LargeBodies {
    private static final int PART_BYTES = 512 * 1024;
    private static final int UNDER_WAY = 4;

    private final Connection connection;
    private final int timeoutMs;
    private final int partBytes;
    private final int maxPartBytes;
    private final int maxBodyBytes;
    private final AtomicInteger uploads = new AtomicInteger();

    /**
     * Of one connection.
     *
     * @param maxMessageBytes the longest record that the broker takes
     * @param maxBodyBytes the longest body that is loaded
     */
    LargeBodies(final Connection connection, final int maxMessageBytes, final int maxBodyBytes, final int timeoutMs) {
        this.connection = connection;
        this.timeoutMs = timeoutMs;
        partBytes = Math.min(PART_BYTES, maxMessageBytes);
        maxPartBytes = maxMessageBytes;
        this.maxBodyBytes = maxBodyBytes;
    }

    /**
     * Stores the parts of a body and waits for that.
     *
     * @return the message with the list of the parts instead
     * @throws BrokerException when the broker refuses, or the connection is lost
     */
    OutgoingMessage store(final OutgoingMessage message) throws BrokerException {
        final int upload = uploads.incrementAndGet();
        final long key = SystemRandom.INSTANCE.nextLong() & Long.MAX_VALUE;
        final int length = message.bodyLength();
        final long[] positions = new long[(length + partBytes - 1) / partBytes];
        final ArrayDeque<CompletableFuture<PartPut>> underWay = new ArrayDeque<>(UNDER_WAY);
        int stored = 0;
        for (int i = 0; i < positions.length; i++) {
            if (underWay.size() == UNDER_WAY) {
                positions[stored++] = Requests.await(underWay.remove()).position();
            }
            final int start = i * partBytes;
            // Not copied: the sender waits here until the broker has it.
            final ByteBuf part = Unpooled.wrappedBuffer(message.body(), start, Math.min(partBytes, length - start));
            underWay.add(
                    Requests.send(connection, new PutPart(upload, key), part, PartPut.class, ignored -> {}, timeoutMs));
        }
        while (!underWay.isEmpty()) {
            positions[stored++] = Requests.await(underWay.remove()).position();
        }
        final byte[] list = new LargeBody(length, message.bodyCrc(), key, positions).encode();
        final CRC32 crc = new CRC32();
        crc.update(list);
        return new OutgoingMessage(
                message.lane(),
                message.sysFlag() | MessageLayout.SYS_FLAG_LARGE,
                message.bornEpochMs(),
                list,
                list.length,
                (int) crc.getValue(),
                message.properties());
    }

    /** Loads the body of a delivery; whatever is wrong fails the future. Event loop only, where it completes. */
    CompletableFuture<byte[]> load(final Delivery delivery) {
        final Load load;
        try {
            final LargeBody list = delivery.largeBody();
            requirePossible(list);
            load = new Load(list);
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        } catch (MalformedFrameException e) {
            return CompletableFuture.failedFuture(
                    new BrokerException(ErrorCodes.MESSAGE_MALFORMED, BrokerException.textOf(e), e));
        } catch (OutOfMemoryError e) {
            // Only this one array did not fit; everything else goes on.
            return CompletableFuture.failedFuture(new BrokerException(
                    ErrorCodes.MESSAGE_TOO_LARGE, "there is no room in the heap for it: " + e.getMessage(), e));
        }
        final LargeBody list = load.list;
        if (list.positions().length == 0) {
            load.result.complete(new byte[0]);
        }
        load.askForMore();
        return load.result;
    }

    /** What the sender says of a body must not make this client give away memory that no body will fill. */
    private void requirePossible(final LargeBody list) throws BrokerException {
        if (list.length() > maxBodyBytes) {
            throw new BrokerException(
                    ErrorCodes.MESSAGE_TOO_LARGE,
                    "it is said to have " + list.length() + " bytes, and maxLargeMessageSize is " + maxBodyBytes);
        }
        if (list.length() > (long) list.positions().length * maxPartBytes) {
            throw new BrokerException(
                    ErrorCodes.MESSAGE_MALFORMED,
                    "it is said to have " + list.length() + " bytes in " + list.positions().length
                            + " parts, each of at most " + maxPartBytes);
        }
    }

    /** One body on its way here. Confined to the event loop, on which the parts arrive in the order they were asked for. */
    private final class Load {
        private final LargeBody list;
        private final byte[] body;
        private final CRC32 crc = new CRC32();
        private final CompletableFuture<byte[]> result = new CompletableFuture<>();
        private int asked;
        private int arrived;
        private int length;

        Load(final LargeBody list) {
            this.list = list;
            this.body = new byte[list.length()];
        }

        void askForMore() {
            while (asked < list.positions().length && asked - arrived < UNDER_WAY && !result.isDone()) {
                final GetPart request = new GetPart(list.positions()[asked++], list.key());
                var unused = Requests.send(connection, request, HeapBuffers.EMPTY, Part.class, this::take, timeoutMs)
                        .whenComplete((part, failure) -> {
                            if (failure != null) {
                                result.completeExceptionally(failure);
                            } else {
                                askForMore();
                            }
                        });
            }
        }

        private void take(final ByteBuf part) {
            final int count = part.readableBytes();
            if (count <= body.length - length) {
                part.readBytes(body, length, count);
                crc.update(body, length, count);
            }
            length += count;
            arrived++;
            if (arrived == list.positions().length) {
                if (length == body.length && (int) crc.getValue() == list.crc()) {
                    result.complete(body);
                } else {
                    result.completeExceptionally(new BrokerException(
                            ErrorCodes.MESSAGE_MALFORMED,
                            "the parts of a body of " + body.length
                                    + " bytes do not make it: run 'anser store verify' at the broker"));
                }
            }
        }
    }
}
