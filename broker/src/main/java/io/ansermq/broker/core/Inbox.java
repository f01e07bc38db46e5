package io.ansermq.broker.core;

import com.lmax.disruptor.EventPoller;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.YieldingWaitStrategy;
import io.ansermq.remoting.protocol.ControlHeader;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The IN ring: commands from all network threads to the one core agent. {@link #offer} is thread safe and never blocks;
 * {@link #poll} belongs to core.
 */
public final class Inbox {

    /** Slots of the ring; a command is one frame, however many messages it carries. */
    static final int CAPACITY = 16_384;

    /** One command; preallocated and reused. */
    static final class Command {
        @Nullable
        ClientLink link;

        @Nullable
        ControlHeader header;

        @Nullable
        CoreTask task;

        int opaque;

        @Nullable
        ByteBuf body;

        private void clear() {
            link = null;
            header = null;
            task = null;
            body = null;
        }
    }

    /** What core does with a command. */
    interface Handler {
        /**
         * Takes one command; the body now belongs to the handler.
         *
         * @param header null when the connection was closed
         * @return whether to go on with the next command in this turn
         */
        boolean onCommand(ClientLink link, @Nullable ControlHeader header, int opaque, @Nullable ByteBuf body);

        /**
         * Takes one task; returns whether to go on with the next command in this turn.
         *
         * @param link the client it is done for; null when it is done for none
         */
        boolean onTask(@Nullable ClientLink link, CoreTask task);
    }

    private final RingBuffer<Command> ring;
    private final CoreThread core;
    private final ConcurrentLinkedQueue<Runnable> waitingForRoom = new ConcurrentLinkedQueue<>();
    private final EventPoller<Command> poller;
    private @Nullable Commands commands;

    /** @param core who takes the commands */
    public Inbox(final CoreThread core) {
        this.core = core;
        // Core polls, nobody waits at the ring itself.
        ring = RingBuffer.createMultiProducer(Command::new, CAPACITY, new YieldingWaitStrategy());
        poller = ring.newPoller();
        ring.addGatingSequences(poller.getSequence());
    }

    /**
     * Offers a command to core; thread safe, never blocks. Core looks for it when told to, by {@link #wake} or {@link #work}.
     *
     * @param header null tells that the connection is closed
     * @param body the records that follow the header; core releases it when the command was taken
     * @return false when the ring is full: nothing happened, the caller stops reading and tries again later
     */
    public boolean offer(
            final ClientLink link,
            final @Nullable ControlHeader header,
            final int opaque,
            final @Nullable ByteBuf body) {
        final long sequence;
        try {
            sequence = ring.tryNext();
        } catch (final com.lmax.disruptor.InsufficientCapacityException full) {
            return false;
        }
        final Command command = ring.get(sequence);
        command.link = link;
        command.header = header;
        command.opaque = opaque;
        command.body = body;
        ring.publish(sequence);
        return true;
    }

    /**
     * Offers a task to core; thread safe, never blocks. Core looks for it when told to, as for a command.
     *
     * @return false when the ring is full, as the other {@code offer}
     */
    public boolean offer(final ClientLink link, final CoreTask task) {
        return offerTask(link, task);
    }

    /** Offers a task that is done for no client, and wakes core. */
    boolean offer(final CoreTask task) {
        final boolean taken = offerTask(null, task);
        wake();
        return taken;
    }

    private boolean offerTask(final @Nullable ClientLink link, final CoreTask task) {
        final long sequence;
        try {
            sequence = ring.tryNext();
        } catch (final com.lmax.disruptor.InsufficientCapacityException full) {
            return false;
        }
        final Command command = ring.get(sequence);
        command.link = link;
        command.task = task;
        ring.publish(sequence);
        return true;
    }

    /** Has {@code retry} run on the core agent once commands were taken from a full ring; thread safe. */
    public void whenRoom(final Runnable retry) {
        waitingForRoom.add(retry);
        wake();
    }

    /** Has core look around once more; thread safe. */
    public void wake() {
        core.ring();
    }

    /** Whether {@link #work} may do anything itself. */
    public boolean isWorkedHere() {
        return core.isShared();
    }

    /**
     * Has what was offered taken: by a turn of core on this thread, if core sleeps. For a network thread that has offered a
     * little and has nothing else to do; it then has the answer in its hands, and no thread had to wake another.
     */
    public void work() {
        if (ring.getCursor() != poller.getSequence().get() && !core.tryTurn()) {
            core.ring();
        }
    }

    /** Says who takes the commands; once, before the first {@link #poll}. */
    void attach(final Handler handler) {
        commands = new Commands(handler);
    }

    /** Takes commands until the handler stops or none is left. Core only. */
    void poll() {
        try {
            poller.poll(Objects.requireNonNull(commands, "nobody takes the commands yet"));
            for (Runnable retry = waitingForRoom.poll(); retry != null; retry = waitingForRoom.poll()) {
                retry.run();
            }
        } catch (final RuntimeException | Error e) {
            throw e;
        } catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Releases everything that waits; at the end of the broker's life. */
    void drop() {
        attach(new Handler() {
            @Override
            public boolean onCommand(
                    final ClientLink link,
                    final @Nullable ControlHeader header,
                    final int opaque,
                    final @Nullable ByteBuf body) {
                if (body != null) {
                    body.release();
                }
                return true;
            }

            @Override
            public boolean onTask(final @Nullable ClientLink link, final CoreTask task) {
                return true;
            }
        });
        poll();
    }

    /** Whether nothing waits. Core only. */
    boolean isEmpty() {
        return waitingForRoom.isEmpty()
                && ring.getCursor() == poller.getSequence().get();
    }

    /** Empties each command and hands on what was in it. */
    private record Commands(Handler handler) implements EventPoller.Handler<Command> {
        @Override
        public boolean onEvent(final Command command, final long sequence, final boolean last) {
            final ClientLink link = command.link;
            final ControlHeader header = command.header;
            final CoreTask task = command.task;
            final ByteBuf body = command.body;
            command.clear();
            if (task != null) {
                return handler.onTask(link, task);
            }
            return link == null || handler.onCommand(link, header, command.opaque, body);
        }
    }
}
