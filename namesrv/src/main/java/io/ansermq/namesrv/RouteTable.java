package io.ansermq.namesrv;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which brokers there are and which topics they serve. Owned by the name server's loop; told the time, never asks.
 *
 * <p>A broker is there from its registration until it unregisters, its owner (the connection it registered by) goes, or
 * it is silent for longer than it said it would be. Topics come with the registrations of masters and add up, because
 * RocketMQ's brokers register a new topic by itself; they are gone with the last broker of that name. A route is found by
 * asking each name, of which there are few.
 */
final class RouteTable {

    /** Before the name of a consumer group: the topic through which its messages come again. */
    private static final String RETRY_PREFIX = "%RETRY%";

    /** Registrations of more brokers than this are refused. */
    static final int MAX_BROKERS = 1_000;

    /** A registration that makes a broker serve more topics than this is refused. */
    static final int MAX_TOPICS = 1_000_000;

    /** A silence that nobody can reach. */
    static final long NEVER = Long.MAX_VALUE;

    private final SortedMap<String, Group> groups = new TreeMap<>();
    private int brokers;

    /**
     * What is known about the brokers of one name.
     *
     * @param cluster their cluster
     * @param name their name
     * @param addresses {@code host:port} by broker id; the master's is 0
     * @param queues how they serve the topic that was asked for
     */
    record Route(String cluster, String name, SortedMap<Long, String> addresses, TopicQueues queues) {}

    /** A master and its slaves. */
    private static final class Group {
        String cluster = "";
        final SortedMap<Long, Member> members = new TreeMap<>();
        final Map<String, TopicQueues> topics = new HashMap<>();
        /** An administrator took the permission to write; holds whatever the brokers register until it is given back. */
        boolean readOnly;

        @Nullable
        BrokerInfo master() {
            final Member master = members.get(BrokerInfo.MASTER);
            return master == null ? null : master.broker;
        }
    }

    private record Member(BrokerInfo broker, Object owner, long seenNs, long timeoutNs) {}

    /**
     * A broker registered, for the first time or again.
     *
     * @param topics what it serves, besides what it registered before; a slave's do not count
     * @param owner with whom the broker goes, see {@link #ownerGone}
     * @param timeoutNs how long it may be silent from now on
     * @return the master of that name; null when there is none
     * @throws IllegalStateException when there are too many brokers or topics; nothing has changed then
     */
    @Nullable
    BrokerInfo register(
            final BrokerInfo broker,
            final Map<String, TopicQueues> topics,
            final Object owner,
            final long nowNs,
            final long timeoutNs) {
        final Group known = groups.get(broker.name());
        if (brokers >= MAX_BROKERS && (known == null || !known.members.containsKey(broker.id()))) {
            throw new IllegalStateException("broker " + broker.name() + " at " + broker.address()
                    + " cannot register: there are " + MAX_BROKERS + " brokers already, which is the limit");
        }
        if (topics.size() > MAX_TOPICS - (known == null ? 0 : known.topics.size())) {
            throw new IllegalStateException("broker " + broker.name() + " at " + broker.address()
                    + " cannot register more than " + MAX_TOPICS + " topics");
        }
        final Group group = groups.computeIfAbsent(broker.name(), name -> new Group());
        // A slave that became master, or the other way round, still stands there under its old number.
        removeMembers(group, member -> member.broker.address().equals(broker.address()));
        if (group.members.put(broker.id(), new Member(broker, owner, nowNs, timeoutNs)) == null) {
            brokers++;
        }
        group.cluster = broker.cluster();
        if (broker.id() == BrokerInfo.MASTER) {
            group.topics.putAll(topics);
        }
        return group.master();
    }

    /** A broker said goodbye. */
    void unregister(final String name, final String address) {
        remove(member ->
                member.broker.name().equals(name) && member.broker.address().equals(address));
    }

    /** An owner is gone: so are the brokers that registered by it, unless they registered by another one since. */
    void ownerGone(final Object owner) {
        remove(member -> member.owner.equals(owner));
    }

    /**
     * Drops the brokers that were silent for too long.
     *
     * @return who they were
     */
    List<BrokerInfo> expire(final long nowNs) {
        return remove(member -> nowNs - member.seenNs > member.timeoutNs);
    }

    /** The brokers of that name serve a topic no longer. */
    void stopServing(final String name, final String topic) {
        final Group group = groups.get(name);
        if (group != null) {
            group.topics.remove(topic);
        }
    }

