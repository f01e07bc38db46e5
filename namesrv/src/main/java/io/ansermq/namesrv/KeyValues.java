package io.ansermq.namesrv;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What administrators keep at a name server, by namespace and key, such as the order of topics. Owned by the name server's
 * loop; gone with the process.
 */
final class KeyValues {

    /** More entries are refused. */
    private static final int MAX_ENTRIES = 10_000;

    private final Map<String, Map<String, String>> spaces = new HashMap<>();
    private int entries;

    /** @throws IllegalStateException when there are too many */
    void put(final String space, final String key, final String value) {
        if (entries >= MAX_ENTRIES) {
            throw new IllegalStateException("there are " + MAX_ENTRIES + " entries already, which is the limit");
        }
        if (spaces.computeIfAbsent(space, any -> new TreeMap<>()).put(key, value) == null) {
            entries++;
        }
    }

    @Nullable
    String get(final String space, final String key) {
        return all(space).get(key);
    }

    void remove(final String space, final String key) {
        final Map<String, String> values = spaces.get(space);
        if (values != null && values.remove(key) != null) {
            entries--;
        }
    }

    Map<String, String> all(final String space) {
        return spaces.getOrDefault(space, Map.of());
    }
}
