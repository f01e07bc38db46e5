package io.ansermq.tck;

import io.ansermq.broker.BrokerOptions;
import java.nio.file.Path;

/** The options of a broker inside the test's JVM. */
public final class SmallBroker {

    private SmallBroker() {}

    /** A port of the system's choice, and files so small that a start costs milliseconds. */
    public static BrokerOptions.Builder options(final Path data) {
        return BrokerOptions.builder()
                .set("port", "0")
                .set("data", data.toString())
                .set("segment-size", "16MiB")
                .set("staging-size", "9MiB")
                .set("min-free-disk", "32MiB");
    }
}
