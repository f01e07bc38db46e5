package io.ansermq.remoting.vm;

import java.io.IOException;
import java.util.Map;

/** Starts brokers in this JVM; found by {@link java.util.ServiceLoader}. */
public interface EmbeddedBrokerFactory {

    /**
     * Starts a broker and returns when it can be used.
     *
     * @param name what follows {@code vm://}
     * @param options broker options by name
     * @throws IOException in one clear line with the next step, when it cannot start
     */
    EmbeddedBroker start(String name, Map<String, String> options) throws IOException;
}
