package io.ansermq.broker.core;

import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TransactionAcks;
import io.ansermq.broker.ledger.TransactionSends;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.broker.ledger.TxTable.Action;
import io.ansermq.broker.ledger.TxTable.Decision;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.Forget;
import io.ansermq.remoting.protocol.TransactionHeader.GetTransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.ListTransactions;
import io.ansermq.remoting.protocol.TransactionHeader.Prepare;
import io.ansermq.remoting.protocol.TransactionHeader.Prepared;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.remoting.protocol.TransactionHeader.Recover;
import io.ansermq.remoting.protocol.TransactionHeader.Recovered;
import io.ansermq.remoting.protocol.TransactionHeader.Resolve;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionInfo;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionPart;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionWork;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.protocol.TransactionRecord;
import io.ansermq.store.FlushLevel;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what clients ask for about transactions: the {@link TxTable} decides, the {@link TransactionWriter} writes.
 * Owned by the core agent.
 *
 * <p>A request that finds no room in the log stays here, and core takes no other command until it is through, as with a
 * Send in the {@link Sequencer}.
 */
final class Transactions {

    /** Entries of one list that an answer carries. */
    private static final int PAGE = 1000;

    /** A transaction that is not prepared may have this part of the room for the log. */
    private static final int QUARTER = 4;

    private static final TransactionSends NO_SENDS = new TransactionSends();

    /** Leased offsets that a transaction wants to have received. */
    private record Received(Consumer consumer, LaneLedger under, long first, long last) {}

    /** Offsets of a subscription without records. */
    private record HeldVolatile(LaneLedger under, long first, long last) {}

    private final TxTable table;
    private final TransactionWriter log;
    private final Effects effects;
    private final Registry registry;
    private final Settlement settlement;
    private final Requests requests;
    private final Dispatcher dispatcher;
    private final Outgoing outgoing;
    private final SequencedPosition last;
    private final FlushLevel confirmLevel;
    private final int maxSends;
    private final DiskGate gate;
    private final TransactionRights rights;

    private final TransactionDeadlines deadlines = new TransactionDeadlines();

    /** What transactions hold of volatile subscriptions; their records know nothing of it. */
    private final Map<Transaction, List<HeldVolatile>> heldVolatile = new HashMap<>();

    // The request under way.
    private @Nullable ClientLink link;
    private @Nullable ControlHeader header;
    private int opaque;
    private @Nullable ByteBuf body;
    /** How much of a TransactionPart is done. */
    private int index;

    private int run;
    private int doneOfRun;

    Transactions(
            final TxTable table,
            final TransactionWriter log,
            final Effects effects,
            final Registry registry,
            final Settlement settlement,
            final Requests requests,
            final Dispatcher dispatcher,
            final Outgoing outgoing,
            final SequencedPosition last,
            final FlushLevel confirmLevel,
            final int maxSends,
            final DiskGate gate) {
        this.table = table;
        this.log = log;
        this.effects = effects;
        this.registry = registry;
        this.settlement = settlement;
        this.requests = requests;
        this.dispatcher = dispatcher;
        this.outgoing = outgoing;
        this.last = last;
        this.confirmLevel = confirmLevel;
        this.maxSends = maxSends;
        this.gate = gate;
        this.rights = new TransactionRights(registry);
    }

    /** Whether a request is one of those that are carried out here. */
    static boolean concerns(final ControlHeader request) {
        return request instanceof TransactionHeader;
    }

    /** Whether a request waits for room. */
    boolean isBusy() {
        return header != null;
    }

    /** Whether the request that waits would find room now. */
    boolean hasRoom() {
        return header != null && log.hasRoom();
    }

    /** Starts a request; {@link #proceed} carries it out. The body now belongs here. */
    void begin(final ClientLink from, final ControlHeader request, final int number, final @Nullable ByteBuf records) {
        link = from;
        header = request;
        opaque = number;
        body = records;
        index = records == null ? 0 : records.readerIndex();
        run = 0;
        doneOfRun = 0;
    }

