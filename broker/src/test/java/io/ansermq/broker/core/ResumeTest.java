package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Disconnect;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.CreateTemporary;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.ResumeHeader.AcknowledgeAgain;
import io.ansermq.remoting.protocol.ResumeHeader.Mark;
import io.ansermq.remoting.protocol.ResumeHeader.RestoreTemporary;
import io.ansermq.remoting.protocol.ResumeHeader.Resume;
import io.ansermq.remoting.protocol.ResumeHeader.Resumed;
import io.ansermq.remoting.protocol.ResumeHeader.SequenceRange;
import io.ansermq.store.FlushLevel;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client session that comes back on another connection: what it has sent, received and made. */
class ResumeTest {
    private static final int NO_DESTINATION = 999;

    @TempDir
    private Path directory;

    private CoreFixture broker;
    private int queue;

    @BeforeEach
    void openQueue() {
        broker = new CoreFixture(directory, FlushLevel.DURABLE);
        queue = connect("setup").open(DestinationKind.QUEUE, "q");
    }

    @AfterEach
    void close() {
        broker.close();
    }

    private CoreFixture.Client connect(final String session) {
        return connect(session, null);
    }

    private CoreFixture.Client connect(final String session, final String clientId) {
        final CoreFixture.Client client = broker.client();
        client.request(new Connect(1, "test", clientId, null, null, session));
        broker.settle();
        return client;
    }

    private ControlHeader ask(final CoreFixture.Client client, final ControlHeader request) {
        client.answers.clear();
        client.request(request);
        broker.settle();
        return client.lastAnswer();
    }

    private void restart(final boolean withImage) {
        if (withImage) {
            broker.saveImage();
        }
        broker.restart();
    }

