package io.ansermq.broker.core;

import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Permission;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where a connection may send to, as far as it has tried: each destination is decided once, and again when the rules have
 * changed. So a refusal is written down once, however many messages it refuses. Owned by the core agent.
 */
final class SendRights {

    private static final String ALLOWED = "";

    /** Why not, by the destination's number, which is never given twice. */
    private final Int2ObjectHashMap<String> decided = new Int2ObjectHashMap<>();

    private @Nullable Object generation;

    /** Why nothing may be sent there; null when it may. Whoever knows of a temporary destination may send there. */
    @Nullable
    String refusal(final Access access, final DestinationState to) {
        final Object now = access.generation();
        if (now != generation) {
            generation = now;
            decided.clear();
        }
        String decision = decided.get(to.id);
        if (decision == null) {
            final String refusal =
                    to.isTemporary() ? null : access.refusal(Permission.SEND, to.kindForAccess(), to.name);
            decision = refusal == null ? ALLOWED : refusal;
            decided.put(to.id, decision);
        }
        return decision.isEmpty() ? null : decision;
    }
}
