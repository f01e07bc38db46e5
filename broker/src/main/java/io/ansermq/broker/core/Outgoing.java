package io.ansermq.broker.core;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The clients that were told something in this turn of core and wait for their flush. Owned by the core agent. */
final class Outgoing {
    private @Nullable ClientLink[] links = new ClientLink[16];
    private int count;

    /** This client is about to be told something. */
    ClientLink touch(final ClientLink link) {
        if (!link.dirty) {
            link.dirty = true;
            if (count == links.length) {
                links = Arrays.copyOf(links, count * 2);
            }
            links[count++] = link;
        }
        return link;
    }

    /** Flushes all of them. */
    void flush() {
        for (int i = 0; i < count; i++) {
            final ClientLink link = Objects.requireNonNull(links[i]);
            link.dirty = false;
            links[i] = null;
            link.flush();
        }
        count = 0;
    }
}
