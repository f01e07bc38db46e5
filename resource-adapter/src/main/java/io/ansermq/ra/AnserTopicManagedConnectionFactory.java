package io.ansermq.ra;

/** The same as its parent for {@code TopicConnectionFactory}. */
public final class AnserTopicManagedConnectionFactory extends AnserManagedConnectionFactory {
    private static final long serialVersionUID = 1;

    /** For servers. */
    public AnserTopicManagedConnectionFactory() {
        super(RaDomain.TOPIC);
    }
}
