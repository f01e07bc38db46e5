package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.RecordPlaces;
import io.ansermq.broker.rocketmq.OtherProducers;
import io.ansermq.remoting.protocol.SharedQueueHeader.CheckTransaction;
import io.ansermq.remoting.protocol.TransactionId;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which connections can say what became of half messages, by producer group. Of several each is asked in turn, for one may
 * be the only one that knows. Owned by the core agent.
 */
final class Checkers implements OtherProducers {

    private final Map<String, ArrayDeque<ClientLink>> byGroup = new HashMap<>();
    private @Nullable CoreDesk desk;

    /** Core is there. */
    void attach(final CoreDesk core) {
        desk = core;
    }

    void add(final String group, final ClientLink link) {
        final ArrayDeque<ClientLink> links = byGroup.computeIfAbsent(group, name -> new ArrayDeque<>());
        if (!links.contains(link)) {
            links.addFirst(link);
        }
    }

    void remove(final ClientLink link) {
        byGroup.values().removeIf(links -> links.remove(link) && links.isEmpty());
    }

    @Override
    public boolean ask(final TransactionId id, final String group, final long position, final int size) {
        final ArrayDeque<ClientLink> links = byGroup.get(group);
        if (links == null) {
            return false;
        }
        final ClientLink link = links.removeFirst();
        links.addLast(link);
        final RecordPlaces place = new RecordPlaces();
        place.add(0, 0, position, size);
        Objects.requireNonNull(desk).touch(link);
        link.records(0, count -> new CheckTransaction(id, group), place);
        return true;
    }
}