    /**
     * Carries out the request under way, if there is one.
     *
     * @return false when the log has no room now; call again later
     */
    boolean proceed(final long nowEpochMs) {
        final ControlHeader request = header;
        if (request == null) {
            return true;
        }
        final ClientLink from = outgoing.touch(Objects.requireNonNull(link));
        if (!carryOut(from, request, nowEpochMs)) {
            return false;
        }
        if (body != null) {
            from.consumed(body.readableBytes());
        }
        abandon();
        return true;
    }

    /** Ends the work of transactions whose time is up; what they hold is there for others again. */
    void expire(final long nowEpochMs) {
        for (Transaction late = deadlines.takeOverdue(nowEpochMs);
                late != null;
                late = deadlines.takeOverdue(nowEpochMs)) {
            table.admitRollbackOnly(late, "it took longer than its timeout", nowEpochMs);
            undo(late);
        }
    }

    /** Forgets the request under way. */
    void abandon() {
        if (body != null) {
            body.release();
            body = null;
        }
        header = null;
        link = null;
    }

    private boolean carryOut(final ClientLink from, final ControlHeader request, final long nowEpochMs) {
        final String refusal = rights.refusal(from, request, table::find);
        if (refusal != null) {
            return refuse(ErrorCodes.AUTHORIZATION, refusal);
        }
        return switch (request.code()) {
            case Commit.CODE -> commit(from, (Commit) request, nowEpochMs);
            case Prepare.CODE -> prepare(from, (Prepare) request, nowEpochMs);
            case TransactionPart.CODE -> part(from, (TransactionPart) request, nowEpochMs);
            case Rollback.CODE -> rollback(((Rollback) request).transaction(), nowEpochMs);
            case Forget.CODE -> forget(((Forget) request).transaction(), nowEpochMs);
            case Resolve.CODE -> resolve((Resolve) request, nowEpochMs);
            case GetTransactionStatus.CODE ->
                answer(new TransactionStatus(table.admitQuestion(((GetTransactionStatus) request).transaction())));
            case Recover.CODE -> answer(recover(from, ((Recover) request).after()));
            case ListTransactions.CODE -> answer(list(((ListTransactions) request).after()));
            default ->
                refuse(ErrorCodes.PROTOCOL, request.getClass().getSimpleName() + " is not a request to a broker");
        };
    }

    // ---- Answers

    /** Answers once everything sequenced so far is committed; always true. */
    private boolean answer(final ControlHeader answer) {
        final Effects.Effect effect = effects.add(Effects.Kind.ANSWER, last.get());
        effect.link = Objects.requireNonNull(link);
        effect.opaque = opaque;
        effect.answer = answer;
        return true;
    }

    private boolean refuse(final int error, final String text) {
        return answer(new Failure(error, text));
    }

    /** Answers for every decision but {@link Action#DO}. */
    private boolean settle(final Decision decision, final TransactionId id, final ControlHeader done) {
        switch (decision.action()) {
            case ABORT, ABORT_AND_REFUSE, READ_ONLY -> abort(id);
            default -> {
                // nothing to undo
            }
        }
        return switch (decision.action()) {
            case REFUSE, ABORT_AND_REFUSE -> refuse(decision.error(), decision.text());
            default -> answer(done);
        };
    }

    // ---- Work

    private boolean commit(final ClientLink from, final Commit commit, final long nowEpochMs) {
        final TransactionId id = commit.transaction();
        final Decision decision = table.decideCommit(id, commit.onePhase());
        if (decision.action() != Action.DO) {
            return settle(decision, id, new Done());
        }
        final Transaction known = table.find(id);
        if (!commit.onePhase()) {
            return commitPrepared(Objects.requireNonNull(known), 0, nowEpochMs);
        }
        final List<Received> received = new ArrayList<>();
        final String problem = check(from, commit, received);
        if (problem != null) {
            abort(id);
            return refuse(ErrorCodes.TRANSACTION_ROLLED_BACK, "transaction " + id + " was rolled back: " + problem);
        }
        final TransactionAcks acks = new TransactionAcks();
        if (known != null) {
            acks.addAll(known.acks());
        }
        received.forEach(each -> addKept(each, acks));
        final TransactionSends sends = known == null ? NO_SENDS : known.sends();
        if (sends.size() > 0 || body != null || acks.ledgers() > 0) {
            final FlushLevel level = sends.size() > 0 || acks.ledgers() > 0 ? confirmLevel : FlushLevel.WRITTEN;
            try {
                if (!log.commit(id, 0, sends, acks, commit.runs(), body, level, nowEpochMs)) {
                    return false;
                }
            } catch (final TransactionWriter.TooLargeException e) {
                abort(id);
                return refuse(
                        ErrorCodes.TRANSACTION_ROLLED_BACK,
                        "transaction " + id + " was rolled back: " + e.getMessage());
            }
        }
        received.forEach(Transactions::acknowledge);
        if (known != null) {
            deadlines.remove(known);
            doneVolatile(known);
        }
        credit(commit, from);
        table.admitEnd(id, true, false, nowEpochMs);
        return answer(new Done());
    }

