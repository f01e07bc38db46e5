package io.ansermq.broker.rocketmq;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Takes timer messages back before they are due. Owned by the core agent, except {@link #handle}.
 *
 * <p>The sender is told a handle: RocketMQ's {@code v1 topic broker due uniqueId}, which its clients read, and behind it the
 * number under which the message waits.
 */
final class Recalls {

    private static final String VERSION = "v1";
    private static final int TOPIC = 1;
    private static final int DUE = 3;
    private static final int UNIQUE_ID = 4;
    private static final int NUMBER = 5;

    private final RocketMqState state;

    Recalls(final RocketMqState state) {
        this.state = state;
    }

    /** The handle of a message that waits. Thread safe. */
    static String handle(
            final String topic, final String broker, final long dueEpochMs, final String uniqueId, final long number) {
        final String text =
                String.join(" ", VERSION, topic, broker, Long.toString(dueEpochMs), uniqueId) + ' ' + number;
        return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Handles RECALL_MESSAGE. */
    void recall(final Reply reply, final Fields fields) {
        final String[] parts = parts(fields.text("recallHandle"));
        final long dueEpochMs = number(parts[DUE]);
        final long number = number(parts[NUMBER]);
        final StoredMessage message = message(dueEpochMs, number);
        // The handle comes from outside: it must name the very message that waits there.
        if (message == null
                || !parts[TOPIC].equals(fields.text("topic"))
                || !message.topic().equals(parts[TOPIC])
                || !parts[UNIQUE_ID].equals(message.properties().get("UNIQ_KEY"))
                || !state.desk().cancelDelayed(dueEpochMs, number)) {
            reply.refuse(
                    ResponseCodes.ILLEGAL_OPERATION, "the message " + parts[UNIQUE_ID] + " does not wait any more");
            return;
        }
        state.desk().whenStored(() -> reply.send(Answer.fields("msgId", parts[UNIQUE_ID])));
    }

    private @Nullable StoredMessage message(final long dueEpochMs, final long number) {
        final long position = state.desk().delayedAt(dueEpochMs, number);
        return position < 0 ? null : StoredMessage.at(state.desk(), position);
    }

    private static String[] parts(final String handle) {
        final String text;
        try {
            text = new String(Base64.getUrlDecoder().decode(handle), StandardCharsets.UTF_8);
        } catch (final IllegalArgumentException e) {
            throw unreadable();
        }
        final String[] parts = text.split(" ", -1);
        if (parts.length <= NUMBER || !parts[0].equals(VERSION)) {
            throw unreadable();
        }
        return parts;
    }

    private static long number(final String text) {
        if (!text.matches("[0-9]{1,18}")) {
            throw unreadable();
        }
        return Long.parseLong(text);
    }

    private static RefusedException unreadable() {
        return new RefusedException(ResponseCodes.ILLEGAL_OPERATION, "the recall handle is none of this broker");
    }
}
