package io.ansermq.jms.session;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One branch of a transaction manager's transaction, from its start to its end or its loss. Guarded by the lock of
 * {@link XaBranches}, except its {@link Work}.
 */
final class XaBranch {

    /** Where a branch stands, as the XA specification has it (section 2.3 and table 6-4). */
    enum State {
        /** Sessions work in it. */
        ACTIVE,
        /** Every session has ended its work. */
        IDLE,
        /** As IDLE, but it can only be rolled back. */
        ROLLBACK_ONLY,
        /** It can be committed or rolled back, whatever happens. */
        PREPARED
    }

    private final Work work;
    private final @Nullable Long deadlineNs;

    /** Who works in it now. */
    private final Set<JmsXaResource> associated = new HashSet<>();
    /** Who has suspended its work in it. */
    private final Set<JmsXaResource> suspended = new HashSet<>();
    /** Whose consumers may have something of it ahead of them, and something behind it. */
    private final Set<JmsXaResource> participants = new HashSet<>();

    private State state = State.ACTIVE;
    /** Whether a decision is being carried out. */
    private boolean ending;

    XaBranch(final Work work, final @Nullable Long deadlineNs) {
        this.work = work;
        this.deadlineNs = deadlineNs;
    }

    Work work() {
        return work;
    }

    State state() {
        return state;
    }

    void state(final State newState) {
        state = newState;
    }

    boolean isEnding() {
        return ending;
    }

    void ending(final boolean now) {
        ending = now;
    }

    Set<JmsXaResource> associated() {
        return associated;
    }

    Set<JmsXaResource> suspended() {
        return suspended;
    }

    Set<JmsXaResource> participants() {
        return participants;
    }

    /** Whether its time is up, which it is until it is prepared. */
    boolean isLate(final long nowNs) {
        return deadlineNs != null && nowNs - deadlineNs >= 0;
    }
}