    private boolean commitPrepared(final Transaction known, final int flags, final long nowEpochMs) {
        final TransactionId id = known.id();
        try {
            if (!log.commit(id, flags, known.sends(), known.acks(), List.of(), null, confirmLevel, nowEpochMs)) {
                return false;
            }
        } catch (final TransactionWriter.TooLargeException e) {
            // Its TX_PREPARE was as long, so only offsets of more digits can have done this.
            return refuse(ErrorCodes.RESOURCE_LIMIT, "transaction " + id + ": " + e.getMessage());
        }
        doneVolatile(known);
        table.admitEnd(id, true, flags != 0, nowEpochMs);
        return answer(new Done());
    }

    private boolean prepare(final ClientLink from, final Prepare prepare, final long nowEpochMs) {
        final TransactionId id = prepare.transaction();
        final Decision decision =
                table.decidePrepare(id, body != null || !prepare.acks().isEmpty());
        if (decision.action() != Action.DO) {
            return settle(decision, id, new Prepared(true));
        }
        final List<Received> received = new ArrayList<>();
        final String problem = check(from, prepare, received);
        if (problem != null) {
            abort(id);
            return refuse(ErrorCodes.TRANSACTION_ROLLED_BACK, "transaction " + id + " was rolled back: " + problem);
        }
        final Transaction known = table.admitWork(id, nowEpochMs);
        final TransactionAcks acks = new TransactionAcks();
        acks.addAll(known.acks());
        received.forEach(each -> addKept(each, acks));
        try {
            if (!log.prepare(known, acks, prepare.runs(), body, confirmLevel, nowEpochMs)) {
                return false;
            }
        } catch (final TransactionWriter.TooLargeException e) {
            abort(id);
            return refuse(
                    ErrorCodes.TRANSACTION_ROLLED_BACK, "transaction " + id + " was rolled back: " + e.getMessage());
        }
        received.forEach(each -> hold(known, each));
        credit(prepare, from);
        deadlines.remove(known);
        table.admitPrepare(known, nowEpochMs);
        return answer(new Prepared(false));
    }

    private boolean part(final ClientLink from, final TransactionPart part, final long nowEpochMs) {
        final TransactionId id = part.transaction();
        if (run == 0 && doneOfRun == 0) {
            final Decision decision = table.decideWork(id);
            if (decision.action() != Action.DO) {
                return settle(decision, id, new Done());
            }
        }
        final Transaction known = table.admitWork(id, nowEpochMs);
        from.transactions.add(known);
        if (part.timeoutMs() > 0) {
            deadlines.set(known, nowEpochMs + part.timeoutMs());
        }
        if (run == 0 && doneOfRun == 0) {
            final List<Received> received = new ArrayList<>();
            final String problem = check(from, part, received);
            if (problem != null) {
                return spoil(known, problem, nowEpochMs);
            }
            received.forEach(each -> hold(known, each));
            credit(part, from);
        }
        for (; run < part.runs().size(); run++) {
            final RecordRun each = part.runs().get(run);
            final DestinationState to = registry.existing(each.destination());
            for (; doneOfRun < each.count(); doneOfRun++) {
                if (known.sends().size() == maxSends) {
                    return spoil(
                            known,
                            "it sends more than " + maxSends + " messages; use smaller transactions",
                            nowEpochMs);
                }
                final ByteBuf records = Objects.requireNonNull(body);
                final String pinned = pinsTooMuch(known, records.getInt(index));
                if (pinned != null) {
                    return spoil(known, pinned, nowEpochMs);
                }
                if (!log.half(records, index, to, known.sends(), nowEpochMs)) {
                    return false;
                }
                index += records.getInt(index);
            }
            doneOfRun = 0;
        }
        return answer(new Done());
    }

