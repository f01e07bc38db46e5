package io.ansermq.tools.demo;

import io.ansermq.tools.console.CommandFailure;

/**
 * How large the demo is. Immutable.
 *
 * @param messages sent in all, half to a queue and half to a topic
 * @param bodyBytes size of each body
 * @param flush the broker's option of that name
 */
record DemoOptions(int messages, int bodyBytes, String flush) {

    static final int MAX_MESSAGES = 10_000_000;
    static final int MAX_BODY_BYTES = 1024 * 1024;

    /** Checks the bounds. */
    DemoOptions {
        require("--messages", 2, messages, MAX_MESSAGES);
        require("--size", Letter.MIN_BYTES, bodyBytes, MAX_BODY_BYTES);
    }

    private static void require(final String option, final int least, final int value, final int most) {
        if (value < least || value > most) {
            throw CommandFailure.usage(option + ' ' + value + ": expected a number from " + least + " to " + most);
        }
    }

    int queueMessages() {
        return messages - topicMessages();
    }

    int topicMessages() {
        return messages / 2;
    }
}
