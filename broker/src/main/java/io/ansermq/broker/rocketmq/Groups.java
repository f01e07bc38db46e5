package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.remoting.protocol.Json;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The consumer groups that there are, with their configuration. Changed by core alone; {@link #config} and {@link #find}
 * are thread safe.
 */
final class Groups {

    private static final String PATH = "group/";

    private final Map<String, GroupConfig> groups = new ConcurrentHashMap<>();

    /** Takes in what was stored. Core only. */
    void load(final CoreDesk desk) {
        for (final Map.Entry<String, String> each : desk.settings().below(PATH).entrySet()) {
            groups.put(each.getKey(), GroupConfig.ofText(each.getValue()));
        }
    }

    /** The group's configuration, a default one for a group that there is not. */
    GroupConfig config(final String group) {
        final GroupConfig known = groups.get(group);
        return known == null ? GroupConfig.of(group) : known;
    }

    @Nullable
    GroupConfig find(final String group) {
        return groups.get(group);
    }

    /** Makes a group known for good. Core only. */
    void ensure(final CoreDesk desk, final String group) {
        if (SystemNames.isGroup(group) && !groups.containsKey(group)) {
            put(desk, GroupConfig.of(group));
        }
    }

    /** Configures a group. Core only. */
    void put(final CoreDesk desk, final GroupConfig config) {
        groups.put(config.name(), config);
        desk.set(PATH + config.name(), Json.text(config.toJson()));
    }

    /** Forgets a group. Core only. */
    void remove(final CoreDesk desk, final String group) {
        if (groups.remove(group) != null) {
            desk.set(PATH + group, "");
        }
    }

    Map<String, GroupConfig> all() {
        return groups;
    }
}
