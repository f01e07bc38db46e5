package io.ansermq.broker.session;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.HostField;
import io.ansermq.broker.core.Inbox;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.Connect;
import io.ansermq.remoting.protocol.ControlHeader.Connected;
import io.ansermq.remoting.protocol.ControlHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader.Send;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.ConnectionHandler;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of AnserMQ's own client. Frames are checked here, on the connection's event loop, and offered to core;
 * what core decides comes back through the {@link Outbox} and is written here.
 *
 * <p>Threads: {@code onX} methods and everything private run on the event loop; the methods of {@link ClientLink} are
 * core's. Shared between the two are the outbox, the count of unconsumed bytes and two flags.
 *
 * <p>Limits: a connection whose unconsumed bytes pass its memory limit is not read until they fall under half of it; a
 * connection that cannot be written to is not read either, so a client that does not read cannot make the broker
 * collect answers for it.
 */
final class ClientSession extends ClientLink implements ConnectionHandler {

    /** The only version of the protocol there is so far. */
    static final int PROTOCOL_VERSION = 1;

    private static final Logger LOG = LoggerFactory.getLogger(ClientSession.class);

    /** A command that found the IN ring full; the connection is not read while there is one. */
    private record Waiting(
            @Nullable ControlHeader header,
            int opaque,
            @Nullable ByteBuf body) {}

    private final Connection connection;
    private final long bornHost;
    private final SessionSettings settings;
    private final Inbox inbox;
    private final SendCheck check;
    private final MemoryGate memory;
    private final DeliveryWriter writer;
    private final Runnable whenClosed;
    private final Outbox outbox = new Outbox();
    private final AtomicBoolean writeScheduled = new AtomicBoolean();
    private final AtomicLong unconsumedBytes = new AtomicLong();
    private final Runnable writeTask = this::writeOutbox;
    private final Runnable readTask = this::updateReading;
    private final Runnable resumeReading = this::resumeReading;

    // Event loop.
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private boolean greeted;
    private boolean writable = true;
    private boolean reading = true;

    // Core.
    private long settledSequence;
    private boolean hasSettled;
    private Outbox.@Nullable Item openDelivery;

    ClientSession(
            final Connection connection,
            final SessionSettings settings,
            final Inbox inbox,
            final SendCheck check,
            final MemoryGate memory,
            final DeliveryWriter writer,
            final Runnable whenClosed) {
        this.connection = connection;
        this.bornHost = HostField.of(connection.remoteAddress());
        this.settings = settings;
        this.inbox = inbox;
        this.check = check;
        this.memory = memory;
        this.writer = writer;
        this.whenClosed = whenClosed;
    }

    // ---- event loop: from the network to core

    @Override
    public void onCommand(final Connection from, final RemotingCommand command) {
        final ByteBuf body = command.body();
        final ControlHeader header = command.control();
        try {
            if (header == null) {
                throw new MalformedFrameException("request code " + command.code() + " is not served on this port");
            }
            if (!greeted) {
                greet(header, command.opaque());
            } else if (header instanceof Send send) {
                check.check(send, body, bornHost);
                body.retain();
                pass(header, 0, body);
            } else {
                pass(header, command.opaque(), null);
            }
        } catch (final MalformedFrameException e) {
            LOG.warn("closing connection {} from {}: {}", connection.id(), connection.remote(), e.getMessage());
            connection.close(String.valueOf(e.getMessage()));
        } finally {
            body.release();
        }
    }

    private void greet(final ControlHeader header, final int opaque) throws MalformedFrameException {
        if (!(header instanceof Connect connect)) {
            throw new MalformedFrameException(
                    "the first frame must be Connect, not " + header.getClass().getSimpleName());
        }
        if (connect.protocolVersion() != PROTOCOL_VERSION) {
            connection.write(RemotingCommand.control(
                    new Failure(
                            ErrorCodes.VERSION,
                            "this broker speaks protocol version " + PROTOCOL_VERSION + ", the client asked for "
                                    + connect.protocolVersion() + "; use a client of the broker's release"),
                    opaque));
            return;
        }
        greeted = true;
        connection.write(RemotingCommand.control(
                new Connected(
                        PROTOCOL_VERSION,
                        settings.brokerName(),
                        connection.id(),
                        settings.maxMessageBytes(),
                        settings.sendWindowBytes(),
                        settings.heartbeatMs()),
                opaque));
        connection.startHeartbeat(settings.heartbeatMs());
    }

