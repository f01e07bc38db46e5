package io.ansermq.client;

import static io.ansermq.client.Calls.async;
import static io.ansermq.client.Calls.resultOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.client.ScriptedBroker.Frame;
import io.ansermq.client.ScriptedBroker.SentRecord;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.SendingHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many threads on one session, against a broker that answers late, in batches, and refuses some. */
class ConcurrencyTest {
    private static final int THREADS = 8;
    private static final int MESSAGES = 400;
    private static final int LANES = 3;

    private final Map<Long, String> received = new HashMap<>();
    private final Set<Long> refused = new TreeSet<>();
    private final Map<Integer, Set<String>> acknowledged = new HashMap<>();
    private long unsettledBytes;
    private long firstUnsettled = 1;

    /** Written by the event loop alone, read after the last callback. */
    private final List<String> heard = new ArrayList<>();

    private final SendCallback callback = new SendCallback() {
        @Override
        public void stored(final long sequence) {
            heard.add("stored " + sequence);
        }

        @Override
        public void failed(final long sequence, final BrokerException e) {
            heard.add("failed " + sequence);
        }
    };

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldKeepEveryPromiseWhileManyThreadsSendAndAcknowledge(final long seed) throws Exception {
        final Random random = new Random(seed);
        try (ScriptedBroker broker = seed % 2 == 0 ? ScriptedBroker.local() : ScriptedBroker.tcp();
                BrokerSession session = broker.connect()) {
            final List<Destination> destinations = List.of(
                    session.open(DestinationKind.QUEUE, "a"),
                    session.open(DestinationKind.QUEUE, "b"),
                    session.open(DestinationKind.TOPIC, "c"));
            final List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                final int thread = i;
                final long threadSeed = random.nextLong();
                final Subscriber subscriber =
                        session.subscribe(destinations.get(0), 10, 10_000, new RecordedDeliveries());
                threads.add(async(() -> work(session, destinations, subscriber, thread, new Random(threadSeed))));
            }
            while (!threads.stream().allMatch(CompletableFuture::isDone)) {
                final Frame frame = broker.poll();
                if (frame != null) {
                    take(broker, frame, random);
                } else if (firstUnsettled <= received.size()) {
                    settle(broker, random);
                }
            }
            for (final CompletableFuture<Void> thread : threads) {
                resultOf(thread);
            }
            assertThat(received).hasSize(THREADS * MESSAGES);
            settle(broker, random);
            // A synchronous send is the last to be answered, so that everything before it is.
            final CompletableFuture<Long> last =
                    async(() -> session.sendAndWait(destinations.get(0), TestMessages.text("end")));
            broker.expectSend();
            broker.settle(THREADS * MESSAGES + 1L);
            resultOf(last);
        }
        checkCallbacks(seed);
        checkOrderOfEachThread(seed);
        checkAcknowledgements(seed);
    }

    private Void work(
            final BrokerSession session,
            final List<Destination> destinations,
            final Subscriber subscriber,
            final int thread,
            final Random random)
            throws Exception {
        final List<CompletableFuture<Integer>> asked = new ArrayList<>();
        for (int i = 0; i < MESSAGES; i++) {
            final Destination destination = destinations.get(random.nextInt(8) / 3);
            session.send(
                    destination, TestMessages.text(thread + ":" + i + ":" + "x".repeat(random.nextInt(400))), callback);
            switch (random.nextInt(3)) {
                case 0 -> subscriber.acknowledge(i % LANES, i);
                case 1 -> subscriber.acknowledgeLazily(i % LANES, i);
                default ->
                    asked.add(session.acknowledge(Map.of(subscriber, List.of(new OffsetRange(i % LANES, i, i)))));
            }
        }
        for (final CompletableFuture<Integer> each : asked) {
            assertThat(each.get()).isZero();
        }
        return session.confirmAcks().get();
    }

    private void take(final ScriptedBroker broker, final Frame frame, final Random random) {
        if (frame.header() instanceof SendingHeader.Send send) {
            assertThat(send.firstSequence()).isEqualTo(received.size() + 1L);
            final List<SentRecord> records = frame.records();
            assertThat(records).hasSize(send.count());
            records.forEach(each -> received.put(received.size() + 1L, each.body()));
            unsettledBytes += frame.body().length;
            assertThat(unsettledBytes).as("bytes in flight").isLessThanOrEqualTo(ScriptedBroker.WINDOW_BYTES);
            if (random.nextInt(3) == 0) {
                settle(broker, random);
            }
        } else {
            final ConsumingHeader.Ack ack = (ConsumingHeader.Ack) frame.header();
            ack.acks().forEach(this::acknowledge);
            if (ack.confirm()) {
                broker.answer(frame, new ConsumingHeader.AckDone(0));
            }
        }
    }

    private void settle(final ScriptedBroker broker, final Random random) {
        final long last = received.size();
        if (random.nextInt(4) == 0 && last >= firstUnsettled) {
            final long unlucky = firstUnsettled + random.nextInt((int) (last - firstUnsettled + 1));
            refused.add(unlucky);
            broker.say(new SendingHeader.SendFailed(unlucky, 1, ErrorCodes.RESOURCE_LIMIT, "not this one"));
        }
        broker.settle(last);
        firstUnsettled = last + 1;
        unsettledBytes = 0;
    }

    private void acknowledge(final ConsumerAck ack) {
        final Set<String> known = acknowledged.computeIfAbsent(ack.consumer(), c -> new HashSet<>());
        for (final OffsetRange range : ack.ranges()) {
            for (long offset = range.first(); offset <= range.last(); offset++) {
                assertThat(known.add(range.lane() + ":" + offset))
                        .as("acknowledged once")
                        .isTrue();
            }
        }
    }

    private void checkCallbacks(final long seed) {
        final List<String> expected = new ArrayList<>();
        for (long sequence = 1; sequence <= received.size(); sequence++) {
            expected.add((refused.contains(sequence) ? "failed " : "stored ") + sequence);
        }
        assertThat(heard).as("seed %d", seed).isEqualTo(expected);
    }

    private void checkOrderOfEachThread(final long seed) {
        final int[] next = new int[THREADS];
        for (long sequence = 1; sequence <= received.size(); sequence++) {
            final String[] parts = received.get(sequence).split(":", 3);
            assertThat(Integer.parseInt(parts[1]))
                    .as("seed %d, thread %s", seed, parts[0])
                    .isEqualTo(next[Integer.parseInt(parts[0])]++);
        }
    }

    private void checkAcknowledgements(final long seed) {
        final Set<String> expected = new HashSet<>();
        for (int i = 0; i < MESSAGES; i++) {
            expected.add(i % LANES + ":" + i);
        }
        assertThat(acknowledged).as("seed %d", seed).hasSize(THREADS);
        acknowledged
                .values()
                .forEach(each -> assertThat(each).as("seed %d", seed).isEqualTo(expected));
    }
}
