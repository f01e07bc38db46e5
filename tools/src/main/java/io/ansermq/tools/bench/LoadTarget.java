package io.ansermq.tools.bench;

import jakarta.jms.ConnectionFactory;
import java.lang.reflect.InvocationTargetException;
import java.util.OptionalLong;

/**
 * A broker under load, as its clients see it.
 *
 * @param name how the tables call it, for instance {@code anser sync}
 * @param factory gives one connection per worker
 * @param brokerPid the broker's process when it runs on this machine and apart from this process, for its CPU; the
 *     figure is left out when empty
 */
public record LoadTarget(String name, ConnectionFactory factory, OptionalLong brokerPid) {

    /**
     * The connection factory of a provider, by name: any class with a constructor that takes the address as a text.
     *
     * @param className for instance {@code io.ansermq.jms.AnserConnectionFactory}; must be on the class path
     * @param uri the broker's address in the provider's own form
     * @throws LoadException there is no such class, or it refuses the address
     */
    public static ConnectionFactory factory(final String className, final String uri) {
        try {
            return Class.forName(className)
                    .asSubclass(ConnectionFactory.class)
                    .getConstructor(String.class)
                    .newInstance(uri);
        } catch (final ClassNotFoundException e) {
            throw new LoadException("No class " + className + ": put the provider's jars on the class path", e);
        } catch (final InvocationTargetException e) {
            throw new LoadException(className + " refuses " + uri + ": " + e.getCause(), e.getCause());
        } catch (final ReflectiveOperationException | ClassCastException e) {
            throw new LoadException(
                    className + " must be a jakarta.jms.ConnectionFactory with a public constructor (String uri)", e);
        }
    }
}
