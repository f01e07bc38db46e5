package io.ansermq.tck.conformance;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.remoting.vm.VmBrokers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A broker and the way to it. */
interface Venue extends AutoCloseable {

    /** For a connection factory. */
    String uri();

    @Override
    void close();

    /** Small files, so that a start costs milliseconds. */
    static Map<String, String> smallBroker(final Map<String, String> more) {
        final Map<String, String> options = new TreeMap<>(
                Map.of("segment-size", "16MiB", "staging-size", "9MiB", "min-free-disk", "32MiB", "io-threads", "1"));
        options.putAll(more);
        return options;
    }

    /** A broker behind a socket of this machine. */
    static Venue tcp(final Path data, final Map<String, String> options) {
        final BrokerOptions brokerOptions = BrokerOptions.builder()
                .setAll(smallBroker(options))
                .set("port", "0")
                .set("data", data.toString())
                .build();
        final Broker broker;
        try {
            broker = Broker.start(brokerOptions);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Venue() {
            @Override
            public String uri() {
                return "anser://127.0.0.1:" + broker.port();
            }

            @Override
            public void close() {
                broker.close();
            }

            @Override
            public String toString() {
                return "tcp";
            }
        };
    }

    /** A broker in this JVM, started by the first connection. */
    static Venue vm(final Path data, final Map<String, String> options) {
        final String name = "conformance-" + Numbers.NEXT.incrementAndGet();
        final StringBuilder uri = new StringBuilder("vm://" + name + "?broker.keepAlive=true&broker.data=" + data);
        smallBroker(options)
                .forEach((option, value) ->
                        uri.append("&broker.").append(option).append('=').append(value));
        return new Venue() {
            @Override
            public String uri() {
                return uri.toString();
            }

            @Override
            public void close() {
                VmBrokers.stop(name);
            }

            @Override
            public String toString() {
                return "vm";
            }
        };
    }

    /** Names that no other venue of this JVM has. */
    final class Numbers {
        private static final AtomicInteger NEXT = new AtomicInteger();

        private Numbers() {}
    }
}