    private void pass(final @Nullable ControlHeader header, final int opaque, final @Nullable ByteBuf body) {
        if (body != null) {
            unconsumedBytes.addAndGet(body.readableBytes());
            memory.add(body.readableBytes());
        }
        if (!waiting.isEmpty() || !inbox.offer(this, header, opaque, body)) {
            waiting.add(new Waiting(header, opaque, body));
            retryLater();
        }
        updateReading();
    }

    private void retryLater() {
        inbox.whenRoom(() -> connection.execute(this::retry));
    }

    private void retry() {
        while (!waiting.isEmpty()) {
            final Waiting first = waiting.peek();
            if (!inbox.offer(this, first.header(), first.opaque(), first.body())) {
                retryLater();
                return;
            }
            waiting.remove();
        }
        updateReading();
    }

    /** Reads exactly while nothing waits for core, the client takes what is written to it, and memory allows. */
    private void updateReading() {
        final long limit = reading ? settings.connectionMemoryBytes() : settings.connectionMemoryBytes() / 2;
        final boolean crowded = unconsumedBytes.get() > limit || memory.isFull(resumeReading);
        final boolean wanted = waiting.isEmpty() && writable && !crowded;
        if (wanted != reading) {
            reading = wanted;
            connection.setAutoRead(wanted);
        }
    }

    private void resumeReading() {
        connection.execute(readTask);
    }

    @Override
    public void onWritable(final Connection to, final boolean nowWritable) {
        writable = nowWritable;
        updateReading();
        if (nowWritable) {
            writeOutbox();
        }
    }

    @Override
    public void onClosed(final Connection from, final @Nullable Throwable cause) {
        whenClosed.run();
        pass(null, 0, null);
    }

    // ---- event loop: from core to the network

    private void writeOutbox() {
        writeScheduled.set(false);
        writable = connection.isWritable();
        while (writable && !outbox.isEmpty()) {
            writer.write(outbox, connection);
            writable = connection.isWritable();
        }
        updateReading();
    }

    // ---- core

    @Override
    public long id() {
        return connection.id();
    }

    @Override
    public String remote() {
        return connection.remote();
    }

    @Override
    public void settled(final long sequence) {
        settledSequence = sequence;
        hasSettled = true;
    }

    @Override
    public void refused(final long firstSequence, final int count, final int error, final String text) {
        answer(0, new ControlHeader.SendFailed(firstSequence, count, error, text));
    }

    @Override
    public void answer(final int opaque, final ControlHeader header) {
        closeDelivery();
        final Outbox.Item item = outbox.newItem(Outbox.Kind.ANSWER);
        item.opaque = opaque;
        item.header = header;
        outbox.put(item);
    }

    @Override
    public void deliver(
            final int consumer,
            final long tag,
            final int lane,
            final long offset,
            final long position,
            final int size,
            final int deliveries) {
        Outbox.Item item = openDelivery;
        if (item == null
                || item.consumer != consumer
                || item.count == Outbox.MAX_DELIVERIES
                || item.bytes + size > DeliveryWriter.TARGET_BYTES) {
            closeDelivery();
            item = outbox.newItem(Outbox.Kind.DELIVER);
            item.consumer = consumer;
            item.number = tag;
            openDelivery = item;
        }
        item.addDelivery(lane, offset, position, size, deliveries);
    }

    private void closeDelivery() {
        if (openDelivery != null) {
            outbox.put(openDelivery);
            openDelivery = null;
        }
    }

    @Override
    public void consumed(final int bytes) {
        final long limit = settings.connectionMemoryBytes();
        final long before = unconsumedBytes.getAndAdd(-bytes);
        memory.remove(bytes);
        if (before > limit / 2 && before - bytes <= limit / 2) {
            connection.execute(readTask);
        }
    }

    @Override
    public void flush() {
        closeDelivery();
        if (hasSettled) {
            hasSettled = false;
            final Outbox.Item item = outbox.newItem(Outbox.Kind.SETTLED);
            item.number = settledSequence;
            outbox.put(item);
        }
        if (writeScheduled.compareAndSet(false, true)) {
            connection.execute(writeTask);
        }
    }
}