    /** Who serves a topic, by broker name; empty when nobody does. */
    List<Route> routes(final String topic) {
        final List<Route> routes = new ArrayList<>();
        groups.forEach((name, group) -> {
            final TopicQueues queues = group.topics.get(topic);
            if (queues != null) {
                routes.add(new Route(
                        group.cluster, name, addresses(group), group.readOnly ? queues.withoutWriting() : queues));
            }
        });
        return routes.isEmpty() && topic.startsWith(RETRY_PREFIX) ? retryRoutes() : routes;
    }

    /**
     * A consumer asks for the retry topic of its group before its first heartbeat makes it, and would ask again only 30 s
     * later: it is told where the topic will be.
     */
    private List<Route> retryRoutes() {
        final List<Route> routes = new ArrayList<>();
        groups.forEach((name, group) -> {
            if (group.master() != null) {
                routes.add(new Route(group.cluster, name, addresses(group), TopicQueues.RETRY));
            }
        });
        return routes;
    }

    /** All brokers, as routes of no topic in particular. */
    List<Route> brokers() {
        final List<Route> all = new ArrayList<>();
        groups.forEach((name, group) -> all.add(new Route(group.cluster, name, addresses(group), TopicQueues.LANES)));
        return all;
    }

    /**
     * The topics that brokers serve, in order.
     *
     * @param cluster null for all clusters
     */
    Set<String> topics(final @Nullable String cluster) {
        final Set<String> topics = new TreeSet<>();
        groups.values().forEach(group -> {
            if (cluster == null || cluster.equals(group.cluster)) {
                topics.addAll(group.topics.keySet());
            }
        });
        return topics;
    }

    /**
     * Nobody serves a topic any longer.
     *
     * @param cluster null for all clusters
     */
    void removeTopic(final @Nullable String cluster, final String topic) {
        groups.values().forEach(group -> {
            if (cluster == null || cluster.equals(group.cluster)) {
                group.topics.remove(topic);
            }
        });
    }

    /**
     * Takes the permission to write from all topics of a broker, or gives it back. What the broker registers meanwhile does
     * not change that.
     *
     * @return how many topics it has
     */
    int permitWriting(final String name, final boolean permitted) {
        final Group group = groups.get(name);
        if (group == null) {
            return 0;
        }
        group.readOnly = !permitted;
        return group.topics.size();
    }

    /** A broker says that it is alive; nothing changes when it is not known. */
    void alive(final String name, final String address, final long nowNs) {
        final Group group = groups.get(name);
        if (group != null) {
            group.members.replaceAll((id, member) -> member.broker.address().equals(address)
                    ? new Member(member.broker, member.owner, nowNs, member.timeoutNs)
                    : member);
        }
    }

    /** The addresses of the brokers of a name by their ids; empty when there is none. */
    SortedMap<Long, String> addresses(final String name) {
        final Group group = groups.get(name);
        return group == null ? new TreeMap<>() : addresses(group);
    }

    private static SortedMap<Long, String> addresses(final Group group) {
        final SortedMap<Long, String> addresses = new TreeMap<>();
        group.members.forEach((id, member) -> addresses.put(id, member.broker.address()));
        return addresses;
    }

    /**
     * The addresses of the masters that serve a topic; of all masters when nobody does, because each of them could, or when
     * {@code topic} is null.
     */
    List<String> masters(final @Nullable String topic) {
        final List<String> serving = new ArrayList<>();
        final List<String> all = new ArrayList<>();
        for (final Group group : groups.values()) {
            final BrokerInfo master = group.master();
            if (master != null) {
                all.add(master.address());
                if (topic != null && group.topics.containsKey(topic)) {
                    serving.add(master.address());
                }
            }
        }
        return serving.isEmpty() ? all : serving;
    }

    /** Removes brokers, and the names that have none left with all their topics. */
    private List<BrokerInfo> remove(final Predicate<Member> condition) {
        final List<BrokerInfo> removed = new ArrayList<>();
        for (final Group group : groups.values()) {
            removed.addAll(removeMembers(group, condition));
        }
        groups.values().removeIf(group -> group.members.isEmpty());
        return removed;
    }

    private List<BrokerInfo> removeMembers(final Group group, final Predicate<Member> condition) {
        final List<BrokerInfo> removed = new ArrayList<>();
        group.members.values().removeIf(member -> {
            final boolean remove = condition.test(member);
            if (remove) {
                removed.add(member.broker);
                brokers--;
            }
            return remove;
        });
        return removed;
    }
}
