package io.ansermq.jms.destination;

import jakarta.jms.Queue;

/** A queue by its name. */
public sealed class AnserQueue extends AnserDestination implements Queue
        permits AnserTemporaryQueue, AdministeredQueue {
    static final String SCHEME = "queue://";

    private static final long serialVersionUID = 1;

    /**
     * The queue of this name; the broker is not asked.
     *
     * @throws IllegalArgumentException when the name is empty
     */
    public AnserQueue(final String name) {
        super(name);
    }

    @Override
    public final boolean isQueue() {
        return true;
    }

    @Override
    public final String getQueueName() {
        return name();
    }
}
