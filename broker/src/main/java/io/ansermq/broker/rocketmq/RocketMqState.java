package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.ClientLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.CoreGuest;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.Lane;
import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.GroupOffsets;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What RocketMQ clients work with: topics, groups, who is connected, who waits for messages. Owned by the core agent, except
 * {@link #topics()} and {@link #groups()}, which event loops read.
 */
public final class RocketMqState implements CoreGuest {

    /** How often the offsets that consumers told are written to the log. */
    private static final long OFFSETS_INTERVAL_MS = 1_000;

    private static final long STATS_INTERVAL_MS = 2_000;
    private static final long RETENTION_INTERVAL_MS = 60_000;

    private static final String TOPIC_PATH = "topic/";

    private final RocketMqSettings settings;
    private final TopicListener listener;
    private final TopicView topics = new TopicView();
    private final Groups groups = new Groups();
    private final Clients clients = new Clients(this);
    private final Pulls pulls = new Pulls(this);
    private final QueueLocks locks = new QueueLocks();
    private final Retries retries = new Retries(this);
    private final OffsetResets resets = new OffsetResets();
    private final Rights rights = new Rights(this);
    private final BrokerConfig config;
    private final Stats stats;
    private final SendTimes sendTimes = new SendTimes();
    private final Halves halves;
    private final Pops pops = new Pops(this);
    private final Recalls recalls = new Recalls(this);
    private final Assignments assignments = new Assignments(this);
    private final ToolRequests tools = new ToolRequests(this);
    private final Map<String, TopicConfig> wanted = new HashMap<>();
    private @Nullable CoreDesk desk;
    private @Nullable LaneReader reader;
    private @Nullable OwnSends own;
    private long offsetsDueEpochMs;
    private long statsDueEpochMs;
    private long retentionDueEpochMs;

    /**
     * @param producers those that are no RocketMQ clients
     * @param nowEpochMs when the broker starts; statistics begin then
     */
    public RocketMqState(
            final RocketMqSettings settings,
            final TopicListener listener,
            final OtherProducers producers,
            final long nowEpochMs) {
        this.settings = settings;
        this.listener = listener;
        this.config = new BrokerConfig(settings);
        this.stats = new Stats(this, nowEpochMs);
        this.halves = new Halves(this, producers);
    }

    @Override
    public void attach(final CoreDesk core) {
        desk = core;
        reader = new LaneReader(core);
        own = new OwnSends(core);
        groups.load(core);
        for (final DestinationState each : core.destinations()) {
            destinationAdded(each);
        }
        for (final GroupOffsets.Key each : core.offsets().keys()) {
            keepAll(each.topic());
        }
        offer(TopicConfig.of(settings.cluster() + "_REPLY_TOPIC", 1, TopicConfig.READ_WRITE));
        config.load(core);
        if (config.autoCreate()) {
            offer(TopicConfig.of(SystemNames.AUTO_CREATE, 8, TopicConfig.READ_WRITE | TopicConfig.INHERIT));
        }
    }

    CoreDesk desk() {
        return Objects.requireNonNull(desk);
    }

    RocketMqSettings settings() {
        return settings;
    }

    Rights rights() {
        return rights;
    }

    /** Thread safe. */
    BrokerConfig config() {
        return config;
    }

    TopicView topics() {
        return topics;
    }

    Groups groups() {
        return groups;
    }

    Clients clients() {
        return clients;
    }

    Pulls pulls() {
        return pulls;
    }

    LaneReader reader() {
        return Objects.requireNonNull(reader);
    }

    OwnSends own() {
        return Objects.requireNonNull(own);
    }

    Retries retries() {
        return retries;
    }

    OffsetResets resets() {
        return resets;
    }

    Stats stats() {
        return stats;
    }

    SendTimes sendTimes() {
        return sendTimes;
    }

    Pops pops() {
        return pops;
    }

    Recalls recalls() {
        return recalls;
    }

    Assignments assignments() {
        return assignments;
    }

    QueueLocks locks() {
        return locks;
    }

    // ---- topics

    /**
     * Makes a topic unless it is there; it is when everything asked for so far is stored.
     *
     * @return why that cannot be; null when it can
     */
    @Nullable
    String ensureTopic(final TopicConfig config) {
        final TopicConfig known = topics.find(config.topic());
        if ((known != null && known.destination() != 0) || wanted.containsKey(config.topic())) {
            return null;
        }
        return putTopic(config);
    }

    /** Goes on with a request whose topic is there, or is being made: then once it is. */
    void whenTopic(final Reply reply, final String topic, final Consumer<TopicConfig> action) {
        final TopicConfig known = topics.find(topic);
        if (known != null && known.destination() != 0) {
            action.accept(known);
        } else {
            desk().whenStored(() -> reply.guarded(() -> {
                final TopicConfig made = topics.find(topic);
                if (made == null) {
                    reply.refuse(ResponseCodes.TOPIC_NOT_EXIST, "the topic " + topic + " is gone again");
                } else {
                    action.accept(made);
                }
            }));
        }
    }

    /** Ends a topic with all its messages; {@code done} runs when that is stored. */
    void deleteTopic(final String topic, final Runnable done) {
        if (desk().deleteTopic(topic)) {
            desk().set(TOPIC_PATH + topic, "");
            for (final GroupOffsets.Key key : desk().offsets().keys()) {
                if (key.topic().equals(topic)) {
                    desk().offsets().forget(key.group(), topic);
                }
            }
            desk().writeOffsets();
            topics.remove(topic);
            pops.forget(topic);
            listener.gone(topic);
            pulls.wake(topic);
        }
        desk().whenStored(done);
    }

    /** Makes a topic, or changes how it looks; as {@link #ensureTopic}. */
    @Nullable
    String putTopic(final TopicConfig config) {
        final String topic = config.topic();
        if (config.readQueues() < 1 || config.writeQueues() < 1) {
            return "topic " + topic + ": a topic has at least one queue to read and one to write";
        }
        if (config.queues() > Catalog.MAX_LANES) {
            return "topic " + topic + " cannot have " + config.queues() + " queues: 1 to " + Catalog.MAX_LANES
                    + " are possible";
        }
        final DestinationState destination = desk().destination(topic);
        if (destination == null) {
            wanted.put(topic, config);
        }
        final String why = desk().createTopic(topic, config.queues());
        if (why != null) {
            wanted.remove(topic);
            return why;
        }
        desk().set(TOPIC_PATH + topic, Json.text(config.toJson()));
        if (destination != null) {
            desk().whenStored(() -> offer(config.withDestination(destination.id())));
        }
        return null;
    }

    @Override
    public void destinationAdded(final DestinationState destination) {
        final String topic = destination.topic();
        final TopicConfig given = wanted.remove(topic);
        final String stored = desk().settings().get(TOPIC_PATH + topic);
        final TopicConfig config;
        if (given != null) {
            config = given.withDestination(destination.id());
        } else if (stored != null) {
            config = TopicConfig.ofJson(destination.id(), topic, stored);
        } else {
            config = TopicConfig.ofLanes(destination.id(), topic);
        }
        offer(config);
        pulls.wake(topic);
    }

    private void offer(final TopicConfig config) {
        topics.put(config);
        listener.topic(
                config.topic(), config.readQueues(), config.writeQueues(), config.permission(), config.sysFlag());
    }

    @Override
    public boolean request(final ClientLink link, final ControlHeader header, final int opaque) {
        return tools.handle(link, header, opaque);
    }

    // ---- turns of core

    @Override
    public int doWork(final long nowEpochMs) {
        if (nowEpochMs >= offsetsDueEpochMs) {
            offsetsDueEpochMs = nowEpochMs + OFFSETS_INTERVAL_MS;
            desk().writeOffsets();
            clients.expire(nowEpochMs);
        }
        if (nowEpochMs >= statsDueEpochMs) {
            statsDueEpochMs = nowEpochMs + STATS_INTERVAL_MS;
            stats.sample(nowEpochMs);
        }
        if (nowEpochMs >= retentionDueEpochMs) {
            retentionDueEpochMs = nowEpochMs + RETENTION_INTERVAL_MS;
            forgetOld(nowEpochMs);
        }
        halves.doWork(nowEpochMs);
        return pulls.doWork(nowEpochMs) + pops.doWork(nowEpochMs);
    }

    /**
     * A RocketMQ group consumes a destination that was made for Jakarta Messaging: from now on its messages are kept as
     * those of RocketMQ's topics are, because such a group may come back to any of them.
     */
    void keepAll(final String topic) {
        final DestinationState destination = desk().destination(topic);
        for (int queue = 0; destination != null && !destination.isShared() && queue < destination.lanes(); queue++) {
            desk().lane(destination, queue).keepAll();
        }
    }

    /** Messages that are older than their topic keeps them are kept no longer for the topic's own sake. */
    private void forgetOld(final long nowEpochMs) {
        for (final DestinationState destination : desk().destinations()) {
            final String name = destination.isShared() ? destination.topic() : destination.name();
            final long epochMs = nowEpochMs - settings.retentionOf().retentionMs(name, config.retentionMs());
            for (int queue = 0; queue < destination.lanes(); queue++) {
                final Lane lane = destination.lane(queue);
                if (lane != null && lane.start() < lane.end()) {
                    lane.keepFrom(reader().offsetAt(lane, epochMs, false));
                }
            }
        }
    }

    @Override
    public boolean isIdle() {
        return pulls.isIdle() && pops.isIdle();
    }

    @Override
    public void closed(final ClientLink link) {
        if (link instanceof RocketMqSession session) {
            clients.closed(session);
            // What it consumed should not come again because the broker stops before the next second.
            desk().writeOffsets();
        }
    }
}
