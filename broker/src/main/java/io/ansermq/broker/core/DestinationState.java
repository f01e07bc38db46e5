package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.store.FlushLevel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A queue or topic with its lanes and subscriptions. Owned by the core agent. */
public final class DestinationState {

    final int id;
    final DestinationKind kind;
    final String name;
    /** The text by which records of this destination say where they belong. */
    final String topic;
    /** Whether each lane is a priority; otherwise none comes before another. */
    final boolean prioritised;
    /** Whether it is queue and topic at once, and its messages are kept for a time whatever becomes of them. */
    final boolean shared;
    /** What a persistent message waits for here. */
    final FlushLevel flush;
    /** What becomes of messages that cannot be delivered. */
    final DestinationPolicy policy;
    /** The hash of its topic text and a separator: the keys of its messages go on from there. */
    final int keyHash;

    private final int indexId;
    private @Nullable ClientLink owner;

    /** All of them; most may have no consumer. */
    private final List<SubscriptionState> subscriptions = new ArrayList<>();
    /** Those with consumers: the only ones that have to hear of each message. */
    private final List<SubscriptionState> active = new ArrayList<>();

    private @Nullable Lane[] lanes;
    long messagesIn;
    long messagesOut;
    long redeliveries;
    private boolean ending;
    private boolean paused;

    DestinationState(final Destination definition, final FlushLevel flush, final DestinationPolicy policy) {
        this(definition, flush, policy, definition.id(), null);
    }

    /**
     * One that may end with a connection.
     *
     * @param indexId what the keys of its lanes are made of
     * @param owner the connection that it ends with; null for none
     */
    DestinationState(
            final Destination definition,
            final FlushLevel flush,
            final DestinationPolicy policy,
            final int indexId,
            final @Nullable ClientLink owner) {
        this.indexId = indexId;
        this.owner = owner;
        this.id = definition.id();
        this.kind = definition.kind();
        this.name = definition.name();
        this.topic = definition.topic();
        this.prioritised = definition.order() != LaneOrder.FAIR;
        this.shared = definition.order() != LaneOrder.PRIORITY;
        this.flush = flush;
        this.policy = policy;
        this.keyHash = (topic + '#').hashCode();
        this.lanes = new Lane[definition.lanes()];
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

    /** Whether it is queue and topic at once, and its messages are kept for a time whatever becomes of them. */
    public boolean isShared() {
        return shared;
    }

    /** Whether its messages are kept for a time of its own though every subscription has settled them. */
    boolean isRetained() {
        return kind == DestinationKind.TOPIC && policy.retained();
    }

    /** Whether each of its lanes is a priority. */
    public boolean isPrioritised() {
        return prioritised;
    }

    /** As what permissions see it: a topic that RocketMQ clients made is a queue as well, and so neither (null). */
    public @Nullable DestinationKind kindForAccess() {
        return prioritised ? kind : null;
    }

    /** Whether it ends with the connection that made it. */
    boolean isTemporary() {
        return owner != null;
    }

    /** A temporary one ends with this connection from now on. */
    void owner(final ClientLink newOwner) {
        owner = newOwner;
    }

    /** The connection that it ends with, and that alone may consume from it; null for none. */
    @Nullable
    ClientLink owner() {
        return owner;
    }

    /** Its end is decided. */
    void end() {
        ending = true;
    }

    /** Whether its end is decided, though not recorded yet. */
    boolean isEnding() {
        return ending;
    }

    /** Whether nothing is delivered from it until an administrator says otherwise. */
    boolean isPaused() {
        return paused;
    }

    void pause(final boolean now) {
        paused = now;
    }

    /** What the keys of its lanes in the index are made of. */
    int indexId() {
        return indexId;
    }

    /** How many lanes it has, whether messages ever went there or not. */
    public int lanes() {
        return lanes.length;
    }

    /** Gives it more lanes. */
    void grow(final int count) {
        if (count > lanes.length) {
            lanes = Arrays.copyOf(lanes, count);
            subscriptions.forEach(each -> each.grow(count));
        }
    }

    /** The lane, or null when no message ever went there. */
    public @Nullable Lane lane(final int number) {
        return number < lanes.length ? lanes[number] : null;
    }

    /** The lane for a number that a client chose: clients of Jakarta Messaging know the lanes of priorities only. */
    int laneFor(final int number) {
        return number < lanes.length ? number : number % lanes.length;
    }

    /** The offset that comes next in each lane, without the zeros at the end. */
    List<Long> nextOffsets() {
        int count = lanes.length;
        while (count > 0 && nextOffset(count - 1) == 0) {
            count--;
        }
        final List<Long> offsets = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            offsets.add(nextOffset(i));
        }
        return offsets;
    }

    private long nextOffset(final int number) {
        final Lane lane = lanes[number];
        return lane == null ? 0 : lane.nextOffset;
    }

    void add(final Lane lane) {
        lanes[lane.number] = lane;
        for (int i = 0; i < subscriptions.size(); i++) {
            subscriptions.get(i).laneAdded(lane);
        }
    }

    List<SubscriptionState> subscriptions() {
        return subscriptions;
    }

    /** Those that have consumers. */
    List<SubscriptionState> active() {
        return active;
    }

    /** A new subscription; it has the lanes that are there. */
    void add(final SubscriptionState subscription) {
        subscriptions.add(subscription);
        for (final Lane lane : lanes) {
            if (lane != null) {
                subscription.laneAdded(lane);
            }
        }
    }

    void remove(final SubscriptionState subscription) {
        subscriptions.remove(subscription);
        active.remove(subscription);
    }

    /** Its first consumer has come. */
    void activate(final SubscriptionState subscription) {
        active.add(subscription);
    }

    /** Its last consumer has gone. */
    void deactivate(final SubscriptionState subscription) {
        active.remove(subscription);
    }

    /** The JMSPriority of what is in a lane; the default where lanes are no priorities. */
    int priorityOfLane(final int number) {
        return prioritised ? (number + 4) % MessageLayout.LANES : 4;
    }

    /** The number of the lane that holds a priority: 4, the default, is lane 0, where plain RocketMQ producers send. */
    public static int laneOfPriority(final int priority) {
        return (priority + 6) % MessageLayout.LANES;
    }
}
