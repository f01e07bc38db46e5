package io.ansermq.ra;

import jakarta.jms.IllegalStateException;
import jakarta.jms.JMSException;

/** Which of the three APIs a factory, connection or session is for: the legacy ones refuse what the other one has. */
enum RaDomain {
    ANY,
    QUEUE,
    TOPIC;

    /** For what only topics have. */
    void requireTopics(final String method) throws JMSException {
        if (this == QUEUE) {
            throw new IllegalStateException(method + " is not for queues");
        }
    }

    /** For what only queues have. */
    void requireQueues(final String method) throws JMSException {
        if (this == TOPIC) {
            throw new IllegalStateException(method + " is not for topics");
        }
    }
}