    /**
     * Why a transaction must not have so many bytes more, or null. What it has is kept for nobody but itself, and others
     * wait for room meanwhile.
     */
    private @Nullable String pinsTooMuch(final Transaction known, final long moreBytes) {
        final long limit = gate.capacityBytes() / QUARTER;
        final long bytes = known.sends().bytes() + moreBytes;
        return bytes <= limit || limit == 0
                ? null
                : "its messages take more than " + limit + " bytes, a quarter of the room that the log has; use"
                        + " smaller transactions or give the broker more room";
    }

    /** Nothing can come of this transaction any more; its messages need not be kept. */
    private boolean spoil(final Transaction known, final String reason, final long nowEpochMs) {
        table.admitRollbackOnly(known, reason, nowEpochMs);
        undo(known);
        return refuse(
                ErrorCodes.TRANSACTION_ROLLED_BACK,
                "transaction " + known.id() + " can only be rolled back: " + reason);
    }

    /** Why this work cannot be accepted, or null; {@code received} gets the offsets that it names. */
    private @Nullable String check(final ClientLink from, final TransactionWork work, final List<Received> received) {
        for (final RecordRun each : work.runs()) {
            final DestinationState to = registry.destination(each.destination());
            if (to == null) {
                return "no destination has number " + each.destination() + "; it was deleted";
            }
            final String refusal = from.sendRights.refusal(from.access(), to);
            if (refusal != null) {
                return refusal;
            }
        }
        for (final ConsumerAck ack : work.acks()) {
            final Consumer consumer = from.consumers.get(ack.consumer());
            for (final OffsetRange range : ack.ranges()) {
                final LaneLedger under = consumer == null ? null : consumer.subscription.ledger(range.lane());
                if (consumer == null
                        || under == null
                        || !under.ledger.isLeasedBy(consumer.id, range.first(), range.last())) {
                    return "some of the messages that it received are no longer its own";
                }
                received.add(new Received(consumer, under, range.first(), range.last()));
            }
        }
        return null;
    }

    private static void addKept(final Received received, final TransactionAcks acks) {
        if (received.under.subscription.kept) {
            acks.add(received.under.ledger.id(), received.first, received.last);
        }
    }

    /** What was received is as good as done; its record is written. */
    private static void acknowledge(final Received received) {
        received.under.ledger.acknowledge(
                received.consumer.id, received.first, received.last, (first, lastOffset) -> {});
        if (!received.under.subscription.kept) {
            received.under.ledger.done(received.first, received.last);
        }
    }

    private void hold(final Transaction holder, final Received received) {
        received.under.ledger.hold(received.first, received.last);
        if (received.under.subscription.kept) {
            holder.acks().add(received.under.ledger.id(), received.first, received.last);
        } else {
            heldVolatile
                    .computeIfAbsent(holder, each -> new ArrayList<>())
                    .add(new HeldVolatile(received.under, received.first, received.last));
        }
    }

    private void credit(final TransactionWork work, final ClientLink from) {
        for (final ConsumerAck ack : work.acks()) {
            final Consumer consumer = from.consumers.get(ack.consumer());
            if (consumer != null) {
                requests.credit(consumer, ack.creditMessages(), ack.creditBytes(), ack.handedTag());
            }
        }
    }

    // ---- Ends

    private boolean rollback(final TransactionId id, final long nowEpochMs) {
        final Decision decision = table.decideRollback(id);
        if (decision.action() != Action.DO) {
            return settle(decision, id, new Done());
        }
        return rollbackPrepared(Objects.requireNonNull(table.find(id)), 0, nowEpochMs);
    }

    private boolean rollbackPrepared(final Transaction known, final int flags, final long nowEpochMs) {
        if (!log.end(ControlRecord.TX_ABORT, known.id(), flags, confirmLevel, nowEpochMs)) {
            return false;
        }
        giveBackVolatile(known);
        table.admitEnd(known.id(), false, flags != 0, nowEpochMs);
        return answer(new Done());
    }

