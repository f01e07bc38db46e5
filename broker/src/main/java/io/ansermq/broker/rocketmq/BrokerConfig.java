package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The broker's configuration in RocketMQ's names. Administrators may change what {@link #CHANGEABLE} lists, and nothing
 * else: none of it is a path, a command or an address. Changes are settings in the log and outlast a restart.
 *
 * <p>Changed by core, read by everybody.
 */
final class BrokerConfig {

    private static final String PATH = "broker-config/";

    private static final String AUTO_CREATE = "autoCreateTopicEnable";
    private static final String RESERVED = "fileReservedTime";

    /** What may be changed while the broker runs. */
    static final List<String> CHANGEABLE = List.of(AUTO_CREATE, RESERVED);

    private static final long HOUR_MS = 3_600_000;

    private final RocketMqSettings settings;
    private volatile boolean autoCreate;
    private volatile long retentionMs;
    private volatile int changes;

    BrokerConfig(final RocketMqSettings settings) {
        this.settings = settings;
        this.autoCreate = settings.autoCreate();
        this.retentionMs = settings.retentionMs();
    }

    /** Takes in what was changed before; when the broker has recovered. */
    void load(final CoreDesk desk) {
        for (final Map.Entry<String, String> each : desk.settings().below(PATH).entrySet()) {
            apply(each.getKey(), each.getValue());
        }
    }

    /** Whether a message creates its topic. */
    boolean autoCreate() {
        return autoCreate;
    }

    /** How long messages of topics that RocketMQ clients made are kept. */
    long retentionMs() {
        return retentionMs;
    }

    /** RocketMQ's answer: properties as text. */
    Answer answer() {
        final StringBuilder text = new StringBuilder(512);
        all().forEach((name, value) ->
                text.append(name).append('=').append(value).append('\n'));
        return Answer.body(text.toString(), Map.of("version", "{\"counter\":" + changes + ",\"timestamp\":0}"));
    }

    private Map<String, Object> all() {
        final Map<String, Object> all = new LinkedHashMap<>();
        all.put("brokerName", settings.brokerName());
        all.put("brokerClusterName", settings.cluster());
        all.put("brokerId", 0);
        all.put("brokerRole", "ASYNC_MASTER");
        all.put("flushDiskType", settings.flushSync() ? "SYNC_FLUSH" : "ASYNC_FLUSH");
        all.put("brokerPermission", TopicConfig.READ_WRITE);
        all.put("maxMessageSize", settings.maxMessageBytes());
        all.put("messageDelayLevel", Delays.LEVELS_TEXT);
        all.put("timerMaxDelaySec", Delays.MAX_DELAY_MS / 1_000);
        all.put("enablePropertyFilter", true);
        all.put("autoCreateSubscriptionGroup", true);
        all.put(AUTO_CREATE, autoCreate);
        all.put(RESERVED, Math.max(1, retentionMs / HOUR_MS));
        return all;
    }

    /**
     * Reads the changes that an administrator asks for.
     *
     * @return what is to be set, by name
     * @throws RefusedException when one of them must not be changed, or not to this
     */
    Map<String, String> changes(final byte[] body) {
        final Map<String, String> wanted = new LinkedHashMap<>();
        final List<String> refused = new ArrayList<>();
        for (final String line : new String(body, StandardCharsets.UTF_8).split("\n", -1)) {
            final int equals = line.indexOf('=');
            final String name =
                    equals < 0 ? line.strip() : line.substring(0, equals).strip();
            final String value = equals < 0 ? "" : line.substring(equals + 1).strip();
            if (name.isEmpty() || name.startsWith("#")) {
                continue;
            }
            if (!CHANGEABLE.contains(name)) {
                refused.add(name);
            } else if (!isValid(name, value)) {
                throw new RefusedException(ResponseCodes.INVALID_PARAMETER, name + " cannot be '" + value + "'");
            } else {
                wanted.put(name, value);
            }
        }
        if (!refused.isEmpty()) {
            throw new RefusedException(
                    ResponseCodes.NO_PERMISSION,
                    "only " + String.join(", ", CHANGEABLE) + " may be changed while the broker runs, not "
                            + String.join(", ", refused) + ": change the options of the server");
        }
        return wanted;
    }

    private static boolean isValid(final String name, final String value) {
        return name.equals(AUTO_CREATE)
                ? value.equals("true") || value.equals("false")
                : value.matches("[0-9]{1,6}") && Long.parseLong(value) > 0;
    }

    /** Changes what {@link #changes} let through; for good once it is stored. Core only. */
    void change(final CoreDesk desk, final Map<String, String> wanted) {
        wanted.forEach((name, value) -> {
            desk.set(PATH + name, value);
            apply(name, value);
        });
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Written by core alone.
    private void apply(final String name, final String value) {
        if (!CHANGEABLE.contains(name) || !isValid(name, value)) {
            return;
        }
        changes++;
        if (name.equals(AUTO_CREATE)) {
            autoCreate = value.equals("true");
        } else {
            retentionMs = Long.parseLong(value) * HOUR_MS;
        }
    }
}
