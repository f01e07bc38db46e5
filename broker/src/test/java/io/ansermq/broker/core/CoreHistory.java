package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.fixtures.Choices;
import io.ansermq.store.fixtures.SimFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A broker's core through several lives, each ended by a loss of power or by the death of the process: one producer, one consumer, one queue, messages that
 * count upwards. What was answered must come until it is acknowledged, what was confirmed as acknowledged never again.
 */
final class CoreHistory {
    private static final int LIVES = 3;
    private static final int STEPS = 30;

    private final int seed;
    private final FlushLevel flush;
    private final Random dice;
    private final CoreFixture broker;

    private final SortedSet<Integer> answered = new TreeSet<>();
    private final SortedSet<Integer> confirmed = new TreeSet<>();

    /** Acknowledged, and not confirmed when the power failed: it may come again or not. */
    private final SortedSet<Integer> undecided = new TreeSet<>();

    private int nextMessage;
    private int deliveries;

    // This life.
    private CoreFixture.Client client;
    private int queue;
    private final List<Integer> sent = new ArrayList<>();
    private final List<Integer> acknowledged = new ArrayList<>();
    private int seen;
    private int highestSeen;

    /**
     * @param flush when sends are answered: DURABLE must survive a loss of power, WRITTEN the death of the process
     * @param acknowledgements when acknowledgements are confirmed; anything below {@code flush} is a bug
     */
    CoreHistory(final int seed, final FlushLevel flush, final FlushLevel acknowledgements) {
        this.flush = flush;
        this.seed = seed;
        this.dice = new Random(seed * 0x9E3779B97F4A7C15L);
        broker = new CoreFixture(new SimFiles(), Path.of("/data"), flush, acknowledgements);
    }

    int deliveries() {
        return deliveries;
    }

    void run() {
        for (int life = 0; life < LIVES; life++) {
            begin();
            for (int step = dice.nextInt(STEPS); step > 0; step--) {
                step();
                observe();
            }
            undecided.addAll(acknowledged);
            undecided.removeAll(confirmed);
            if (flush == FlushLevel.DURABLE) {
                broker.crash(dice);
            } else {
                broker.kill();
            }
        }
        begin();
        broker.settle();
        observe();
        final TreeSet<Integer> owed = new TreeSet<>(answered);
        owed.removeAll(confirmed);
        owed.removeAll(undecided);
        client.deliveries.forEach(each -> owed.remove(Integer.valueOf(each.text())));
        if (!owed.isEmpty()) {
            throw broken("these messages were answered as stored and never acknowledged, and are gone: " + owed);
        }
    }

    private void begin() {
        client = broker.client();
        sent.clear();
        acknowledged.clear();
        seen = 0;
        highestSeen = -1;
        queue = client.open(DestinationKind.QUEUE, "q");
        client.answers.clear();
        client.subscribe(1, queue, 100_000);
        observe();
    }

    private void step() {
        switch (dice.nextInt(10)) {
            case 0, 1, 2 -> send(1 + dice.nextInt(3));
            case 3, 4 -> broker.core();
            case 5 -> broker.log();
            case 6 -> broker.aux();
            case 7 -> broker.settle();
            case 8 -> acknowledge();
            default -> {
                if (dice.nextInt(3) == 0) {
                    broker.saveImage();
                } else {
                    broker.disk().writeBack(Choices.seeded(dice));
                }
            }
        }
    }

    private void send(final int count) {
        final String[] texts = new String[count];
        for (int i = 0; i < count; i++) {
            sent.add(nextMessage);
            texts[i] = String.valueOf(nextMessage++);
        }
        client.send(queue, texts);
    }

    private void acknowledge() {
        if (client.deliveries.isEmpty()) {
            return;
        }
        final CoreFixture.Delivered which = client.deliveries.get(dice.nextInt(client.deliveries.size()));
        final int message = Integer.parseInt(which.text());
        if (!acknowledged.contains(message)) {
            acknowledged.add(message);
            client.acknowledge(true, 1, which.lane(), which.offset(), which.offset());
        }
    }

    /** Takes note of what the client was told, and judges it. */
    private void observe() {
        answered.addAll(sent.subList(0, (int) client.settledSequence));
        final int done =
                (int) client.answers.stream().filter(AckDone.class::isInstance).count();
        confirmed.addAll(acknowledged.subList(0, done));
        for (; seen < client.deliveries.size(); seen++) {
            final int message = Integer.parseInt(client.deliveries.get(seen).text());
            deliveries++;
            if (message >= nextMessage) {
                throw broken("message " + message + " was never sent");
            }
            if (confirmed.contains(message)) {
                throw broken("message " + message + " was acknowledged for good and came again");
            }
            if (message <= highestSeen) {
                throw broken("message " + message + " came after " + highestSeen);
            }
            highestSeen = message;
        }
    }

    private AssertionError broken(final String what) {
        return new AssertionError("seed " + seed + ": " + what);
    }
}
