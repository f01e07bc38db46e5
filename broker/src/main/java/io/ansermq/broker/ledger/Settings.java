package io.ansermq.broker.ledger;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was set for good by name, as text: a fold of SETTING records. Names are paths, such as {@code topic/orders}. Owned
 * by the core agent.
 */
public final class Settings {

    private final SortedMap<String, String> values = new TreeMap<>();

    /** The value, or null when it was never set or is gone. */
    public @Nullable String get(final String name) {
        return values.get(name);
    }

    /** Applies a SETTING record; an empty value removes the setting. */
    public void apply(final String name, final String value) {
        if (value.isEmpty()) {
            values.remove(name);
        } else {
            values.put(name, value);
        }
    }

    /** All settings below a path as they are now, by their names without it. */
    public Map<String, String> below(final String path) {
        final Map<String, String> below = new TreeMap<>();
        for (final Map.Entry<String, String> each : values.tailMap(path).entrySet()) {
            if (!each.getKey().startsWith(path)) {
                break;
            }
            below.put(each.getKey().substring(path.length()), each.getValue());
        }
        return below;
    }

    /** All names, to walk over them while they change. */
    public String[] names() {
        return values.keySet().toArray(String[]::new);
    }

    /** Writes one setting for a state image: two texts with their lengths; nothing when it is gone. */
    public byte[] encode(final String name) {
        final String value = values.getOrDefault(name, "");
        final byte[] nameUtf8 = name.getBytes(StandardCharsets.UTF_8);
        final byte[] valueUtf8 = value.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 * Integer.BYTES + nameUtf8.length + valueUtf8.length)
                .putInt(nameUtf8.length)
                .put(nameUtf8)
                .putInt(valueUtf8.length)
                .put(valueUtf8)
                .array();
    }

    /** Takes in what {@link #encode} wrote. */
    public void load(final ByteBuffer in) {
        apply(text(in), text(in));
    }

    private static String text(final ByteBuffer in) {
        final byte[] utf8 = new byte[in.getInt()];
        in.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }
}
