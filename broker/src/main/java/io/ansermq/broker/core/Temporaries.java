package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.FlushLevel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Queues and topics that end with the connection that made them (Jakarta Messaging 3.1, section 6.2.2). They are in no
 * record: a restart of the broker ends them too, and replay passes over their messages. Owned by the core agent.
 *
 * <p>Their index queues are used again for later ones, so that an application that makes one for each request leaves no
 * trace; but only once nothing that was sent to the earlier one is under way, see {@link #delete}.
 */
final class Temporaries {

    /** What names and topic texts of temporary destinations begin with, and no others. */
    static final String PREFIX = "%TEMP%";

    /** What {@link #create} names them, in any life of any broker. */
    private static final String NAMES = PREFIX + "[0-9a-f]{1,16}-[0-9]{1,10}";

    /** Their numbers are above this. */
    static final int FIRST_ID = 1 << 30;

    private final Registry registry;
    private final Facts facts;
    /** Tells names of this life of the broker from those of earlier ones and other brokers. */
    private final String stamp;

    private final Map<String, DestinationState> byName = new HashMap<>();
    private final Map<ClientLink, List<DestinationState>> byOwner = new HashMap<>();
    private final ArrayDeque<Integer> freeSlots = new ArrayDeque<>();
    private int slots;
    private int created;

    /** @param stamp unlike that of any other life of any broker */
    Temporaries(final Registry registry, final Facts facts, final String stamp) {
        this.registry = registry;
        this.facts = facts;
        this.stamp = stamp;
    }

    /** Whether only a temporary destination can be called that. */
    static boolean isTemporary(final String name) {
        return name.startsWith(PREFIX);
    }

    /** A new one for a connection. */
    DestinationState create(final ClientLink owner, final DestinationKind kind) {
        created++;
        return create(owner, kind, PREFIX + stamp + "-" + created);
    }

    /** The one of this name again, for a connection whose session had it; null when it is another connection's. */
    @Nullable
    DestinationState restore(final ClientLink owner, final DestinationKind kind, final String name) {
        final DestinationState known = byName.get(name);
        if (known != null) {
            return known.kind == kind && known.owner() == owner ? known : null;
        }
        if (!name.matches(NAMES)) {
            return null;
        }
        created++;
        return create(owner, kind, name);
    }

    /** A connection takes over what another one has. */
    void inherit(final ClientLink from, final ClientLink to) {
        final List<DestinationState> all = byOwner.remove(from);
        if (all != null) {
            all.forEach(each -> each.owner(to));
            byOwner.computeIfAbsent(to, any -> new ArrayList<>()).addAll(all);
        }
    }

    private DestinationState create(final ClientLink owner, final DestinationKind kind, final String name) {
        final Integer free = freeSlots.poll();
        final int slot = free == null ? slots++ : free;
        final Destination definition =
                new Destination(FIRST_ID + created, kind, name, name, MessageLayout.LANES, LaneOrder.PRIORITY);
        final DestinationState state =
                new DestinationState(definition, FlushLevel.WRITTEN, DestinationPolicy.NONE, FIRST_ID + slot, owner);
        byName.put(name, state);
        byOwner.computeIfAbsent(owner, any -> new ArrayList<>()).add(state);
        registry.addTemporary(state);
        return state;
    }

    /** The one of this kind and name, or null. */
    @Nullable
    DestinationState find(final DestinationKind kind, final String name) {
        final DestinationState state = byName.get(name);
        return state != null && state.kind == kind ? state : null;
    }

    int count() {
        return byName.size();
    }

    /** Ends one; nothing can be sent to it from now on. */
    void delete(final DestinationState state) {
        byName.remove(state.name);
        final List<DestinationState> siblings = byOwner.get(state.owner());
        if (siblings != null) {
            siblings.remove(state);
        }
        registry.removeTemporary(state);
        facts.whenStored(() -> {
            registry.forgetMessages(state);
            freeSlots.add(state.indexId() - FIRST_ID);
        });
    }

    /** The connection ends, and with it what it made. */
    void closed(final ClientLink owner) {
        final List<DestinationState> all = byOwner.remove(owner);
        if (all != null) {
            List.copyOf(all).forEach(this::delete);
        }
    }
}
