package io.ansermq.jms.integration;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;

/**
 * The real broker behind a socket. By reflection, because this module's code must not see the broker's classes, and one
 * dependency cannot have two scopes.
 */
final class TcpBroker implements AutoCloseable {
    private final Object broker;

    private TcpBroker(final Object broker) {
        this.broker = broker;
    }

    static TcpBroker start(final Path data) {
        try {
            final Class<?> optionsClass = Class.forName("io.ansermq.broker.BrokerOptions");
            final Object builder = optionsClass.getMethod("builder").invoke(null);
            for (final String[] option : new String[][] {
                {"port", "0"},
                {"data", data.toString()},
                {"segment-size", "16MiB"},
                {"staging-size", "9MiB"},
                {"min-free-disk", "32MiB"}
            }) {
                builder.getClass().getMethod("set", String.class, String.class).invoke(builder, option[0], option[1]);
            }
            final Object options = builder.getClass().getMethod("build").invoke(builder);
            return new TcpBroker(Class.forName("io.ansermq.broker.Broker")
                    .getMethod("start", optionsClass)
                    .invoke(null, options));
        } catch (InvocationTargetException e) {
            throw new AssertionError(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    String uri() {
        return "anser://127.0.0.1:" + call("port");
    }

    @Override
    public void close() {
        call("close");
    }

    private Object call(final String method) {
        try {
            return broker.getClass().getMethod(method).invoke(broker);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