    private boolean resolve(final Resolve resolve, final long nowEpochMs) {
        final TransactionId id = resolve.transaction();
        final Decision decision = table.decideResolve(id, resolve.commit());
        if (decision.action() != Action.DO) {
            return refuse(decision.error(), decision.text());
        }
        final Transaction known = Objects.requireNonNull(table.find(id));
        if (known.state() != TransactionState.PREPARED) {
            table.admitRollbackOnly(known, "an administrator has rolled it back", nowEpochMs);
            undo(known);
            return answer(new Done());
        }
        final int flags = id.isXa() ? TransactionRecord.FLAG_HEURISTIC : 0;
        return resolve.commit() ? commitPrepared(known, flags, nowEpochMs) : rollbackPrepared(known, flags, nowEpochMs);
    }

    private boolean forget(final TransactionId id, final long nowEpochMs) {
        final Decision decision = table.decideForget(id);
        if (decision.action() != Action.DO) {
            return settle(decision, id, new Done());
        }
        if (!log.end(ControlRecord.TX_FORGET, id, 0, confirmLevel, nowEpochMs)) {
            return false;
        }
        table.admitForget(id);
        return answer(new Done());
    }

    /** The connection is gone, and with it what it had not prepared (presumed abort). */
    void closed(final ClientLink gone) {
        for (final Transaction each : gone.transactions) {
            final TransactionState state = each.state();
            if (table.find(each.id()) == each
                    && (state == TransactionState.ACTIVE || state == TransactionState.ROLLBACK_ONLY)) {
                abort(each.id());
            }
        }
        gone.transactions.clear();
    }

    /** Undoes a transaction that is not prepared: nothing of it is in the log that anybody would read. */
    private void abort(final TransactionId id) {
        final Transaction known = table.find(id);
        if (known != null) {
            table.admitAbortOfActive(id);
            undo(known);
        }
    }

    private void undo(final Transaction known) {
        deadlines.remove(known);
        for (int i = 0; i < known.acks().ledgers(); i++) {
            final LaneLedger under = registry.ledger(known.acks().ledger(i));
            if (under != null) {
                known.acks().ranges(i).forEach((first, lastOffset) -> giveBack(under, first, lastOffset));
            }
        }
        giveBackVolatile(known);
        known.sends().clear();
        known.acks().clear();
    }

    private void doneVolatile(final Transaction known) {
        final List<HeldVolatile> held = heldVolatile.remove(known);
        if (held != null) {
            held.forEach(each -> each.under.ledger.done(each.first, each.last));
        }
    }

    private void giveBackVolatile(final Transaction known) {
        final List<HeldVolatile> held = heldVolatile.remove(known);
        if (held != null) {
            held.forEach(each -> giveBack(each.under, each.first, each.last));
        }
    }

    /** What a transaction held is available again, to others first in line as well. */
    void giveBack(final LaneLedger under, final long first, final long lastOffset) {
        final RangeSet back = under.ledger.giveBack(first, lastOffset);
        settlement.givenBack(under, back);
        dispatcher.wake(under.subscription);
    }

    // ---- Lists

    private Recovered recover(final ClientLink to, final @Nullable TransactionId after) {
        final List<TransactionId> found = new ArrayList<>();
        for (final Transaction each : table.inOrder(after)) {
            if (each.id().isXa()
                    && (each.state() == TransactionState.PREPARED || each.isHeuristic())
                    && rights.isVisible(to, each)) {
                if (found.size() == PAGE) {
                    return new Recovered(found, true);
                }
                found.add(each.id());
            }
        }
        return new Recovered(found, false);
    }

    private TransactionHeader.Transactions list(final @Nullable TransactionId after) {
        final List<TransactionInfo> found = new ArrayList<>();
        for (final Transaction each : table.inOrder(after)) {
            if (found.size() == PAGE) {
                return new TransactionHeader.Transactions(found, true);
            }
            found.add(each.info());
        }
        return new TransactionHeader.Transactions(found, false);
    }
}
