package io.ansermq.broker.rocketmq;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The part of a list that a tool asks for. Tools go on behind it until they have as many as there are. Immutable.
 *
 * @param first how many come before it
 * @param most how many it has at the most
 */
record Page(int first, int most) {

    /** What a request says in these fields; everything if it says nothing. */
    static Page of(final Fields fields, final String first, final String most) {
        final int given = fields.integer(most, 0);
        return new Page(Math.max(0, fields.integer(first, 0)), given <= 0 ? Integer.MAX_VALUE : given);
    }

    /** What of all is on this page, as JSON. */
    <T> Map<String, @Nullable Object> cut(
            final SortedMap<String, T> all, final Function<T, Map<String, @Nullable Object>> toJson) {
        final Map<String, @Nullable Object> page = new LinkedHashMap<>();
        all.entrySet().stream()
                .skip(first)
                .limit(most)
                .forEach(each -> page.put(each.getKey(), toJson.apply(each.getValue())));
        return page;
    }
}
