package io.ansermq.ra;

/** The same as its parent for {@code QueueConnectionFactory}. */
public final class AnserQueueManagedConnectionFactory extends AnserManagedConnectionFactory {
    private static final long serialVersionUID = 1;

    /** For servers. */
    public AnserQueueManagedConnectionFactory() {
        super(RaDomain.QUEUE);
    }
}
