package io.ansermq.jms.session;

import jakarta.jms.IllegalStateException;

/**
 * Which of the API's three families an object was made for. One class implements all of them, but a queue session must
 * refuse what is for topics and the other way round (Jakarta Messaging 3.1, table 9-1).
 */
public enum Domain {
    /** The classic and the simplified API: everything. */
    ANY,
    /** The legacy API for queues. */
    QUEUE,
    /** The legacy API for topics. */
    TOPIC;

    /** For a method that is about topics. */
    void requireTopics(final String method) throws IllegalStateException {
        if (this == QUEUE) {
            throw new IllegalStateException(method + " is for topics: it cannot be called on an object for queues");
        }
    }

    /** For a method that is about queues. */
    void requireQueues(final String method) throws IllegalStateException {
        if (this == TOPIC) {
            throw new IllegalStateException(method + " is for queues: it cannot be called on an object for topics");
        }
    }
}
