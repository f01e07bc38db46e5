package io.ansermq.ra;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.JMSContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broker that can be stopped and started again at the same address, with its data. Also what servers are tested with. */
public class TestBroker implements AutoCloseable {
    private final Path data;
    private final Map<String, String> options;
    private final int port;
    private @Nullable Broker broker;

    /**
     * One that is not started yet.
     *
     * @param data where it keeps its data
     * @param options more of its options
     * @param port where clients find it
     */
    public TestBroker(final Path data, final Map<String, String> options, final int port) {
        this.data = data;
        this.options = options;
        this.port = port;
    }

    static TestBroker started(final Path data) throws IOException {
        return started(data, Map.of());
    }

    static TestBroker started(final Path data, final Map<String, String> options) throws IOException {
        final TestBroker made = absent(data, options);
        made.start();
        return made;
    }

    /** One with an address where nobody listens yet. */
    static TestBroker absent(final Path data, final Map<String, String> options) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new TestBroker(data, options, free.getLocalPort());
        }
    }

    /** Starts it at its address. */
    public void start() throws IOException {
        start(port);
    }

    /** Starts it at another port, or at a free one for 0, and returns that; what clients are told stays as it is. */
    protected final int start(final int at) throws IOException {
        final Broker started = Broker.start(BrokerOptions.builder()
                .set("port", String.valueOf(at))
                .set("data", data.toString())
                .set("segment-size", "16MiB")
                .set("staging-size", "9MiB")
                .set("min-free-disk", "32MiB")
                .setAll(options)
                .build());
        broker = started;
        return started.port();
    }

    /** Stops it if it runs. */
    public void stop() {
        if (broker != null) {
            broker.close();
            broker = null;
        }
    }

    /** Where clients find it. */
    public final String uri() {
        return "anser://127.0.0.1:" + port;
    }

    /** A client from outside of any server. */
    public final JMSContext outside() {
        return new AnserConnectionFactory(uri()).createContext();
    }

    /** Sends texts from outside. */
    public final void send(final String queue, final String... texts) {
        try (JMSContext context = outside()) {
            for (final String text : texts) {
                context.createProducer().send(context.createQueue(queue), text);
            }
        }
    }

    /** Receives a text from outside, or null when there is none. */
    final @Nullable String receive(final String queue) {
        try (JMSContext context = outside()) {
            return context.createConsumer(context.createQueue(queue)).receiveBodyNoWait(String.class);
        }
    }

    @Override
    public void close() {
        stop();
    }
}