    private static Resumed allStored(final long upTo) {
        return new Resumed(1, upTo, List.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKnowAfterARestartWhatASessionHasSent(final boolean withImage) {
        final CoreFixture.Client first = connect("s");
        first.send(queue, "1", "2", "3");
        broker.settle();
        restart(withImage);
        final CoreFixture.Client second = connect("s");
        assertThat(ask(second, new Resume(1))).isEqualTo(allStored(3));
        second.nextSequence = 4;
        second.send(queue, "4");
        broker.settle();
        restart(false);

        assertThat(ask(connect("s"), new Resume(4))).isEqualTo(allStored(4));
        assertThat(ask(connect("another"), new Resume(1))).isEqualTo(allStored(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKnowWhichSendsWereRefused(final boolean withImage) {
        final CoreFixture.Client first = connect("s");
        first.send(queue, "1");
        first.send(NO_DESTINATION, "2", "3");
        first.send(queue, "4");
        first.send(NO_DESTINATION, "5");
        broker.settle();
        restart(withImage);

        assertThat(ask(connect("s"), new Resume(1))).isEqualTo(new Resumed(1, 4, List.of(new SequenceRange(2, 2))));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldKnowOfSendsThatWaitForTheirDeliveryTime(final boolean withImage) {
        final CoreFixture.Client first = connect("s");
        first.deliverAtEpochMs = broker.nowEpochMs + 60_000;
        first.send(queue, "1", "2");
        broker.settle();
        restart(withImage);

        assertThat(ask(connect("s"), new Resume(1))).isEqualTo(allStored(2));
    }

    @Test
    void shouldAnswerOnlyWhenWhatWasSentIsStored() {
        final CoreFixture.Client first = connect("s");
        first.send(queue, "1");
        broker.core();
        final CoreFixture.Client second = broker.client();
        second.request(new Connect(1, "test", null, null, null, "s"));
        second.request(new Resume(1));
        broker.core();
        broker.core();
        assertThat(second.answers).isEmpty();

        broker.settle();

        assertThat(second.lastAnswer()).isEqualTo(allStored(1));
    }

    @Test
    void shouldNotStoreASendTwice() {
        final CoreFixture.Client first = connect("s");
        first.send(queue, "1", "2");
        broker.settle();
        final CoreFixture.Client second = connect("s");
        second.send(queue, "1", "2", "3");
        broker.settle();
        assertThat(second.settledSequence).isEqualTo(3);

        second.subscribe(1, queue, 100);

        assertThat(second.texts()).containsExactly("1", "2", "3");
    }

    @Test
    void shouldTakeTheEarlierConnectionsPlace() {
        final CoreFixture.Client first = connect("s", "c");
        first.send(queue, "1", "2");
        first.subscribe(7, queue, 1);
        assertThat(first.texts()).containsExactly("1");

        final CoreFixture.Client second = connect("s", "c");
        first.nextSequence = 3;
        first.send(queue, "3");
        broker.settle();

        assertThat(first.replaced).isTrue();
        assertThat(second.welcomed).isTrue();
        assertThat(ask(second, new Resume(1))).isEqualTo(allStored(2));
        second.subscribe(7, queue, 100);
        assertThat(second.texts()).containsExactly("1", "2");
        assertThat(second.deliveries.get(0).deliveriesBefore()).isEqualTo(1);
    }

    @Test
    void shouldForgetASessionThatSaidGoodbye() {
        final CoreFixture.Client first = connect("s");
        first.send(queue, "1");
        broker.settle();
        ask(first, new Disconnect());
        first.vanish();

        assertThat(ask(connect("s"), new Resume(1))).isEqualTo(allStored(0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTakeAcknowledgementsOfTheBrokersEarlierLives(final boolean withImage) {
        final long run = runAfterReceiving("1", "2", "3", "4");
        restart(withImage);
        restart(withImage);
        final CoreFixture.Client second = connect("s");
        second.subscribe(7, queue, 0);

        final ControlHeader answer =
                ask(second, new AcknowledgeAgain(7, run, List.of(new OffsetRange(0, 0, 0), new OffsetRange(0, 2, 2))));

        assertThat(answer).isEqualTo(new AckDone(0));
        second.request(new Flow(7, 100, 1 << 20, 0));
        broker.settle();
        assertThat(second.texts()).containsExactly("2", "4");
    }

    @Test
    void shouldTakeAcknowledgementsAfterAnOrderlyEnd() {
        final CoreFixture.Client first = connect("s");
        first.send(queue, "1", "2", "3");
        first.subscribe(7, queue, 3);
        final long run = broker.run();
        first.vanish();
        broker.stopAndStart();
        final CoreFixture.Client second = connect("s");
        second.subscribe(7, queue, 0);

        assertThat(ask(second, new AcknowledgeAgain(7, run, List.of(new OffsetRange(0, 1, 1)))))
                .isEqualTo(new AckDone(0));
        second.request(new Flow(7, 100, 1 << 20, 0));
        broker.settle();
        assertThat(second.texts()).containsExactly("1", "3");
    }

    private long runAfterReceiving(final String... texts) {
        final CoreFixture.Client first = connect("s");
        first.send(queue, texts);
        first.subscribe(7, queue, 100);
        assertThat(first.texts()).containsExactly(texts);
        return broker.run();
    }

    @Test
    void shouldNotTakeWhatSomebodyElseHas() {
        final long run = runAfterReceiving("1", "2");
        broker.restart();
        final CoreFixture.Client other = connect("other");
        other.subscribe(1, queue, 1);
        final CoreFixture.Client second = connect("s");
        second.subscribe(7, queue, 0);

        assertThat(ask(second, new AcknowledgeAgain(7, run, List.of(new OffsetRange(0, 0, 1)))))
                .isEqualTo(new AckDone(1));

        other.vanish();
        second.request(new Flow(7, 100, 1 << 20, 0));
        broker.settle();
        assertThat(second.texts()).containsExactly("1");
    }

    @Test
    void shouldNotTakeAMessageForAnotherThatWasLost() {
        final long run = runAfterReceiving("1");
        broker.restart();
        final CoreFixture.Client producer = connect("p");
        producer.send(queue, "new");
        broker.settle();
        final CoreFixture.Client second = connect("s");
        second.subscribe(7, queue, 0);

        // As if "new" had come to stand where the end of the log was lost.
        assertThat(ask(second, new AcknowledgeAgain(7, run, List.of(new OffsetRange(0, 1, 1)))))
                .isEqualTo(new AckDone(1));
        second.request(new Flow(7, 100, 1 << 20, 0));
        broker.settle();

        assertThat(second.texts()).containsExactly("1", "new");
    }

    @Test
    void shouldSayWhenAcknowledgementsAreWritten() {
        runAfterReceiving("1", "2");
        final CoreFixture.Client second = connect("s");
        second.subscribe(7, queue, 2);
        second.acknowledge(false, 7, 0, 0, 0);

        assertThat(ask(second, new Mark())).isEqualTo(new Done());

        broker.restart();
        final CoreFixture.Client third = connect("s");
        third.subscribe(7, queue, 2);
        assertThat(third.texts()).containsExactly("2");
    }

    @Test
    void shouldBearARangeOfAnyLength() {
        final long run = runAfterReceiving("1");
        final CoreFixture.Client second = connect("s");
        second.subscribe(7, queue, 0);

        assertThat(ask(second, new AcknowledgeAgain(7, run, List.of(new OffsetRange(0, 0, Long.MAX_VALUE - 2)))))
                .isEqualTo(new AckDone(0));
    }

    @Test
    void shouldRestoreTemporaryDestinations() {
        final CoreFixture.Client first = connect("s");
        final String name = ((DestinationOpened) ask(first, new CreateTemporary(DestinationKind.QUEUE))).topic();
        final CoreFixture.Client second = connect("s");
        assertThat(ask(second, new RestoreTemporary(DestinationKind.QUEUE, name)))
                .as("while the broker lives it is handed on")
                .isInstanceOf(DestinationOpened.class);
        broker.restart();
        final CoreFixture.Client third = connect("s");

        final DestinationOpened restored =
                (DestinationOpened) ask(third, new RestoreTemporary(DestinationKind.QUEUE, name));
        third.topic = name;
        third.send(restored.destination(), "x");
        third.subscribe(1, restored.destination(), 10);

        assertThat(restored.topic()).isEqualTo(name);
        assertThat(third.texts()).containsExactly("x");
        assertThat(ask(connect("other"), new RestoreTemporary(DestinationKind.QUEUE, name)))
                .isInstanceOf(Failure.class);
        assertThat(ask(third, new RestoreTemporary(DestinationKind.QUEUE, "orders")))
                .isInstanceOf(Failure.class);
    }

    @Test
    void shouldKeepNumbersApartWhenThereAreManySessions() {
        for (int i = 0; i < 20; i++) {
            final CoreFixture.Client client = connect("s" + i);
            client.nextSequence = i + 1;
            client.send(queue, "m" + i);
            broker.settle();
            client.vanish();
        }
        broker.saveImage();
        broker.restart();

        for (int i = 0; i < 20; i++) {
            assertThat(((Resumed) ask(connect("s" + i), new Resume(i + 1))).stored())
                    .isEqualTo(i + 1);
        }
    }
}
