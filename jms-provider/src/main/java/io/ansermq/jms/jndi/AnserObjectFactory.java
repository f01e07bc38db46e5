package io.ansermq.jms.jndi;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.jms.destination.AdministeredQueue;
import io.ansermq.jms.destination.AdministeredTopic;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.destination.AnserTopic;
import java.util.Collections;
import java.util.Hashtable;
import java.util.List;
import java.util.Set;
import javax.naming.ConfigurationException;
import javax.naming.Context;
import javax.naming.Name;
import javax.naming.RefAddr;
import javax.naming.Reference;
import javax.naming.spi.ObjectFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes factories and destinations of the references that a directory holds: those that they give themselves, and those
 * that servers make of their configuration, where {@code brokerURL} is the URI, {@code physicalName} the name of a
 * destination and every option of a factory stands under its own name. Thread safe.
 */
public final class AnserObjectFactory implements ObjectFactory {
    private static final Set<String> FACTORY_TYPES = Set.of(
            AnserConnectionFactory.class.getName(),
            "jakarta.jms.ConnectionFactory",
            "jakarta.jms.QueueConnectionFactory",
            "jakarta.jms.TopicConnectionFactory",
            "jakarta.jms.XAConnectionFactory");
    private static final Set<String> QUEUE_TYPES =
            Set.of(AnserQueue.class.getName(), AdministeredQueue.class.getName(), "jakarta.jms.Queue");
    private static final Set<String> TOPIC_TYPES =
            Set.of(AnserTopic.class.getName(), AdministeredTopic.class.getName(), "jakarta.jms.Topic");

    /** What servers put into a reference for themselves. */
    private static final Set<String> OF_THE_SERVER =
            Set.of("scope", "auth", "singleton", "factory", "description", "closeMethod", "forceString");

    /** For JNDI. */
    public AnserObjectFactory() {}

    @Override
    public @Nullable Object getObjectInstance(
            final @Nullable Object object,
            final @Nullable Name name,
            final @Nullable Context context,
            final @Nullable Hashtable<?, ?> environment)
            throws ConfigurationException {
        if (!(object instanceof Reference reference)) {
            return null;
        }
        try {
            if (FACTORY_TYPES.contains(reference.getClassName())) {
                return factory(reference);
            } else if (QUEUE_TYPES.contains(reference.getClassName())) {
                return new AnserQueue(required(reference, AnserDestination.PHYSICAL_NAME));
            } else if (TOPIC_TYPES.contains(reference.getClassName())) {
                return new AnserTopic(required(reference, AnserDestination.PHYSICAL_NAME));
            }
            return null;
        } catch (IllegalArgumentException e) {
            final ConfigurationException exception = new ConfigurationException(e.getMessage());
            exception.initCause(e);
            throw exception;
        }
    }

    private static AnserConnectionFactory factory(final Reference reference) {
        final AnserConnectionFactory factory = new AnserConnectionFactory();
        final RefAddr url = reference.get(AnserConnectionFactory.BROKER_URL);
        if (url != null) {
            factory.setBrokerURL(String.valueOf(url.getContent()));
        }
        final List<RefAddr> addresses = Collections.list(reference.getAll());
        for (final RefAddr address : addresses) {
            final String type = address.getType();
            if (!type.equals(AnserConnectionFactory.BROKER_URL) && !OF_THE_SERVER.contains(type)) {
                factory.setOption(type, String.valueOf(address.getContent()));
            }
        }
        return factory;
    }

    private static String required(final Reference reference, final String type) {
        final RefAddr address = reference.get(type);
        if (address == null || !(address.getContent() instanceof String text)) {
            throw new IllegalArgumentException("a reference to a " + reference.getClassName() + " needs " + type);
        }
        return text;
    }
}
