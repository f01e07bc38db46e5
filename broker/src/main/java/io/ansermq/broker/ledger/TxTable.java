package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.protocol.TransactionRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one state machine of all transactions. Owned by the core agent.
 *
 * <pre>
 *                 work          prepare            commit, rollback
 *   (unknown) ---------> ACTIVE ---------> PREPARED ----------------> (finished)
 *       |                 |   \                |                          ^
 *       |  commit in one  |    ROLLBACK_ONLY   | resolve by an            | forget
 *       +---- phase ------+---------|----------|-- administrator --> HEURISTICALLY_...
 *       +-----------------+---------+---------------------------------> (finished)
 * </pre>
 *
 * <p>Two kinds of method, as everywhere here: {@code decide...} reads the state and says what is to be done; {@code
 * admit...} at sequencing, {@link #logged} at commit and {@link #replay} after a restart change it. ACTIVE transactions have no
 * records: after a restart they never were (presumed abort). Prepared ones stay until somebody decides.
 *
 * <p>Finished transactions are remembered, so that a question asked again gets the same answer: of local ones the last
 * commit of each session, for {@value #MAX_SESSIONS} sessions; of the others the newest {@value #MAX_FINISHED}.
 */
public final class TxTable {

    /** Sessions whose last commit is remembered. */
    public static final int MAX_SESSIONS = 65_536;

    /** Finished branches that are remembered. */
    public static final int MAX_FINISHED = 16_384;

    /** What is to be done with a request. */
    public enum Action {
        /** What was asked for, with a record. */
        DO,
        /** It is done already: the answer is the same, once everything before is stored. */
        DONE,
        /** Nothing was to be done at all: a branch without work. */
        READ_ONLY,
        /** Undo what there is, without a record, and answer as if that was asked for. */
        ABORT,
        /** Undo what there is, without a record, and refuse. */
        ABORT_AND_REFUSE,
        REFUSE
    }

    /** An {@link Action}, with error and text when it refuses. */
    public record Decision(Action action, int error, String text) {

        private static Decision of(final Action action) {
            return new Decision(action, 0, "");
        }

        private static Decision refuse(final int error, final String text) {
            return new Decision(Action.REFUSE, error, text);
        }
    }

    /** The last commit of a session, and from which number on it may commit. */
    static final class Session {
        long committed = -1;
        long loggedCommitted = -1;
        long barred = -1;
    }

    /** An outcome; {@code logged} once it would be the same after a crash. */
    record Finished(boolean committed, boolean logged) {}

    private final Map<TransactionId, Transaction> open = new HashMap<>();
    /** Decided, but the record is not committed: images must still have them, and the log their messages. */
    private final Map<TransactionId, Transaction> leaving = new HashMap<>();

    private final Map<String, Session> sessions = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<String, Session> eldest) {
            return size() > MAX_SESSIONS;
        }
    };
    private final Map<TransactionId, Finished> finished = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(final Map.Entry<TransactionId, Finished> eldest) {
            return size() > MAX_FINISHED;
        }
    };

    /** No transactions. */
    public TxTable() {}

    /** The transaction, or null when nothing of it is here. */
    public @Nullable Transaction find(final TransactionId id) {
        return open.get(id);
    }

    /** The transaction whose end may be under way, or null. */
    public @Nullable Transaction undecided(final TransactionId id) {
        final Transaction ending = leaving.get(id);
        return ending == null ? open.get(id) : ending;
    }

    /** All transactions there are, in no order. */
    public Collection<Transaction> all() {
        return Collections.unmodifiableCollection(open.values());
    }

    /** How many messages wait for the ends of their transactions; looks at every transaction. */
    public long sends() {
        long sum = 0;
        for (final Transaction each : open.values()) {
            sum += each.sends().size();
        }
        return sum;
    }

    /** All transactions there are, in the order of their names, behind {@code after} if that is given. */
    public List<Transaction> inOrder(final @Nullable TransactionId after) {
        final List<Transaction> sorted = new ArrayList<>();
        for (final Transaction each : open.values()) {
            if (after == null || each.id().text().compareTo(after.text()) > 0) {
                sorted.add(each);
            }
        }
        sorted.sort(Comparator.comparing(each -> each.id().text()));
        return sorted;
    }

    /** The lowest log position of a message that is not visible yet, or {@link Long#MAX_VALUE}. */
    public long oldestPosition() {
        long oldest = Long.MAX_VALUE;
        for (final Transaction each : open.values()) {
            oldest = Math.min(oldest, each.sends().oldestPosition());
        }
        for (final Transaction each : leaving.values()) {
            oldest = Math.min(oldest, each.sends().oldestPosition());
        }
        return oldest;
    }

    // ---- Decisions

    /** Work comes before its end is asked for. {@link Action#DO}: into {@link #admitWork}. */
    public Decision decideWork(final TransactionId id) {
        final Transaction known = open.get(id);
        if (known == null) {
            return finishedAlready(id);
        }
        return switch (known.state()) {
            case ACTIVE -> Decision.of(Action.DO);
            case ROLLBACK_ONLY -> rolledBack(known);
            default -> wrongState(known, "take further work");
        };
    }

    /** Whether a new transaction may have this name. */
    private Decision finishedAlready(final TransactionId id) {
        if (leaving.containsKey(id)) {
            return Decision.refuse(ErrorCodes.TRANSACTION_STATE, "transaction " + id + " is being completed");
        }
        if (id.isLocal()) {
            final Session session = sessions.get(id.session());
            if (session != null && id.sequence() <= session.barred) {
                return Decision.refuse(
                        ErrorCodes.TRANSACTION_ROLLED_BACK,
                        "transaction " + id + " was rolled back, because its client asked what became of it");
            }
            if (session != null && id.sequence() <= session.committed) {
                return Decision.refuse(ErrorCodes.TRANSACTION_STATE, "transaction " + id + " is over");
            }
        }
        return Decision.of(Action.DO);
    }

    /** A commit is asked for, {@code onePhase} for what was not prepared. */
    public Decision decideCommit(final TransactionId id, final boolean onePhase) {
        final Transaction known = open.get(id);
        if (known == null) {
            return decideCommitOfUnknown(id, onePhase);
        }
        return switch (known.state()) {
            case ACTIVE -> onePhase ? Decision.of(Action.DO) : wrongState(known, "be committed in two phases");
            case ROLLBACK_ONLY -> onePhase ? abortAndRefuse(known) : wrongState(known, "be committed in two phases");
            case PREPARED -> onePhase ? wrongState(known, "be committed in one phase") : Decision.of(Action.DO);
            default -> heuristic(known);
        };
    }

    private Decision decideCommitOfUnknown(final TransactionId id, final boolean onePhase) {
        if (isCommitted(id)) {
            return Decision.of(Action.DONE);
        }
        if (!onePhase) {
            return unknown(id);
        }
        final Finished before = finished.get(id);
        if (before != null) {
            return Decision.refuse(ErrorCodes.TRANSACTION_ROLLED_BACK, "transaction " + id + " was rolled back");
        }
        return finishedAlready(id);
    }

    private boolean isCommitted(final TransactionId id) {
        if (id.isLocal()) {
            final Session session = sessions.get(id.session());
            return session != null && session.committed == id.sequence();
        }
        final Finished before = finished.get(id);
        return before != null && before.committed();
    }

    /** A prepare is asked for; {@code bringsWork} when the request itself has some. */
    public Decision decidePrepare(final TransactionId id, final boolean bringsWork) {
        final Transaction known = open.get(id);
        if (known == null) {
            final Decision fresh = finishedAlready(id);
            return fresh.action() == Action.DO && !bringsWork ? Decision.of(Action.READ_ONLY) : fresh;
        }
        return switch (known.state()) {
            case ACTIVE -> Decision.of(known.isEmpty() && !bringsWork ? Action.READ_ONLY : Action.DO);
            case ROLLBACK_ONLY -> abortAndRefuse(known);
            case PREPARED -> wrongState(known, "be prepared again");
            default -> heuristic(known);
        };
    }

    /** A rollback is asked for. {@link Action#DO} needs a record, {@link Action#ABORT} none. */
    public Decision decideRollback(final TransactionId id) {
        final Transaction known = open.get(id);
        if (known == null) {
            final Finished before = finished.get(id);
            return id.isLocal() || (before != null && !before.committed()) ? Decision.of(Action.DONE) : unknown(id);
        }
        return switch (known.state()) {
            case ACTIVE, ROLLBACK_ONLY -> Decision.of(Action.ABORT);
            case PREPARED -> Decision.of(Action.DO);
            default -> heuristic(known);
        };
    }

    /** The owner has heard of a heuristic outcome. */
    public Decision decideForget(final TransactionId id) {
        final Transaction known = open.get(id);
        if (known == null) {
            return unknown(id);
        }
        return known.isHeuristic() ? Decision.of(Action.DO) : wrongState(known, "be forgotten");
    }

    /** An administrator decides; what is not prepared becomes ROLLBACK_ONLY, so that its client hears of it. */
    public Decision decideResolve(final TransactionId id, final boolean commit) {
        final Transaction known = open.get(id);
        if (known == null) {
            return unknown(id);
        }
        return switch (known.state()) {
            case PREPARED -> Decision.of(Action.DO);
            case ACTIVE, ROLLBACK_ONLY ->
                commit ? wrongState(known, "be committed: its client has not prepared it") : Decision.of(Action.DO);
            default -> heuristic(known);
        };
    }

    /** Where a transaction stands; a local one that is not committed is barred from it from now on. */
    public TransactionState admitQuestion(final TransactionId id) {
        final Transaction known = open.get(id);
        if (known != null) {
            return known.state();
        }
        if (isCommitted(id)) {
            return TransactionState.COMMITTED;
        }
        if (id.isLocal()) {
            final Session session = session(id);
            session.barred = Math.max(session.barred, id.sequence());
            return TransactionState.ROLLED_BACK;
        }
        return finished.containsKey(id) ? TransactionState.ROLLED_BACK : TransactionState.UNKNOWN;
    }

    private static Decision rolledBack(final Transaction known) {
        return Decision.refuse(
                ErrorCodes.TRANSACTION_ROLLED_BACK,
                "transaction " + known.id() + " can only be rolled back: " + known.reason());
    }

    private static Decision abortAndRefuse(final Transaction known) {
        final Decision refusal = rolledBack(known);
        return new Decision(Action.ABORT_AND_REFUSE, refusal.error(), refusal.text());
    }

    private static Decision wrongState(final Transaction known, final String what) {
        return Decision.refuse(
                ErrorCodes.TRANSACTION_STATE,
                "transaction " + known.id() + " is " + known.state() + " and cannot " + what);
    }

    private static Decision heuristic(final Transaction known) {
        final boolean committed = known.state() == TransactionState.HEURISTICALLY_COMMITTED;
        return Decision.refuse(
                committed ? ErrorCodes.HEURISTIC_COMMIT : ErrorCodes.HEURISTIC_ROLLBACK,
                "transaction " + known.id() + " was " + (committed ? "committed" : "rolled back")
                        + " by an administrator; forget it to end it");
    }

    private static Decision unknown(final TransactionId id) {
        return Decision.refuse(
                ErrorCodes.TRANSACTION_UNKNOWN,
                "transaction " + id + " is not known: it is over, or was rolled back when client or broker ended");
    }

    // ---- Sequencing

    /** The transaction that work is for, made if there is none. */
    public Transaction admitWork(final TransactionId id, final long epochMs) {
        return open.computeIfAbsent(id, name -> new Transaction(name, epochMs));
    }

    /** From now on this transaction can only be rolled back. */
    public void admitRollbackOnly(final Transaction transaction, final String reason, final long epochMs) {
        if (transaction.state() == TransactionState.ACTIVE) {
            transaction.rollbackOnly(reason, epochMs);
        }
    }

    /** An ACTIVE or ROLLBACK_ONLY transaction is undone. */
    public void admitAbortOfActive(final TransactionId id) {
        open.remove(id);
        if (!id.isLocal()) {
            finish(id, false, true);
        }
    }

    /** A TX_PREPARE was sequenced. */
    public void admitPrepare(final Transaction transaction, final long epochMs) {
        transaction.state(TransactionState.PREPARED, epochMs);
    }

    /** A TX_COMMIT or TX_ABORT was sequenced; {@code heuristic} when an administrator decided for the owner of a branch. */
    public void admitEnd(final TransactionId id, final boolean commit, final boolean heuristic, final long epochMs) {
        final Transaction known = open.get(id);
        if (heuristic && known != null) {
            known.state(
                    commit ? TransactionState.HEURISTICALLY_COMMITTED : TransactionState.HEURISTICALLY_ROLLED_BACK,
                    epochMs);
            return;
        }
        leave(id);
        if (id.isLocal()) {
            session(id).committed = id.sequence();
        } else {
            finish(id, commit, false);
        }
    }

    /** A TX_FORGET was sequenced. */
    public void admitForget(final TransactionId id) {
        leave(id);
    }

    private void leave(final TransactionId id) {
        final Transaction known = open.remove(id);
        if (known != null) {
            leaving.put(id, known);
        }
    }

    private void finish(final TransactionId id, final boolean committed, final boolean logged) {
        finished.remove(id);
        finished.put(id, new Finished(committed, logged));
    }

    private Session session(final TransactionId id) {
        return sessions.computeIfAbsent(id.session(), name -> new Session());
    }

    // ---- Commit

    /** A TX record that was admitted is committed. */
    public void logged(final int kind, final TransactionRecord record) {
        final TransactionId id = record.id();
        final Transaction known = open.get(id);
        switch (kind) {
            case ControlRecord.TX_PREPARE -> {
                if (known != null) {
                    known.logged(TransactionState.PREPARED);
                }
            }
            case ControlRecord.TX_COMMIT, ControlRecord.TX_ABORT -> {
                if (record.isHeuristic() && known != null) {
                    known.logged(known.state());
                    known.sends().clear();
                    known.acks().clear();
                } else {
                    leaving.remove(id);
                }
                if (!id.isLocal()) {
                    finished.computeIfPresent(id, (name, outcome) -> new Finished(outcome.committed(), true));
                } else if (kind == ControlRecord.TX_COMMIT) {
                    session(id).loggedCommitted = id.sequence();
                }
            }
            default -> leaving.remove(id);
        }
    }

    // ---- Replay and state images

    /** Folds a TX record in a replay; again it changes nothing. */
    public void replay(final int kind, final TransactionRecord record) {
        final TransactionId id = record.id();
        switch (kind) {
            case ControlRecord.TX_PREPARE -> {
                final Transaction prepared = new Transaction(id, record.sinceEpochMs());
                record.forEach(prepared.sends()::add, prepared.acks()::add);
                prepared.state(TransactionState.PREPARED, record.sinceEpochMs());
                prepared.logged(TransactionState.PREPARED);
                open.put(id, prepared);
            }
            case ControlRecord.TX_COMMIT, ControlRecord.TX_ABORT ->
                replayEnd(id, kind == ControlRecord.TX_COMMIT, record.isHeuristic(), record.sinceEpochMs());
            default -> open.remove(id);
        }
    }

    private void replayEnd(final TransactionId id, final boolean commit, final boolean heuristic, final long epochMs) {
        if (heuristic) {
            final Transaction over = new Transaction(id, epochMs);
            over.state(
                    commit ? TransactionState.HEURISTICALLY_COMMITTED : TransactionState.HEURISTICALLY_ROLLED_BACK,
                    epochMs);
            over.logged(over.state());
            open.put(id, over);
            return;
        }
        open.remove(id);
        if (id.isLocal()) {
            final Session session = session(id);
            session.committed = Math.max(session.committed, id.sequence());
            session.loggedCommitted = session.committed;
        } else {
            finish(id, commit, true);
        }
    }

    /** What a state image must have, as of now. */
    public TransactionSnapshot snapshot() {
        final List<Transaction> transactions = new ArrayList<>(leaving.size() + open.size());
        transactions.addAll(leaving.values());
        transactions.addAll(open.values());
        return new TransactionSnapshot(
                transactions, new ArrayList<>(finished.entrySet()), new ArrayList<>(sessions.entrySet()));
    }
}
