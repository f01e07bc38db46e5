package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionPart;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of messages that are in the log long before they can be seen. */
class MessageKeysTest {
    private static final TransactionId LOCAL = TransactionId.local(77, 1);

    @TempDir
    Path directory;

    private CoreFixture broker;
    private CoreFixture.Client client;
    private int topic;

    @BeforeEach
    void makeTopic() {
        broker = new CoreFixture(directory, FlushLevel.WRITTEN);
        client = broker.client();
        assertThat(broker.desk().createTopic("t", 10)).isNull();
        broker.settle();
        topic = client.open(DestinationKind.TOPIC, "t");
        client.topic = "t";
        client.properties("KEYS", "k");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void shouldFindMessagesOfATransactionThatWasCommittedAfterAnImage() {
        client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), new CoreFixture.Outgoing(topic, "early"));
        client.send(topic, "other");
        broker.saveImage();
        assertThat(found()).hasSize(1);

        client.request(new Commit(LOCAL, true, List.of(), List.of()));
        broker.settle();
        assertThat(found()).hasSize(2);
        broker.restart();
        assertThat(found()).hasSize(2);
    }

    @Test
    void shouldFindADelayedMessageThatWasDueAfterAnImage() {
        client.deliverAtEpochMs = broker.nowEpochMs + 5_000;
        client.send(topic, "late");
        client.deliverAtEpochMs = DeliveryTime.NOW;
        client.send(topic, "other");
        broker.saveImage();
        assertThat(found()).hasSize(1);

        broker.nowEpochMs += 6_000;
        broker.settle();
        assertThat(found()).hasSize(2);
        broker.restart();
        assertThat(found()).hasSize(2);
    }

    @Test
    void shouldAddTheKeysOfALargeCommitInTurnsAndFindAllOfThem() {
        final int parts = 5;
        final int each = 1_000;
        final CoreFixture.Outgoing[] messages = new CoreFixture.Outgoing[each];
        for (int i = 0; i < each; i++) {
            messages[i] = new CoreFixture.Outgoing(topic, "m");
        }
        for (int i = 0; i < parts; i++) {
            client.work(runs -> new TransactionPart(LOCAL, 0, runs, List.of()), messages);
            broker.settle();
        }
        client.request(new Commit(LOCAL, true, List.of(), List.of()));
        broker.settle();
        assertThat(client.lastAnswer()).isEqualTo(new Done());
        assertThat(found()).hasSize(parts * each);
        broker.restart();
        assertThat(found()).hasSize(parts * each);
    }

    private List<Long> found() {
        final List<Long> positions = new ArrayList<>();
        broker.desk().findKey("t", "k", 0, Long.MAX_VALUE, positions::add);
        return positions;
    }
}
