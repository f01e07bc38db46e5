package io.ansermq.broker.core;

import java.util.Iterator;
import java.util.LinkedHashSet;

/**
 * Views without consumers, over all subscriptions, the one that was left first in front. They are kept because looking
 * through a long backlog again costs more than the memory of what was found. Owned by the core agent.
 */
final class IdleViews {

    /** Beyond this the oldest one is forgotten. */
    private static final int MOST = 1_000;

    private final LinkedHashSet<View> views = new LinkedHashSet<>();

    void add(final View view) {
        views.add(view);
        if (views.size() > MOST) {
            final Iterator<View> oldest = views.iterator();
            final View forgotten = oldest.next();
            oldest.remove();
            forgotten.owner.remove(forgotten);
        }
    }

    void remove(final View view) {
        views.remove(view);
    }
}
