package io.ansermq.jms.destination;

import jakarta.jms.Topic;

/** A topic by its name. */
public final class AnserTopic extends AnserDestination implements Topic {
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
    public boolean isQueue() {
        return false;
    }

    @Override
    public String getTopicName() {
        return name();
    }
}
