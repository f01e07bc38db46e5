package io.ansermq.jms.destination;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryTopic;
import org.jspecify.annotations.Nullable;

/** A topic that ends with the connection that made it; another connection that was told of it can send to it. */
public final class AnserTemporaryTopic extends AnserTopic implements TemporaryTopic {
    private static final long serialVersionUID = 1;

    private final transient @Nullable TemporaryOwner owner;

    /** @param owner the connection that made it; null for one that was received in a message */
    public AnserTemporaryTopic(final String name, final @Nullable TemporaryOwner owner) {
        super(name);
        this.owner = owner;
    }

    @Override
    public void delete() throws JMSException {
        TemporaryOwner.require(owner, this).delete(this);
    }
}
