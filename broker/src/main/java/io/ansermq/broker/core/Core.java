package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.ResumeHeader.Resume;
import io.ansermq.remoting.protocol.SendingHeader.GetPart;
import io.ansermq.remoting.protocol.SendingHeader.PutPart;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.SharedQueueHeader;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.FrameWriter;
import io.ansermq.store.commitlog.Watermarks;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import jdk.jfr.FlightRecorder;
import org.jspecify.annotations.Nullable;

/**
 * The core agent, which alone changes delivery state. {@link #doWork} is one turn:
 *
 * <ol>
 *   <li>take commands from the IN ring and sequence what they say into the open frame, and delayed messages that are due,
 *   <li>write the acknowledgements and reservations of this turn, seal the frame and hand it to the {@code log} agent,
 *   <li>apply what the log has committed since the last turn,
 *   <li>deliver to consumers with credit,
 *   <li>hand everything told to clients to their network threads, one wake-up for each.
 * </ol>
 *
 * <p>Nothing is visible before it is committed: a message enters its lane, an acknowledgement its ledger and an answer
 * its outbox in step 3 only. When the staging buffer is full the turn goes on without step 1, so committing, delivering and
 * acknowledging never wait for producers.
 *
 * <p>One thread at a time runs turns: its own or, while that sleeps, a network thread that brings a little
 * ({@link CoreThread}). "Core only" and "owned by core" mean whichever does.
 */
public final class Core implements CoreThread.Agent {

    /** Commands of one turn, so that a frame is sealed soon even under a flood. */
    private static final int COMMANDS_PER_TURN = 256;

    private static final long NS_PER_MS = 1_000_000L;

    /** Longest sleep: bounds how late work of little hurry (images) may be; what has a time wakes the agent by itself. */
    private static final long MAX_SLEEP_NS = 100 * NS_PER_MS;

    /** Effects of one turn, so that deliveries and commands never wait long for a large commit. */
    private static final int EFFECTS_PER_TURN = 8192;

    private final Inbox inbox;
    private final FrameWriter writer;
    private final Watermarks watermarks;
    private final LongSupplier epochMs;
    private final Effects effects;
    private final Sequencer sequencer;
    private final Replacements replacements;
    private final Transactions transactions;
    private final Parts parts;
    private final LargeMessages largeMessages;
    private final Settlement settlement;
    private final Applier applier;
    private final Timers timers;
    private final Misfits misfits;
    private final SequencedPosition last;
    private final Dispatcher dispatcher;
    private final Outgoing outgoing;
    private final Requests requests;
    private final AdminDesk admin;
    private final Connections connections;
    private final Upkeep upkeep;
    private final DiskGate gate;
    private final Facts facts;
    private final CoreDesk desk;
    private final Producers producers;
    private final CoreGuest guest;
    private final CoreAssembly assembly;

    private long nowEpochMs;
    private long nowNs;
    private int commandsLeft;
    private int taken;
    /** Whether ledgers were asked for their last records. */
    private boolean finishing;

    Core(
            final CommitLog log,
            final Inbox inbox,
            final LongSupplier epochMs,
            final Effects effects,
            final Sequencer sequencer,
            final Replacements replacements,
            final Transactions transactions,
            final Parts parts,
            final LargeMessages largeMessages,
            final Settlement settlement,
            final Applier applier,
            final Timers timers,
            final Misfits misfits,
            final SequencedPosition last,
            final Dispatcher dispatcher,
            final Outgoing outgoing,
            final Requests requests,
            final AdminDesk admin,
            final Connections connections,
            final Upkeep upkeep,
            final DiskGate gate,
            final Facts facts,
            final CoreDesk desk,
            final Producers producers,
            final CoreGuest guest,
            final CoreAssembly assembly) {
        this.inbox = inbox;
        this.writer = log.writer();
        this.watermarks = log.watermarks();
        this.epochMs = epochMs;
        this.effects = effects;
        this.sequencer = sequencer;
        this.replacements = replacements;
        this.transactions = transactions;
        this.parts = parts;
        this.largeMessages = largeMessages;
        this.settlement = settlement;
        this.applier = applier;
        this.timers = timers;
        this.misfits = misfits;
        this.last = last;
        this.dispatcher = dispatcher;
        this.outgoing = outgoing;
        this.requests = requests;
        this.admin = admin;
        this.connections = connections;
        this.upkeep = upkeep;
        this.gate = gate;
        this.facts = facts;
        this.desk = desk;
        this.producers = producers;
        this.guest = guest;
        this.assembly = assembly;
        inbox.attach(new Commands());
    }

