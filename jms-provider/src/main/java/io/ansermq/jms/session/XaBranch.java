package io.ansermq.jms.session;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One branch of a transaction manager's transaction, from its start to its end or its loss. Guarded by the lock of
 * {@link XaBranches}, except each {@link Work} in it.
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

    private final @Nullable Long deadlineNs;

    /** What has been done in it by the sessions of each connection; the first one began. */
    private final Map<XaLink, Work> works = new LinkedHashMap<>();

    /** Who works in it now. */
    private final Set<JmsXaResource> associated = new HashSet<>();
    /** Who has suspended its work in it. */
    private final Set<JmsXaResource> suspended = new HashSet<>();
    /** Whose consumers may have something of it ahead of them, and something behind it. */
    private final Set<JmsXaResource> participants = new HashSet<>();

    private State state = State.ACTIVE;
    /** Whether a decision is being carried out. */
    private boolean ending;

    XaBranch(final @Nullable Long deadlineNs) {
        this.deadlineNs = deadlineNs;
    }

    Map<XaLink, Work> works() {
        return works;
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

    /** The sessions of this connection are out of it. */
    void leave(final XaLink gone) {
        associated.removeIf(each -> each.link().equals(gone));
        suspended.removeIf(each -> each.link().equals(gone));
        participants.removeIf(each -> each.link().equals(gone));
    }

    /** How long it may still go on before it is prepared; 0 for as long as it takes. */
    int remainingMs(final long nowNs) {
        return deadlineNs == null
                ? 0
                : (int) Math.max(1, Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(deadlineNs - nowNs)));
    }

    /** Whether its time is up, which it is until it is prepared. */
    boolean isLate(final long nowNs) {
        return deadlineNs != null && nowNs - deadlineNs >= 0;
    }
}
