package io.ansermq.tck.servers;

import java.io.IOException;
import java.nio.file.Path;
import org.jboss.arquillian.container.test.api.ContainerController;

/** What differs between Jakarta EE servers: where things are configured, and what they are called. */
interface ServerDialect {
    /** What arquillian.xml calls the server. */
    String SERVER = "server";

    /** The name by which arquillian.xml and the Maven profile know the server. */
    String name();

    /**
     * Configures the unpacked server, which does not run: the adapter, two connection factories, queues, a database.
     *
     * @param home where the server was unpacked
     * @param rar the adapter's archive
     * @param brokerUri where the adapter connects to
     */
    void prepare(Path home, Path rar, String brokerUri) throws IOException;

    /** Starts the server. */
    default void start(final ContainerController container) throws IOException {
        container.start(SERVER);
    }

    /** Starts the server, whose process was killed. */
    default void startAfterCrash(final ContainerController container) throws IOException {
        container.kill(SERVER);
        container.start(SERVER);
    }

    /** Stops the server. */
    default void stop(final ContainerController container) throws IOException {
        container.stop(SERVER);
    }

    /** Takes the adapter out of the server, which runs and has no application that uses it. */
    default void undeployAdapter(final Path home) throws IOException {
        throw new UnsupportedOperationException(name());
    }

    /** Puts the adapter back, with all that is configured of it. */
    default void deployAdapter(final Path home) throws IOException {
        throw new UnsupportedOperationException(name());
    }

    /** Whether it has nothing of an adapter any more, after a while, that was taken out. */
    default boolean letsGoOfAdapters() {
        return true;
    }

    /** Where its applications answer. */
    int httpPort();

    /** The global name of an administered object: {@code cf}, {@code cf2}, {@code out} or {@code ds}. */
    String jndi(String object);

    /** The server's own descriptor for beans, with its path under WEB-INF; null when it needs none. */
    Descriptor beanDescriptor(Iterable<String> beans);

    /** Where the server writes its log. */
    Path log(Path home);

    /**
     * A descriptor.
     *
     * @param name under WEB-INF
     * @param text what it says
     */
    record Descriptor(String name, String text) {}

    /** The dialect of the server that the Maven profile has chosen. */
    static ServerDialect chosen() {
        final String name = System.getProperty("anser.server");
        return switch (String.valueOf(name)) {
            case "wildfly" -> new WildFly();
            case "liberty" -> new Liberty();
            case "glassfish", "payara" -> new GlassFish(name);
            case "tomee" -> new TomEE();
            default -> throw new IllegalStateException("no such server: " + name);
        };
    }
}
