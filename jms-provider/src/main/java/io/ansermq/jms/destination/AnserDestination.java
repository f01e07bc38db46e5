package io.ansermq.jms.destination;

import jakarta.jms.Destination;
import java.io.Serializable;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * A queue or topic of AnserMQ: what every session accepts, whichever connection it belongs to. Immutable, except that an
 * administered one gets its name after it was made.
 *
 * <p>Equality is kind and name, so that the JMSDestination of a received message equals the destination it was sent to
 * (Jakarta Messaging 3.1, section 3.4.1).
 */
public abstract sealed class AnserDestination implements Destination, Referenceable, Serializable
        permits AnserQueue, AnserTopic {
    /** What the names of temporary destinations begin with, and no others. */
    private static final String TEMPORARY = "%TEMP%";

    /** The address of a JNDI reference that holds the destination's name. */
    public static final String PHYSICAL_NAME = "physicalName";

    private static final long serialVersionUID = 1;

    /** Named, not referred to: the JNDI package stands above this one. */
    private static final String OBJECT_FACTORY = "io.ansermq.jms.jndi.AnserObjectFactory";

    /** The name of an administered destination that has none yet; no session accepts it. */
    static final String UNNAMED = " unnamed";

    private String name;

    AnserDestination(final String name) {
        this.name = requireName(name);
    }

    private static String requireName(final String name) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("a destination needs a name that is not empty");
        }
        return name;
    }

    final void rename(final String newName) {
        name = requireName(newName);
    }

    /** The name in the broker. */
    public final String name() {
        return name;
    }

    /** Whether it has a name: an administered one has none when the server was not told of it. */
    public final boolean isNamed() {
        return !name.equals(UNNAMED);
    }

    /** Whether this is a queue; else it is a topic. */
    public abstract boolean isQueue();

    /** {@code queue://name} or {@code topic://name}: how a destination is written inside a message. */
    public final String uri() {
        return (isQueue() ? AnserQueue.SCHEME : AnserTopic.SCHEME) + name;
    }

    /** Reads what {@link #uri()} writes; null for any other text. */
    public static @Nullable AnserDestination parse(final String uri) {
        if (uri.length() > AnserQueue.SCHEME.length() && uri.startsWith(AnserQueue.SCHEME)) {
            return queue(uri.substring(AnserQueue.SCHEME.length()));
        }
        if (uri.length() > AnserTopic.SCHEME.length() && uri.startsWith(AnserTopic.SCHEME)) {
            return topic(uri.substring(AnserTopic.SCHEME.length()));
        }
        return null;
    }

    private static AnserDestination queue(final String name) {
        return name.startsWith(TEMPORARY) ? new AnserTemporaryQueue(name, null) : new AnserQueue(name);
    }

    private static AnserDestination topic(final String name) {
        return name.startsWith(TEMPORARY) ? new AnserTemporaryTopic(name, null) : new AnserTopic(name);
    }

    @Override
    public final Reference getReference() {
        return new Reference(getClass().getName(), new StringRefAddr(PHYSICAL_NAME, name), OBJECT_FACTORY, null);
    }

    @Override
    public final boolean equals(final @Nullable Object other) {
        return other instanceof AnserDestination that && isQueue() == that.isQueue() && name.equals(that.name);
    }

    @Override
    public final int hashCode() {
        return isQueue() ? name.hashCode() : ~name.hashCode();
    }

    @Override
    public final String toString() {
        return uri();
    }
}