    /** One turn; returns 0 when there was nothing to do. */
    @Override
    public int doWork(final long nowNs) {
        final CoreTurn event = FlightRecorder.isInitialized() ? new CoreTurn() : null;
        if (event != null) {
            event.begin();
        }
        final long wallEpochMs = epochMs.getAsLong();
        nowEpochMs = Math.max(nowEpochMs, wallEpochMs);
        timers.turn(wallEpochMs);
        misfits.turn(nowNs, wallEpochMs);
        taken = 0;
        this.nowNs = nowNs;
        upkeep.look(nowNs);
        refuseOverdue();
        if (!transactions.isBusy()) {
            transactions.expire(nowEpochMs);
        }
        if (sequencer.proceed(nowEpochMs)
                && transactions.proceed(nowEpochMs)
                && parts.proceed()
                && sendHeld()
                && sendOwn()
                && replacements.proceed(nowEpochMs)) {
            commandsLeft = COMMANDS_PER_TURN;
            inbox.poll();
        }
        final int fired = sequencer.isBusy()
                ? 0
                : timers.fire(writer, effects, last) + misfits.doWork(nowNs, nowEpochMs, dispatcher);
        taken += upkeep.write(nowNs, applier.appliedPosition());
        seal();
        final int applied = applier.apply(watermarks.committed(), EFFECTS_PER_TURN);
        dispatcher.dispatch();
        final int guestWork = guest.doWork(nowEpochMs);
        if (settlement.hasWork() || facts.hasWork()) {
            seal();
        }
        outgoing.flush();
        final long appliedPosition = applier.appliedPosition();
        final int upkeepWork = upkeep.doWork(nowNs, appliedPosition);
        if (event != null) {
            event.taken = taken;
            event.applied = applied;
            event.commit();
        }
        return taken + fired + applied + guestWork + upkeepWork;
    }

    /** Until the next delayed message is due, at most. */
    @Override
    public long sleepNs(final long nowNs) {
        if (!isIdle(nowNs)) {
            return 0;
        }
        final long workEpochMs = timers.nextWorkEpochMs();
        final long inMs = workEpochMs == Long.MAX_VALUE ? Long.MAX_VALUE : workEpochMs - epochMs.getAsLong();
        final long timerNs = inMs >= MAX_SLEEP_NS / NS_PER_MS ? MAX_SLEEP_NS : inMs * NS_PER_MS;
        return Math.max(1, Math.min(timerNs, misfits.nextInNs(nowNs)));
    }

    /** Whether a turn would find nothing to do. */
    private boolean isIdle(final long nowNs) {
        return isWithoutCommand()
                && applier.isIdle(watermarks.committed())
                && !dispatcher.hasWork()
                && !timers.hasWork(epochMs.getAsLong())
                && misfits.isIdle(nowNs)
                && !desk.hasOwn()
                && replacements.isIdle()
                && guest.isIdle()
                && (gate.isClosed() || gate.waiting() == 0)
                && upkeep.isIdle();
    }

    private boolean isWithoutCommand() {
        if (sequencer.isBusy()) {
            return !sequencer.hasRoom();
        }
        if (transactions.isBusy()) {
            return !transactions.hasRoom();
        }
        return parts.isBusy() ? !parts.hasRoom() : inbox.isEmpty();
    }

    /** For tests. */
    Cleaner cleaner() {
        return upkeep.cleaner();
    }

    private void seal() {
        settlement.write();
        if (!settlement.hasWork()) {
            // What waits to be stored waits for all that was asked for before.
            facts.write();
        }
        writer.seal(nowEpochMs);
    }

    /** Sequences what waited for room on the disk; false when the log has no room now. */
    private boolean sendHeld() {
        for (DiskGate.Held held = gate.nextReady(); held != null; held = gate.nextReady()) {
            taken++;
            if (held.link().gone) {
                release(held.link(), held.body());
            } else if (!send(held.link(), held.send(), held.body())) {
                return false;
            }
        }
        return true;
    }

    /** Tells those whose sends waited too long for room on the disk. */
    private void refuseOverdue() {
        for (DiskGate.Held held = gate.nextOverdue(nowNs); held != null; held = gate.nextOverdue(nowNs)) {
            taken++;
            sequencer.refuse(held.link(), held.send(), ErrorCodes.RESOURCE_LIMIT, gate.reason());
            release(held.link(), held.body());
        }
    }

    private boolean send(final ClientLink link, final Send send, final ByteBuf body) {
        outgoing.touch(link);
        sequencer.begin(link, send, body);
        return sequencer.proceed(nowEpochMs);
    }

