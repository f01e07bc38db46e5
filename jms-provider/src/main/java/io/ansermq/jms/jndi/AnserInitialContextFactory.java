package io.ansermq.jms.jndi;

import java.util.Hashtable;
import javax.naming.Context;
import javax.naming.NamingException;
import javax.naming.spi.InitialContextFactory;
import org.jspecify.annotations.Nullable;

/**
 * The initial context of a program that has its names in {@code jndi.properties}, in a file that the provider URL names, or
 * in the environment that it gives to {@code InitialContext}.
 *
 * <pre>
 *   java.naming.factory.initial = io.ansermq.jms.jndi.AnserInitialContextFactory
 *   java.naming.provider.url    = anser://host:port         or file:/path/to/jndi.properties
 *   connectionFactory.NAME      = URI                       a connection factory; no value: the provider URL
 *   connectionFactoryNames      = NAME, NAME                connection factories for the provider URL
 *   connection.NAME.OPTION      = value                     an option of a connection factory
 *   queue.JNDINAME              = name of the queue
 *   topic.JNDINAME              = name of the topic
 * </pre>
 *
 * <p>{@code connectionfactory.} and {@code property.connectionfactory.NAME.OPTION} are understood as well. Always there are
 * {@code ConnectionFactory}, {@code QueueConnectionFactory}, {@code TopicConnectionFactory} and {@code XAConnectionFactory}
 * for the provider URL, and {@code dynamicQueues/NAME} and {@code dynamicTopics/NAME}. Slashes in names make sub-contexts;
 * {@code ${name}} in a value is a system property. Principal and credentials of the environment are the user and password of
 * every factory that names none.
 *
 * <p>What cannot be understood is a {@link javax.naming.ConfigurationException} that names the key. Thread safe.
 */
public final class AnserInitialContextFactory implements InitialContextFactory {

    /** For JNDI. */
    public AnserInitialContextFactory() {}

    @Override
    @SuppressWarnings("JdkObsolete") // as the interface has it
    public Context getInitialContext(final @Nullable Hashtable<?, ?> environment) throws NamingException {
        return new JndiConfiguration(environment == null ? new Hashtable<>() : environment).toContext();
    }
}
