package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.Forget;
import io.ansermq.remoting.protocol.TransactionHeader.GetTransactionStatus;
import io.ansermq.remoting.protocol.TransactionHeader.ListTransactions;
import io.ansermq.remoting.protocol.TransactionHeader.Prepare;
import io.ansermq.remoting.protocol.TransactionHeader.Resolve;
import io.ansermq.remoting.protocol.TransactionHeader.Rollback;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionPart;
import io.ansermq.remoting.protocol.TransactionId;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Whose a transaction is: a connection's that brought its work, and everybody's who may send all that it sends and consume
 * all that it has received. So a transaction manager finds its branches again after a restart, by the permissions of its
 * user, and nobody can end, see or ask about those of others. Owned by the core agent.
 */
final class TransactionRights {

    private final Registry registry;

    TransactionRights(final Registry registry) {
        this.registry = registry;
    }

    /** Why a client may not ask for this; null when it may. */
    @Nullable
    String refusal(
            final ClientLink from,
            final ControlHeader request,
            final Function<TransactionId, @Nullable Transaction> transactions) {
        if (request instanceof ListTransactions) {
            return from.access().refusalToAdminister("list transactions");
        } else if (request instanceof Resolve) {
            return from.access().refusalToAdminister("decide about transactions");
        }
        final TransactionId id = idIn(request);
        final Transaction known = id == null ? null : transactions.apply(id);
        if (known == null || from.transactions.contains(known)) {
            return null;
        }
        return refusal(from, known);
    }

    private static @Nullable TransactionId idIn(final ControlHeader request) {
        if (request instanceof Commit commit) {
            return commit.transaction();
        } else if (request instanceof Rollback rollback) {
            return rollback.transaction();
        } else if (request instanceof Prepare prepare) {
            return prepare.transaction();
        } else if (request instanceof TransactionPart part) {
            return part.transaction();
        } else if (request instanceof GetTransactionStatus question) {
            return question.transaction();
        } else if (request instanceof Forget forget) {
            return forget.transaction();
        }
        return null;
    }

    private @Nullable String refusal(final ClientLink from, final Transaction known) {
        int before = -1;
        for (int i = 0; i < known.sends().size(); i++) {
            final int destination = known.sends().destination(i);
            final DestinationState to = destination == before ? null : registry.destination(destination);
            before = destination;
            final String refusal = to == null ? null : from.sendRights.refusal(from.access(), to);
            if (refusal != null) {
                return refusal;
            }
        }
        for (int i = 0; i < known.acks().ledgers(); i++) {
            final LaneLedger under = registry.ledger(known.acks().ledger(i));
            final DestinationState source = under == null ? null : under.subscription.destination;
            final String refusal = source == null
                    ? null
                    : from.access().refusal(Permission.CONSUME, source.kindForAccess(), source.name);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    /** Whether a client may know of a transaction; asking leaves no trace. */
    boolean isVisible(final ClientLink to, final Transaction known) {
        final Access access = to.access();
        int before = -1;
        for (int i = 0; i < known.sends().size(); i++) {
            final int destination = known.sends().destination(i);
            final DestinationState target = destination == before ? null : registry.destination(destination);
            before = destination;
            if (target != null && !access.allows(Permission.SEND, target.kindForAccess(), target.name)) {
                return false;
            }
        }
        for (int i = 0; i < known.acks().ledgers(); i++) {
            final LaneLedger under = registry.ledger(known.acks().ledger(i));
            final DestinationState source = under == null ? null : under.subscription.destination;
            if (source != null && !access.allows(Permission.CONSUME, source.kindForAccess(), source.name)) {
                return false;
            }
        }
        return true;
    }
}