    /** Sends what the broker itself has to send; false when the log has no room now. */
    private boolean sendOwn() {
        for (CoreDesk.Own own = desk.nextOwn(); own != null; own = desk.nextOwn()) {
            if (gate.isClosed() && own.header() instanceof Send send) {
                taken++;
                sequencer.refuse(own.from(), send, ErrorCodes.RESOURCE_LIMIT, gate.reason());
                release(own.from(), own.records());
            } else {
                onCommand(own.from(), own.header(), 0, own.records());
                if (sequencer.isBusy() || transactions.isBusy()) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean onCommand(
            final ClientLink link,
            final @Nullable ControlHeader header,
            final int opaque,
            final @Nullable ByteBuf body) {
        taken++;
        if (header == null) {
            link.known = true;
            connections.closed(link);
            closed(link);
        } else if (link.gone) {
            release(link, body);
        } else if (header instanceof Send send && body != null) {
            if (gate.mustWait()) {
                gate.hold(link, send, body, nowNs);
            } else if (!send(link, send, body)) {
                return false;
            }
        } else if (gate.isClosed() && body != null && (header instanceof PutPart || Transactions.concerns(header))) {
            // What it brings needs room; a transaction that brings nothing may still end.
            outgoing.touch(link).answer(opaque, new Failure(ErrorCodes.RESOURCE_LIMIT, gate.reason()));
            release(link, body);
        } else if (header instanceof PutPart put && body != null) {
            parts.put(link, put, opaque, body);
            if (!parts.proceed()) {
                return false;
            }
        } else if (header instanceof Connect connect && connect.session() != null) {
            connections.met(link);
            replace(link, sessionOf(link, connect.session()));
            requests.handle(link, header, opaque);
        } else if (header instanceof Resume resume) {
            facts.whenStored(
                    () -> outgoing.touch(link).answer(opaque, producers.resumed(link, resume.firstUnanswered())));
        } else if (header instanceof GetPart get) {
            parts.get(link, get, opaque);
        } else if (AdminDesk.concerns(header)) {
            connections.met(link);
            admin.handle(outgoing.touch(link), header, opaque, nowEpochMs);
        } else if (Transactions.concerns(header)) {
            transactions.begin(link, header, opaque, body);
            if (!transactions.proceed(nowEpochMs)) {
                return false;
            }
        } else if (!isForGuests(header) || !guest.request(outgoing.touch(link), header, opaque)) {
            connections.met(link);
            requests.handle(link, header, opaque);
        }
        return --commandsLeft > 0;
    }

    private void closed(final ClientLink link) {
        transactions.closed(link);
        largeMessages.closed(link);
        requests.closed(link);
        guest.closed(link);
        producers.detach(link);
    }

    /** The name of a session among all users': nobody takes over what another user has, for no user's name has a colon. */
    private static String sessionOf(final ClientLink link, final String name) {
        final String user = link.access().user();
        return (user == null ? "" : user) + ':' + name;
    }

    /** A session comes back: what its earlier connection has not said by now is not heard any more. */
    private void replace(final ClientLink link, final String session) {
        final ClientLink before = producers.attach(link, session);
        if (before != null) {
            requests.inherit(before, link);
            closed(before);
            before.replaced();
        }
    }

    /** Most of what comes is not, and is not to be shown around. */
    private static boolean isForGuests(final ControlHeader header) {
        return header instanceof SharedQueueHeader;
    }

    private static void release(final ClientLink link, final @Nullable ByteBuf body) {
        if (body != null) {
            link.consumed(body.readableBytes());
            body.release();
        }
    }

    /**
     * Delivers nothing any more, and asks clients to say what of all that they were sent their applications have not seen, and
     * to leave: else all of it counts as delivered. Thread safe.
     *
     * @return completes on core when they have left, which a client that hangs does not
     */
    public CompletableFuture<Void> sayGoodbye() {
        final CompletableFuture<Void> left = new CompletableFuture<>();
        final boolean asked = inbox.offer(ignored -> {
            dispatcher.stop();
            connections.sayGoodbye(outgoing, left);
        });
        if (!asked) {
            left.complete(null);
        }
        return left;
    }

    /**
     * A turn when all clients are gone, before {@link #close}: takes what they have left behind, and then has ledgers record
     * that nothing else was delivered. Without it the next life takes for delivered what may have been.
     *
     * @return whether nothing is left to do
     */
    @Override
    public boolean finish(final long turnNs) {
        doWork(turnNs);
        if (!inbox.isEmpty()
                || sequencer.isBusy()
                || transactions.isBusy()
                || settlement.hasWork()
                || !effects.isEmpty()) {
            return false;
        }
        if (!finishing) {
            finishing = true;
            requests.allGone();
        }
        return !settlement.hasWork();
    }

    /** Ends the agent's work after its thread has stopped, and closes log and indexes; what waits is dropped unanswered. */
    public void close() {
        sequencer.abandon();
        gate.drop();
        transactions.abandon();
        parts.abandon();
        desk.drop();
        replacements.drop();
        inbox.drop();
        assembly.close();
    }

    /** Takes what stands in the IN ring. */
    private final class Commands implements Inbox.Handler {
        @Override
        public boolean onCommand(
                final ClientLink link,
                final @Nullable ControlHeader header,
                final int opaque,
                final @Nullable ByteBuf body) {
            return Core.this.onCommand(link, header, opaque, body);
        }

        @Override
        public boolean onTask(final @Nullable ClientLink link, final CoreTask task) {
            taken++;
            if (link == null) {
                task.run(nowEpochMs);
            } else if (!link.gone) {
                connections.met(link);
                outgoing.touch(link);
                task.run(nowEpochMs);
            }
            return --commandsLeft > 0;
        }
    }
}
