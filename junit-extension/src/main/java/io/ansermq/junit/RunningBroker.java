package io.ansermq.junit;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** A broker that ends with the tests it was started for. */
final class RunningBroker implements AutoCloseable {

    /** What ends it. */
    @FunctionalInterface
    private interface End {
        void close() throws IOException, JMSException;
    }

    private final URI uri;
    private final End end;

    private RunningBroker(final URI uri, final End end) {
        this.uri = uri;
        this.end = end;
    }

    /**
     * Starts one.
     *
     * @throws IllegalArgumentException for an option that is not {@code name=value} or that no broker has
     * @throws IOException when it cannot start; the text says what to do
     */
    static RunningBroker start(final AnserBroker wanted) throws IOException, JMSException {
        for (final String option : wanted.options()) {
            if (option.indexOf('=') < 1) {
                throw new IllegalArgumentException(
                        "@AnserBroker(options): '" + option + "' is not of the form name=value");
            }
        }
        return wanted.tcp() ? tcp(wanted) : local(wanted);
    }

    private static RunningBroker local(final AnserBroker wanted) throws JMSException {
        final StringBuilder uri = new StringBuilder("vm://test-").append(UUID.randomUUID());
        char separator = '?';
        for (final String option : wanted.options()) {
            final int equals = option.indexOf('=');
            uri.append(separator)
                    .append("broker.")
                    .append(option, 0, equals)
                    .append('=')
                    .append(URLEncoder.encode(option.substring(equals + 1), StandardCharsets.UTF_8));
            separator = '&';
        }
        // The broker lives as long as somebody is connected.
        final Connection connection = new AnserConnectionFactory(uri.toString()).createConnection();
        return new RunningBroker(URI.create(uri.toString()), connection::close);
    }

    private static RunningBroker tcp(final AnserBroker wanted) throws IOException {
        final Path data = Files.createTempDirectory("anser-test-");
        final BrokerOptions.Builder options = BrokerOptions.builder()
                .set("port", "0")
                .set("data", data.toString())
                .set("segment-size", "16MiB")
                .set("staging-size", "9MiB")
                .set("min-free-disk", "32MiB");
        for (final String option : wanted.options()) {
            final int equals = option.indexOf('=');
            options.set(option.substring(0, equals), option.substring(equals + 1));
        }
        final Broker broker = Broker.start(options.build());
        return new RunningBroker(URI.create("anser://127.0.0.1:" + broker.port()), () -> {
            broker.close();
            deleteTree(data);
        });
    }

    private static void deleteTree(final Path root) throws IOException {
        final List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(root)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (final Path each : deepestFirst) {
            Files.delete(each);
        }
    }

    /** Where it is. */
    URI uri() {
        return uri;
    }

    @Override
    public void close() throws IOException, JMSException {
        end.close();
    }
}
