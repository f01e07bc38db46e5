package io.ansermq.namesrv;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The name servers of other processes that a broker registers with, each by itself: one that is away does not keep the
 * others waiting, and learns everything once it is back. Thread safe.
 */
public final class RemoteNameServers implements AutoCloseable {

    private final List<RemoteNameServer> servers = new ArrayList<>();

    private RemoteNameServers() {}

    /** Begins to register a broker with all of them, in the background. */
    public static RemoteNameServers start(final List<InetSocketAddress> addresses, final BrokerInfo broker) {
        final RemoteNameServers all = new RemoteNameServers();
        addresses.forEach(address -> all.servers.add(RemoteNameServer.start(address, broker)));
        return all;
    }

    /**
     * Reads addresses as RocketMQ's clients have them: {@code host:port}, several with a semicolon or comma between them.
     *
     * @throws IllegalArgumentException when one of them is something else
     */
    public static List<InetSocketAddress> parse(final String text) {
        final List<InetSocketAddress> addresses = new ArrayList<>();
        for (final String part : text.split("[;,]", -1)) {
            final String address = part.strip();
            if (address.isEmpty()) {
                continue;
            }
            if (!BrokerInfo.isHostAndPort(address)) {
                throw new IllegalArgumentException("'" + address + "' is not host:port");
            }
            final int colon = address.lastIndexOf(':');
            addresses.add(InetSocketAddress.createUnresolved(
                    address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))));
        }
        return addresses;
    }

    /** From now on the broker serves this topic too, or serves it in this way. */
    public void addTopic(final String topic, final TopicQueues queues) {
        servers.forEach(server -> server.change(topic, queues));
    }

    /** From now on the broker does not serve this topic. */
    public void removeTopic(final String topic) {
        servers.forEach(server -> server.change(topic, null));
    }

    /** The broker is gone; they are told, if they are there. */
    @Override
    public void close() {
        servers.forEach(RemoteNameServer::close);
    }
}
