package io.ansermq.broker.core;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which connection has which client ID: at most one each (Jakarta Messaging 3.1, section 6.1.2). Owned by the core agent.
 */
final class ClientIds {

    private final Map<String, ClientLink> holders = new HashMap<>();

    /**
     * Gives a client ID to a connection.
     *
     * @return the connection that has it already; null when it was free
     */
    @Nullable
    ClientLink claim(final ClientLink link, final String clientId) {
        final ClientLink holder = holders.putIfAbsent(clientId, link);
        if (holder == null) {
            link.clientId = clientId;
        }
        return holder;
    }

    /** The connection ends: its client ID is free. */
    void release(final ClientLink link) {
        if (link.clientId != null) {
            holders.remove(link.clientId, link);
        }
    }
}
