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
    private final Broker broker;

    private TestBroker(final Broker broker) {
        this.broker = broker;
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
        for (int i = 0; i < options.length; i += 2) {
            values.put(options[i], options[i + 1]);
        }
        return new TestBroker(
                Broker.start(BrokerOptions.builder().setAll(values).build()));
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
