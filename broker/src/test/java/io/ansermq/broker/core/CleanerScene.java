package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.List;
import java.util.Random;

/** A queue whose messages stay, and one whose messages come and go. */
final class CleanerScene {

    /** A cleaner that moves what is 5 s old. */
    static final CleanerSettings SOON = new CleanerSettings(5_000, 2, 1 << 30);

    static final String FILLER = "x".repeat(50_000);

    private final CoreFixture broker;
    private final CoreFixture.Client slow;
    private final CoreFixture.Client busy;
    private final int stuck;
    private final int flow;

    CleanerScene(final CoreFixture broker) {
        this.broker = broker;
        slow = broker.client();
        slow.topic = "stuck";
        stuck = slow.open(DestinationKind.QUEUE, "stuck");
        busy = broker.client();
        busy.topic = "flow";
        flow = busy.open(DestinationKind.QUEUE, "flow");
        busy.subscribe(1, flow, 1_000_000);
        broker.settle();
        busy.deliveries.forEach(each -> busy.acknowledge(false, 1, each.lane(), each.offset(), each.offset()));
        broker.settle();
    }

    void leaveBehind(final String text) {
        slow.send(stuck, text);
        broker.settle();
    }

    void leaveBehindLarge(final String text) {
        slow.sendLarge(stuck, largeBody(text).toArray(String[]::new));
        broker.settle();
    }

    List<List<String>> leftBehindLarge() {
        leftBehind();
        return List.copyOf(slow.deliveries).stream().map(slow::load).toList();
    }

    void delay(final String text, final long delayMs) {
        slow.deliverAtEpochMs = broker.nowEpochMs + delayMs;
        slow.send(stuck, text);
        slow.deliverAtEpochMs = DeliveryTime.NOW;
        broker.settle();
    }

    void flow(final int messages) {
        flow(messages, () -> busy.send(flow, FILLER));
    }

    void flowLarge(final int messages) {
        flow(messages, () -> busy.sendLarge(flow, FILLER, "the rest"));
    }

    private void flow(final int messages, final Runnable send) {
        for (int i = 0; i < messages; i++) {
            busy.deliveries.clear();
            busy.request(new Flow(1, 1, 1 << 20, 0));
            send.run();
            broker.settle();
            final CoreFixture.Delivered last = busy.deliveries.get(busy.deliveries.size() - 1);
            busy.acknowledge(false, 1, last.lane(), last.offset(), last.offset());
            broker.settle();
        }
    }

    /** Lets cleaner, images and retention do what they want to. */
    void rest() {
        for (int i = 0; i < 10; i++) {
            broker.passSeconds(6);
            flow(1);
        }
    }

    void settleOneOf(final List<String> expected, final Random random) {
        leftBehind();
        final int chosen = random.nextInt(expected.size());
        final CoreFixture.Delivered delivered = slow.deliveries.get(chosen);
        slow.acknowledge(true, 1, delivered.lane(), delivered.offset(), delivered.offset());
        broker.settle();
        expected.remove(chosen);
        goAway();
    }

    List<String> leftBehind() {
        slow.deliveries.clear();
        slow.subscribe(1, stuck, 10_000);
        broker.settle();
        return slow.texts();
    }

    List<Long> offsets() {
        return slow.deliveries.stream().map(CoreFixture.Delivered::offset).toList();
    }

    void goAway() {
        slow.request(new CloseConsumer(1, 0));
        broker.settle();
    }

    /** The parts of what {@link #leaveBehindLarge} sends. */
    static List<String> largeBody(final String text) {
        return List.of("x".repeat(30_000) + text, "y".repeat(30_000) + text, "z" + text);
    }
}
