package io.ansermq.broker.session;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreTask;
import io.ansermq.broker.core.Inbox;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.transport.Connection;
import io.netty.buffer.ByteBuf;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The way of one connection's commands to core, and the decision whether to read more of them. Methods run on the
 * connection's event loop, except {@link #consumed}, which is core's.
 *
 * <p>Limits: a connection whose unconsumed bytes pass its memory limit is not read until they fall under half of it; nor
 * is one whose commands find the IN ring full, nor one that cannot be written to, so a client that does not read cannot
 * make the broker collect answers for it.
 */
public final class Intake implements Runnable {

    /** Bytes that core copies in no time, so that the event loop may do its work. */
    private static final int SMALL_BYTES = 8 << 10;

    /** A command that found the IN ring full; the connection is not read while there is one. */
    private record Waiting(
            @Nullable CoreTask task,
            @Nullable ControlHeader header,
            int opaque,
            @Nullable ByteBuf body) {}

    private final ClientLink link;
    private final Connection connection;
    private final Inbox inbox;
    private final MemoryGate memory;
    private final long limitBytes;
    private final AtomicLong unconsumedBytes = new AtomicLong();
    private final Runnable workTask = this::work;

    // Event loop.
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    /** Whether core was not told of a command; {@link #work} does that. */
    private boolean untold;

    private boolean writable = true;
    private boolean reading = true;

    /** @param limitBytes unconsumed bytes of this connection from which on it is not read */
    public Intake(
            final ClientLink link,
            final Connection connection,
            final Inbox inbox,
            final MemoryGate memory,
            final long limitBytes) {
        this.link = link;
        this.connection = connection;
        this.inbox = inbox;
        this.memory = memory;
        this.limitBytes = limitBytes;
    }

    /**
     * Passes a command to core, now or as soon as there is room.
     *
     * @param header null tells that the connection is closed
     * @param body belongs to core from here on
     */
    public void pass(final @Nullable ControlHeader header, final int opaque, final @Nullable ByteBuf body) {
        if (body != null) {
            unconsumedBytes.addAndGet(body.readableBytes());
            memory.add(body.readableBytes());
        }
        offer(new Waiting(null, header, opaque, body), true);
        updateReading();
    }

    /** Has core run a task, now or as soon as there is room. */
    public void pass(final CoreTask task) {
        offer(new Waiting(task, null, 0, null), true);
        updateReading();
    }

    private boolean offer(final Waiting command, final boolean isNew) {
        final CoreTask task = command.task();
        final ByteBuf body = command.body();
        final int bytes = body == null ? 0 : body.readableBytes();
        final boolean taken = (!isNew || waiting.isEmpty())
                && (task == null
                        ? inbox.offer(link, command.header(), command.opaque(), body)
                        : inbox.offer(link, task));
        if (taken) {
            tell(bytes);
        } else if (isNew) {
            waiting.add(command);
            retryLater();
        }
        return taken;
    }

    /**
     * Tells core of a command: of a lone small one when the event loop has read what there is to read, also from other
     * connections, so that they share a turn; else at once, so that core works while more is read.
     */
    private void tell(final int bytes) {
        if (untold || bytes > SMALL_BYTES || !inbox.isWorkedHere()) {
            inbox.wake();
        } else {
            untold = true;
            connection.execute(workTask);
        }
    }

    private void work() {
        untold = false;
        inbox.work();
    }

    private void retryLater() {
        inbox.whenRoom(() -> connection.execute(this::retry));
    }

    private void retry() {
        while (!waiting.isEmpty()) {
            if (!offer(waiting.element(), false)) {
                retryLater();
                return;
            }
            waiting.remove();
        }
        updateReading();
    }

    /** Tells whether the client takes what is written to it. */
    public void writable(final boolean nowWritable) {
        writable = nowWritable;
        updateReading();
    }

    private void updateReading() {
        final long limit = reading ? limitBytes : limitBytes / 2;
        final boolean crowded = unconsumedBytes.get() > limit || memory.isFull(this);
        final boolean wanted = waiting.isEmpty() && writable && !crowded;
        if (wanted != reading) {
            reading = wanted;
            connection.setAutoRead(wanted);
        }
    }

    /** Has the event loop look whether the client is read again; thread safe. */
    @Override
    public void run() {
        connection.execute(this::updateReading);
    }

    /** So many bytes of what was passed need no memory any more. Core only. */
    public void consumed(final int bytes) {
        final long before = unconsumedBytes.getAndAdd(-bytes);
        memory.remove(bytes);
        if (before > limitBytes / 2 && before - bytes <= limitBytes / 2) {
            run();
        }
    }
}
