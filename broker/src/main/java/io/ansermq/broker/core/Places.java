package io.ansermq.broker.core;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Object2IntHashMap;
import org.jspecify.annotations.Nullable;

/**
 * All destinations in a list that a walk in slices can rely on: none moves while it exists. Places of destinations that
 * are gone are empty until new ones take them; what a walk misses like that is younger than the walk. Owned by the core
 * agent.
 */
final class Places {

    private static final int NONE = -1;

    private final List<@Nullable DestinationState> places = new ArrayList<>();
    private final Object2IntHashMap<DestinationState> placeOf = new Object2IntHashMap<>(NONE);
    private final ArrayDeque<Integer> free = new ArrayDeque<>();

    /** How many places there are. */
    int size() {
        return places.size();
    }

    /** The destination at a place, or null. */
    @Nullable
    DestinationState get(final int place) {
        return places.get(place);
    }

    void add(final DestinationState destination) {
        final Integer place = free.poll();
        if (place == null) {
            placeOf.put(destination, places.size());
            places.add(destination);
        } else {
            placeOf.put(destination, place);
            places.set(place, destination);
        }
    }

    void remove(final DestinationState destination) {
        final int place = placeOf.removeKey(destination);
        if (place != NONE) {
            places.set(place, null);
            free.add(place);
        }
    }
}
