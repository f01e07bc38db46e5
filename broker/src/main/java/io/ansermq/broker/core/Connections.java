package io.ansermq.broker.core;

import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Permission;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The clients that are connected, by the number of their connection. Owned by the core agent. */
final class Connections {

    private final TreeMap<Long, ClientLink> byId = new TreeMap<>();

    /** Who was asked to leave and has not yet. */
    private final Set<ClientLink> leaving = Collections.newSetFromMap(new IdentityHashMap<>(0));

    /** Waits for those; completed when there are none. */
    private CompletableFuture<Void> left = new CompletableFuture<>();

    /** A command of this client has come. */
    void met(final ClientLink link) {
        // What the broker does by itself comes over no connection.
        if (!link.known && link.access() != Access.UNLIMITED) {
            byId.put(link.id(), link);
        }
        link.known = true;
    }

    /** It is gone. */
    void closed(final ClientLink link) {
        byId.remove(link.id());
        if (leaving.remove(link) && leaving.isEmpty()) {
            left.complete(null);
        }
    }

    /**
     * The broker ends: asks those with consumers to say what their applications were not given, and to leave.
     *
     * @param whenLeft completes when they have
     */
    void sayGoodbye(final Outgoing outgoing, final CompletableFuture<Void> whenLeft) {
        left = whenLeft;
        for (final ClientLink link : byId.values()) {
            if (!link.consumers.isEmpty() && outgoing.touch(link).sayGoodbye()) {
                leaving.add(link);
            }
        }
        if (leaving.isEmpty()) {
            left.complete(null);
        }
    }

    @Nullable
    ClientLink find(final long id) {
        return byId.get(id);
    }

    /** All of them, oldest first. */
    List<ClientLink> all() {
        return new ArrayList<>(byId.values());
    }

    /** The rules have changed: whoever consumes what they may not consume any more is put out, and told why. */
    void checkConsumers() {
        for (final ClientLink link : all()) {
            for (final Consumer consumer : link.consumers.values()) {
                final DestinationState from = consumer.subscription.destination;
                final Permission needed = consumer.feed.leases() ? Permission.CONSUME : Permission.BROWSE;
                if (!from.isTemporary() && !link.access().allows(needed, from.kindForAccess(), from.name)) {
                    link.expel(String.valueOf(link.access().refusal(needed, from.kindForAccess(), from.name)));
                    break;
                }
            }
        }
    }
}
