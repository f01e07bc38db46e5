package io.ansermq.tck.history;

import io.ansermq.tck.history.Received.Settlement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one consumer saw during one connection. Confined to the thread that receives, but for {@link #departing()},
 * which the one who kills the consumer's process may call.
 *
 * <p>The provider acknowledges by itself (AUTO): each message is in doubt from the moment it is handed over, until an
 * exchange that was begun later has succeeded, such as an orderly close. The application acknowledges (CLIENT):
 * messages are held until it tries.
 */
public final class ConsumerLog {
    private final AtomicLong clock;
    private final String consumer;
    private final int brokerLife;
    private final boolean auto;
    private final long openedAt;
    private final List<Received> receives = new ArrayList<>();
    private volatile @Nullable Departed departed;

    /** Receives below this index are confirmed. */
    private int confirmed;

    /** Receives below this index were there when the exchange under way began. */
    private int exchanging;

    ConsumerLog(AtomicLong clock, String consumer, int brokerLife, boolean auto) {
        this.clock = clock;
        this.consumer = consumer;
        this.brokerLife = brokerLife;
        this.auto = auto;
        this.openedAt = clock.incrementAndGet();
    }

    /** The name of this consumer on this connection. */
    public String consumer() {
        return consumer;
    }

    /** The application got a message. */
    public void received(
            String destination,
            String producer,
            long sequence,
            int priority,
            long digest,
            boolean redelivered,
            int deliveryCount) {
        receives.add(new Received(
                clock.incrementAndGet(),
                consumer,
                brokerLife,
                destination,
                producer,
                sequence,
                priority,
                digest,
                redelivered,
                deliveryCount,
                auto ? Settlement.IN_DOUBT : Settlement.HELD));
    }

    /** An acknowledgement of all that was received so far begins, or (AUTO) an exchange that proves it. */
    public void acknowledging() {
        settle(confirmed, receives.size(), Settlement.IN_DOUBT);
        exchanging = receives.size();
    }

    /** What {@link #acknowledging()} began has succeeded. */
    public void acknowledged() {
        settle(confirmed, exchanging, Settlement.CONFIRMED);
        confirmed = exchanging;
    }

    /** The consumer is about to close, or to be killed, while the broker goes on. */
    public void departing() {
        departed = new Departed(clock.incrementAndGet(), consumer, openedAt, brokerLife);
    }

    /** How many messages were received and neither confirmed nor on their way to be. */
    public int unsettled() {
        return receives.size() - exchanging;
    }

    private void settle(int from, int to, Settlement settlement) {
        for (int i = from; i < to; i++) {
            receives.set(i, receives.get(i).with(settlement));
        }
    }

    List<Received> receives() {
        return List.copyOf(receives);
    }

    @Nullable
    Departed departed() {
        return departed;
    }
}
