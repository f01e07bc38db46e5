package io.ansermq.namesrv;

import java.util.Map;

/** A broker of this process that is known to its name server, until it is closed. Thread safe. */
public final class Registration implements AutoCloseable {

    private final NameServer nameServer;
    private final BrokerInfo broker;

    Registration(final NameServer nameServer, final BrokerInfo broker) {
        this.nameServer = nameServer;
        this.broker = broker;
    }

    /** From now on the broker serves this topic too, or serves it in this way. */
    public void addTopic(final String topic, final TopicQueues queues) {
        add(Map.of(topic, queues));
    }

    /** From now on the broker does not serve this topic. */
    public void removeTopic(final String topic) {
        nameServer.execute((table, nowNs) -> table.stopServing(broker.name(), topic));
    }

    /** The broker is gone. */
    @Override
    public void close() {
        nameServer.execute((table, nowNs) -> table.ownerGone(this));
    }

    void add(final Map<String, TopicQueues> topics) {
        nameServer.execute((table, nowNs) -> table.register(broker, topics, this, nowNs, RouteTable.NEVER));
    }
}
