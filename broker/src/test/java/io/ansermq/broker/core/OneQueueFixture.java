package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** For tests of the core agent over a real log, turned by hand: with one client, which has opened one queue. */
abstract class OneQueueFixture {

    @TempDir
    Path directory;

    CoreFixture broker;
    CoreFixture.Client client;
    int queue;

    @BeforeEach
    void openQueue() {
        broker = new CoreFixture(directory, FlushLevel.DURABLE);
        client = broker.client();
        queue = client.open(DestinationKind.QUEUE, "q");
    }

    @AfterEach
    void close() {
        broker.close();
    }
}
