package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SendingHeader.SendFailed;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Producers, consumers and a disk that fills up. */
class DiskGateTest {

    private static final String FILLER = "x".repeat(50_000);
    private static final long QUOTA = 16 << 20;

    private final SimFiles files = new SimFiles();
    private CoreFixture broker;
    private CoreFixture.Client client;
    private int queue;

    @BeforeEach
    void openQueue() {
        broker = new CoreFixture(files, Path.of("/data"), FlushLevel.WRITTEN, new CleanerSettings(600_000, 2, 1 << 30));
        broker.disk = new DiskSettings(QUOTA, 75, 85, 90, 1 << 20, 1_000, 1 << 20);
        files.usableSpace(1L << 30);
        broker.restart();
        client = broker.client();
        client.topic = "full";
        queue = client.open(DestinationKind.QUEUE, "full");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void shouldRefuseSendsWithTheReasonWhenTheQuotaIsUsedUp() {
        fill();
        assertThat(failures()).isEmpty();
        broker.passSeconds(1);
        assertThat(failures()).isNotEmpty();
        final SendFailed failed = failures().get(0);
        assertThat(failed.error()).isEqualTo(ErrorCodes.RESOURCE_LIMIT);
        assertThat(failed.text())
                .contains("the disk is full")
                .contains("of 16 MiB")
                .contains("the limit is 90 %")
                .contains("queue 'full' (");
        assertThat(client.unconsumed).isZero();
    }

    @Test
    void shouldStoreHeldSendsInOrderWhenConsumersMakeRoomInTime() {
        broker.disk = new DiskSettings(QUOTA, 75, 85, 90, 1 << 20, 600_000, 1 << 20);
        broker.restart();
        client = broker.client();
        client.topic = "full";
        client.open(DestinationKind.QUEUE, "full");
        final int sent = fill();
        client.send(queue, "held 1");
        client.send(queue, "held 2");
        broker.settle();
        assertThat(client.settledSequence).isLessThan(sent);
        drain(client.settledSequence);
        for (int i = 0; i < 20; i++) {
            broker.passSeconds(1);
        }
        assertThat(failures()).isEmpty();
        assertThat(client.settledSequence).isEqualTo(sent + 2);
        final List<String> texts = client.texts();
        assertThat(texts.subList(texts.size() - 2, texts.size())).containsExactly("held 1", "held 2");
    }

    @Test
    void shouldOpenAgainWhenConsumersHaveMadeRoom() {
        fill();
        broker.passSeconds(1);
        final long stored = client.settledSequence - refused();
        drain(stored);
        assertThat(client.deliveries).hasSize((int) stored);
        for (int i = 0; i < 20; i++) {
            broker.passSeconds(1);
        }
        client.answers.clear();
        client.send(queue, "again");
        broker.settle();
        assertThat(failures()).isEmpty();
        assertThat(client.texts()).endsWith("again");
    }

    @Test
    void shouldStayClosedWhileOthersLeaveNoRoomOnTheDisk() {
        files.usableSpace(1000);
        broker.passSeconds(1);
        client.send(queue, "a");
        broker.settle();
        assertThat(client.settledSequence).isZero();
        broker.passSeconds(2);
        assertThat(failures()).hasSize(1);
        assertThat(failures().get(0).text()).contains("0 MiB left and must have 1");
        files.usableSpace(1L << 30);
        broker.passSeconds(1);
        client.send(queue, "b");
        broker.settle();
        client.subscribe(1, queue, 10);
        assertThat(client.texts()).containsExactly("b");
    }

    @Test
    void shouldStartOnAFullDiskAndServeConsumers() {
        client.send(queue, "a", "b");
        broker.settle();
        files.usableSpace(0);
        broker.restart();
        final CoreFixture.Client consumer = broker.client();
        consumer.subscribe(1, queue, 10);
        assertThat(consumer.texts()).containsExactly("a", "b");
        consumer.acknowledge(true, 1, 0, 0, 1);
        broker.settle();
        broker.restart();
        final CoreFixture.Client later = broker.client();
        later.subscribe(1, queue, 10);
        assertThat(later.texts()).isEmpty();
    }

    @Test
    void shouldNotSettleEarlierSendsByARefusal() {
        client.send(queue, "a");
        client.send(queue + 1000, "nowhere");
        broker.core();
        broker.core();
        assertThat(client.settledSequence).isZero();
        assertThat(failures()).isEmpty();
        broker.settle();
        assertThat(client.settledSequence).isEqualTo(2);
        assertThat(failures()).hasSize(1);
    }

    /** Cleaning starts at 75 % and not only after its delay; a message that stays does not keep producers blocked. */
    @Test
    void shouldCleanWithoutDelayWhenTheDiskFillsUp() {
        client.topic = "stuck";
        final int stuck = client.open(DestinationKind.QUEUE, "stuck");
        client.send(stuck, "stays");
        client.topic = "full";
        client.subscribe(1, queue, 1_000_000);
        final int messages = 600;
        for (int i = 0; i < messages; i++) {
            client.send(queue, FILLER);
            client.request(new io.ansermq.remoting.protocol.ConsumingHeader.Flow(1, 1, 1 << 20, 0));
            broker.settle();
            client.acknowledge(false, 1, 0, 0, i);
            broker.passSeconds(1);
        }
        assertThat(failures()).isEmpty();
        assertThat(client.settledSequence).isEqualTo(messages + 1);
        assertThat(broker.cleaner().movedMessages()).isPositive();
        client.deliveries.clear();
        client.subscribe(2, stuck, 1);
        assertThat(client.texts()).containsExactly("stays");
    }

    /** Sends until nothing more is answered; returns how many messages were sent. */
    private int fill() {
        int sent = 0;
        long before = -1;
        while (client.settledSequence > before) {
            before = client.settledSequence;
            client.send(queue, FILLER);
            sent++;
            broker.settle();
            assertThat(sent).isLessThan(1_000);
        }
        return sent;
    }

    private void drain(final long stored) {
        client.subscribe(1, queue, 1_000_000);
        for (int i = 0; i < stored; i++) {
            client.request(new io.ansermq.remoting.protocol.ConsumingHeader.Flow(1, 1, 1 << 20, 0));
        }
        broker.settle();
        client.acknowledge(false, 1, 0, 0, stored - 1);
        broker.settle();
    }

    private List<SendFailed> failures() {
        final List<SendFailed> all = new ArrayList<>();
        client.answers.forEach(answer -> {
            if (answer instanceof SendFailed failed) {
                all.add(failed);
            }
        });
        return all;
    }

    private long refused() {
        return failures().stream().mapToLong(SendFailed::count).sum();
    }
}
