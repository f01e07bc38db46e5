package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.store.FlushLevel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue or topic with its lanes and subscriptions. Owned by the core agent. */
public final class DestinationState {

    /** Lanes of a Jakarta Messaging destination, one for each priority. */
    static final int LANES = 10;

    final int id;
    final DestinationKind kind;
    final String name;
    /** The text by which records of this destination say where they belong. */
    final String topic;
    /** What a persistent message waits for here. */
    final FlushLevel flush;

    final List<SubscriptionState> subscriptions = new ArrayList<>();
    private final @Nullable Lane[] lanes = new Lane[LANES];
    long messagesIn;
    long messagesOut;

    DestinationState(
            final int id, final DestinationKind kind, final String name, final String topic, final FlushLevel flush) {
        this.id = id;
        this.kind = kind;
        this.name = name;
        this.topic = topic;
        this.flush = flush;
    }

    /** Its number in this broker. */
    public int id() {
        return id;
    }

    /** Queue or topic. */
    public DestinationKind kind() {
        return kind;
    }

    /** Its name in Jakarta Messaging. */
    public String name() {
        return name;
    }

    /** Its name in the RocketMQ world. */
    public String topic() {
        return topic;
    }

    /** How many messages came since the start. */
    public long messagesIn() {
        return messagesIn;
    }

    /** The lane, or null when no message ever went there. */
    public @Nullable Lane lane(final int number) {
        return lanes[number];
    }

    void add(final Lane lane) {
        lanes[lane.number] = lane;
        for (int i = 0; i < subscriptions.size(); i++) {
            subscriptions.get(i).laneAdded(lane);
        }
    }

    /** The number of the lane that holds a priority: 4, the default, is lane 0, where plain RocketMQ producers send. */
    static int laneOfPriority(final int priority) {
        return (priority + 6) % LANES;
    }
}
