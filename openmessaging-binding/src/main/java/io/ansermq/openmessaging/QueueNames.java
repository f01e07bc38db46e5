package io.ansermq.openmessaging;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Names with a namespace: {@code namespace://name}. A name without one lies in the namespace {@code default}, where the
 * queues of Jakarta Messaging and the topics of RocketMQ are, so {@code default://orders} is {@code orders}. Stateless.
 */
final class QueueNames {
    private static final String SEPARATOR = "://";
    private static final String DEFAULT = "default";
    private static final char STREAM = '#';

    private QueueNames() {}

    /** The name by which the broker knows a queue or routing. */
    static String check(final @Nullable String name, final String what) {
        if (name == null || name.isBlank() || name.endsWith(SEPARATOR)) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "'" + name + "' is no name of a " + what + ": write name, or namespace://name");
        }
        if (name.chars().anyMatch(Character::isISOControl)
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "the name of a " + what + " has a control character or half a surrogate pair in it");
        }
        final String prefix = DEFAULT + SEPARATOR;
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    /** The name of a namespace; what stands behind the colon and the slashes of a longer name plays no part. */
    static String namespace(final @Nullable String name) {
        if (name == null || name.isBlank()) {
            throw Errors.of(ErrorCode.BAD_PARAMETER, "a namespace needs a name that is not empty");
        }
        final int end = name.indexOf(SEPARATOR);
        return end < 0 ? name : name.substring(0, end);
    }

    /** Whether a queue or routing lies in a namespace. */
    static boolean isIn(final String namespace, final String name) {
        return (name.contains(SEPARATOR) ? namespace(name) : DEFAULT).equals(namespace);
    }

    /** The name of a stream: that of its queue, and its number there. */
    static String stream(final String queue, final int lane) {
        return queue + STREAM + lane;
    }

    /** The queue of a stream. */
    static String queueOf(final @Nullable String stream) {
        final String name = check(stream, "stream");
        return name.substring(0, separator(name));
    }

    /** The number of a stream in its queue. */
    static int laneOf(final String stream) {
        final String name = check(stream, "stream");
        return Integer.parseInt(name.substring(separator(name) + 1));
    }

    private static int separator(final @Nullable String stream) {
        final String name = check(stream, "stream");
        final int at = name.lastIndexOf(STREAM);
        if (at <= 0 || !name.substring(at + 1).matches("[0-9]{1,4}")) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "'" + stream + "' is no name of a stream: ask ResourceManager.listStreams, or write queue#number");
        }
        return at;
    }
}
