package io.ansermq.jms.destination;

import jakarta.jms.JMSException;
import org.jspecify.annotations.Nullable;

/** The connection that made a temporary destination and alone may end it. Thread safe. */
@FunctionalInterface
public interface TemporaryOwner {

    /**
     * Ends a temporary destination of this connection.
     *
     * @throws JMSException when somebody consumes from it
     */
    void delete(AnserDestination temporary) throws JMSException;

    /** The owner, if this is its own object of the destination. */
    static TemporaryOwner require(final @Nullable TemporaryOwner owner, final AnserDestination temporary)
            throws JMSException {
        if (owner == null) {
            throw new JMSException("only the connection that made " + temporary + " can delete it");
        }
        return owner;
    }
}
