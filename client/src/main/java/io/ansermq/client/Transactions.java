package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.TransactionHeader;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionInfo;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionState;
import io.ansermq.remoting.protocol.TransactionId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The transactions of a {@link BrokerSession}: their work goes to the broker in parts and with the end, and is bound to the
 * connection that has brought or received it. Thread safe; futures complete on the event loop, and fail with a {@link
 * BrokerException}.
 */
public final class Transactions {
    private final Supplier<Link> newest;
    private final Requester requester;

    /** The connection on which the broker got work of a transaction ahead, while that is not over. */
    private final Map<TransactionId, Integer> workAhead = new ConcurrentHashMap<>();

    Transactions(final Supplier<Link> newest, final Requester requester) {
        this.newest = newest;
        this.requester = requester;
    }

    /**
     * Commits a transaction with the rest or all of its work.
     *
     * @param onePhase whether it was not prepared
     * @return completes when it is stored; fails with a {@link BrokerException}: with a positive number nothing of it has
     *     happened, else {@link #state} by another session knows
     */
    public CompletableFuture<Void> commit(final TransactionId id, final boolean onePhase, final WorkBatch work) {
        return done(requestOf(
                id,
                true,
                work,
                new TransactionHeader.Commit(id, onePhase, work.runs(), work.acks()),
                ConnectionHeader.Done.class));
    }

    /**
     * Makes a branch ready for either outcome, with the rest or all of its work.
     *
     * @return completes with whether there was no work at all, so that there is nothing to commit
     */
    public CompletableFuture<Boolean> prepare(final TransactionId id, final WorkBatch work) {
        return requestOf(
                        id,
                        true,
                        work,
                        new TransactionHeader.Prepare(id, work.runs(), work.acks()),
                        TransactionHeader.Prepared.class)
                .thenApply(TransactionHeader.Prepared::readOnly);
    }

    /**
     * Sends some work of a transaction ahead of its end; completes when the broker has it.
     *
     * @param timeoutMs when it is neither prepared nor committed so long after the first part, it can only be rolled back;
     *     0 for no limit
     */
    public CompletableFuture<Void> sendAhead(final TransactionId id, final int timeoutMs, final WorkBatch work) {
        return done(requestOf(
                id,
                false,
                work,
                new TransactionHeader.TransactionPart(id, timeoutMs, work.runs(), work.acks()),
                ConnectionHeader.Done.class));
    }

    /**
     * A request that carries work of a transaction, which must not go on without what an earlier connection has brought of
     * it, or with what an earlier connection has received.
     */
    private <T extends ControlHeader> CompletableFuture<T> requestOf(
            final TransactionId id,
            final boolean last,
            final WorkBatch work,
            final ControlHeader request,
            final Class<T> answerType) {
        final Link current = newest.get();
        final Integer ahead = last ? workAhead.remove(id) : workAhead.putIfAbsent(id, current.number());
        final boolean torn = (ahead != null && ahead != current.number())
                || (work.linkNumber() != 0 && work.linkNumber() != current.number());
        if (torn) {
            return CompletableFuture.failedFuture(new BrokerException(
                    ErrorCodes.TRANSACTION_ROLLED_BACK,
                    "the connection was lost and restored meanwhile, and what transaction " + id
                            + " had received or sent before is not part of it any more"));
        }
        return requester.once(current, request, work.records(), answerType);
    }

    /** Undoes a transaction of which the broker has work. */
    public CompletableFuture<Void> rollback(final TransactionId id) {
        workAhead.remove(id);
        return done(requester.once(new TransactionHeader.Rollback(id), ConnectionHeader.Done.class));
    }

    /** Tells the broker that the heuristic outcome of a branch is known. */
    public CompletableFuture<Void> forget(final TransactionId id) {
        return done(requester.once(new TransactionHeader.Forget(id), ConnectionHeader.Done.class));
    }

    /** Decides about a transaction as an administrator. */
    public CompletableFuture<Void> resolve(final TransactionId id, final boolean commit) {
        return done(requester.once(new TransactionHeader.Resolve(id, commit), ConnectionHeader.Done.class));
    }

    private static CompletableFuture<Void> done(final CompletableFuture<ConnectionHeader.Done> answer) {
        return answer.thenRun(() -> {});
    }

    /** What became of a transaction; a local one that was not committed cannot be committed any more after this. */
    public TransactionState state(final TransactionId id) throws BrokerException {
        return requester
                .ask(new TransactionHeader.GetTransactionStatus(id), TransactionHeader.TransactionStatus.class)
                .state();
    }

    /** All branches that wait for their transaction manager. */
    public List<TransactionId> recover() throws BrokerException {
        final List<TransactionId> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            final TransactionId after = all.isEmpty() ? null : all.get(all.size() - 1);
            final TransactionHeader.Recovered page =
                    requester.ask(new TransactionHeader.Recover(after), TransactionHeader.Recovered.class);
            all.addAll(page.transactions());
            more = page.more() && !page.transactions().isEmpty();
        }
        return all;
    }

    /** All transactions that the broker has something of. */
    public List<TransactionInfo> list() throws BrokerException {
        final List<TransactionInfo> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            final TransactionId after =
                    all.isEmpty() ? null : all.get(all.size() - 1).transaction();
            final TransactionHeader.Transactions page =
                    requester.ask(new TransactionHeader.ListTransactions(after), TransactionHeader.Transactions.class);
            all.addAll(page.transactions());
            more = page.more() && !page.transactions().isEmpty();
        }
        return all;
    }
}
