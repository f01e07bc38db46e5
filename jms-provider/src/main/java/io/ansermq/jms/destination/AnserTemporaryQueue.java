package io.ansermq.jms.destination;

import jakarta.jms.JMSException;
import jakarta.jms.TemporaryQueue;
import org.jspecify.annotations.Nullable;

/** A queue that ends with the connection that made it; another connection that was told of it can send to it. */
public final class AnserTemporaryQueue extends AnserQueue implements TemporaryQueue {
    private static final long serialVersionUID = 1;

    private final transient @Nullable TemporaryOwner owner;

    /** @param owner the connection that made it; null for one that was received in a message */
    public AnserTemporaryQueue(final String name, final @Nullable TemporaryOwner owner) {
        super(name);
        this.owner = owner;
    }

    @Override
    public void delete() throws JMSException {
        TemporaryOwner.require(owner, this).delete(this);
    }
}
