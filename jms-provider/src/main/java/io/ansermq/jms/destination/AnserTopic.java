package io.ansermq.jms.destination;

import jakarta.jms.Topic;

/** A topic by its name. */
public sealed class AnserTopic extends AnserDestination implements Topic
        permits AnserTemporaryTopic, AdministeredTopic {
    static final String SCHEME = "topic://";

    private static final long serialVersionUID = 1;

    /**
     * The topic of this name; the broker is not asked.
     *
     * @throws IllegalArgumentException when the name is empty
     */
    public AnserTopic(final String name) {
        super(name);
    }

    @Override
    public final boolean isQueue() {
        return false;
    }

    @Override
    public final String getTopicName() {
        return name();
    }
}
