package io.ansermq.openmessaging;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.openmessaging.KeyValue;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A broker in this JVM on a port of its own, and access points to it. */
final class TestBroker implements AutoCloseable {
    private final Map<String, String> options;
    private Broker broker;

    private TestBroker(final Map<String, String> options) throws IOException {
        this.options = options;
        broker = run();
    }

    static TestBroker start(final Path data, final String... options) throws IOException {
        final Map<String, String> values = new HashMap<>(Map.of(
                "port",
                "0",
                "data",
                data.toString(),
                "segment-size",
                "16MiB",
                "staging-size",
                "9MiB",
                "min-free-disk",
                "32MiB"));
        put(values, options);
        return new TestBroker(values);
    }

    private static void put(final Map<String, String> values, final String... options) {
        for (int i = 0; i < options.length; i += 2) {
            values.put(options[i], options[i + 1]);
        }
    }

    private Broker run() throws IOException {
        return Broker.start(BrokerOptions.builder().setAll(options).build());
    }

    /** Stops it, and starts it again on the same data and port, with these options besides. */
    void restart(final String... more) throws IOException {
        options.put("port", Integer.toString(broker.port()));
        put(options, more);
        broker.close();
        broker = run();
    }

    int port() {
        return broker.port();
    }

    String url() {
        return "oms:anser://127.0.0.1:" + broker.port() + "/test";
    }

    MessagingAccessPoint accessPoint() {
        return OMS.getMessagingAccessPoint(url());
    }

    static KeyValue consumer(final String id) {
        return OMS.newKeyValue().put(OMSBuiltinKeys.CONSUMER_ID, id);
    }

    static KeyValue producer(final String id) {
        return OMS.newKeyValue().put(OMSBuiltinKeys.PRODUCER_ID, id);
    }

    static KeyValue timeout(final long ms) {
        return OMS.newKeyValue().put(OMSBuiltinKeys.OPERATION_TIMEOUT, ms);
    }

    @Override
    public void close() {
        broker.close();
    }
}
