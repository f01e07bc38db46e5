package io.ansermq.remoting.vm;

import java.net.SocketAddress;

/** A broker that runs in this JVM. Thread safe. */
public interface EmbeddedBroker extends AutoCloseable {

    /** Where clients in this JVM connect to. */
    SocketAddress address();

    /** Stops the broker in an orderly way and waits for it. */
    @Override
    void close();
}
