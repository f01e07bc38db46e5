package io.ansermq.tools;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** A broker in this JVM on a free port, with a small store, and the commands that ask it. */
final class LocalBroker implements AutoCloseable {

    private final Broker broker;

    private LocalBroker(final Broker broker) {
        this.broker = broker;
    }

    static LocalBroker start(final Path data) throws IOException {
        return start(data, Map.of());
    }

    static LocalBroker start(final Path data, final Map<String, String> options) throws IOException {
        return new LocalBroker(Broker.start(BrokerOptions.builder()
                .set("port", "0")
                .set("data", data.toString())
                .set("segment-size", "16MiB")
                .set("min-free-disk", "32MiB")
                .setAll(options)
                .build()));
    }

    String url() {
        return "anser://127.0.0.1:" + broker.port();
    }

    AnserConnectionFactory factory() {
        return new AnserConnectionFactory(url());
    }

    /** Runs a command with the address of this broker. */
    CommandRun run(final String... arguments) {
        final String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--url=" + url();
        return CommandRun.of(all);
    }

    @Override
    public void close() {
        broker.close();
    }
}
