package io.ansermq.broker.rocketmq;

import java.util.Set;

/** Topics and groups that RocketMQ knows by name. Stateless. */
final class SystemNames {

    /** The template for topics that are created by the first message. */
    static final String AUTO_CREATE = "TBW102";

    static final String RETRY_PREFIX = "%RETRY%";
    static final String DLQ_PREFIX = "%DLQ%";
    static final String TRACE = "RMQ_SYS_TRACE_TOPIC";

    /** Where half messages end whose producers do not decide. */
    static final String UNDECIDED = "TRANS_CHECK_MAX_TIME_TOPIC";

    static final int MAX_TOPIC_CHARS = 127;
    static final int MAX_GROUP_CHARS = 120;

    private static final Set<String> NOT_FOR_CLIENTS = Set.of(
            "SCHEDULE_TOPIC_XXXX",
            "RMQ_SYS_TRANS_HALF_TOPIC",
            "RMQ_SYS_TRANS_OP_HALF_TOPIC",
            UNDECIDED,
            "SELF_TEST_TOPIC",
            "OFFSET_MOVED_EVENT",
            "rmq_sys_wheel_timer");

    private static final Set<String> OTHERS = Set.of(AUTO_CREATE, TRACE, "BenchmarkTest", "CHECKPOINT_TOPIC");

    private SystemNames() {}

    /** What is wrong with a topic name, or an empty text. */
    static String whyNoTopic(final String topic) {
        if (topic.isEmpty() || topic.length() > MAX_TOPIC_CHARS || !isPlain(topic)) {
            return "the topic '" + topic + "' is not a name of 1 to " + MAX_TOPIC_CHARS
                    + " characters out of a-z, A-Z, 0-9, '%', '|', '-' and '_'";
        }
        return NOT_FOR_CLIENTS.contains(topic) ? "the topic " + topic + " is the broker's own" : "";
    }

    /** Whether a group may be called so. */
    static boolean isGroup(final String group) {
        return !group.isEmpty() && group.length() <= 2 * MAX_GROUP_CHARS;
    }

    static boolean isSystemTopic(final String topic) {
        return NOT_FOR_CLIENTS.contains(topic) || OTHERS.contains(topic) || topic.startsWith("rmq_sys_");
    }

    static boolean isRetry(final String topic) {
        return topic.startsWith(RETRY_PREFIX);
    }

    /** Whether a topic has the dead letters of a group. */
    static boolean isDead(final String topic) {
        return topic.startsWith(DLQ_PREFIX);
    }

    /** Topics that come into being by themselves and have one queue. */
    static boolean isOfGroup(final String topic) {
        return isRetry(topic) || isDead(topic);
    }

    private static boolean isPlain(final String name) {
        // A loop and no stream: this is asked for every message.
        for (int i = 0; i < name.length(); i++) {
            if (!isPlain(name.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPlain(final char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || c == '%'
                || c == '|'
                || c == '-'
                || c == '_';
    }
}
