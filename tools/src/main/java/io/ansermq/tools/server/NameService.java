package io.ansermq.tools.server;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.rocketmq.NameServerRights;
import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.Guard;
import io.ansermq.namesrv.NameServer;
import io.ansermq.namesrv.Registration;
import io.ansermq.namesrv.RemoteNameServers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The name server of this process, if there is one, and the broker's registration with it and with those of other
 * processes. {@link #close} is thread safe, the rest belongs to the main thread.
 */
final class NameService implements AutoCloseable {

    private final @Nullable NameServer nameServer;
    private final List<InetSocketAddress> addresses;
    private volatile @Nullable RemoteNameServers others;

    private NameService(final @Nullable NameServer nameServer, final List<InetSocketAddress> addresses) {
        this.nameServer = nameServer;
        this.addresses = addresses;
    }

    /**
     * Starts one, unless its port is 0.
     *
     * @throws IOException the address cannot be listened on; the text says what to do
     */
    static NameService start(final ServerSettings settings) throws IOException {
        final BrokerOptions options = settings.broker();
        try {
            final NameServer server = settings.namesrvPort() == 0
                    ? null
                    : NameServer.start(options.bind(), settings.namesrvPort(), options.encryption());
            if (server != null) {
                server.guardedBy((request, from) -> "the broker of this process is still starting");
            }
            return new NameService(server, settings.namesrvs());
        } catch (final IOException e) {
            throw new IOException(
                    "the name server cannot start: " + e.getMessage() + " (--namesrv-port 0 does without one)", e);
        }
    }

    /** Tells them of the broker and its topics, for as long as it lives. */
    void register(final Broker broker) {
        final String address = HostAndPort.text((InetSocketAddress) broker.advertisedAddress());
        final BrokerOptions options = broker.options();
        final BrokerInfo info = BrokerInfo.master(options.cluster(), options.name(), address);
        if (nameServer != null) {
            final NameServerRights rights = broker.nameServerRights();
            nameServer.guardedBy(
                    (request, from) -> rights.refusal(request, from, Guard.isAdministration(request.code())));
            final Registration registration = nameServer.register(info, Map.of());
            broker.onTopics(new TopicNews(registration::addTopic, registration::removeTopic));
        }
        if (!addresses.isEmpty()) {
            final RemoteNameServers remote = RemoteNameServers.start(addresses, info);
            others = remote;
            broker.onTopics(new TopicNews(remote::addTopic, remote::removeTopic));
        }
    }

    @Override
    public void close() {
        final RemoteNameServers remote = others;
        if (remote != null) {
            remote.close();
        }
        if (nameServer != null) {
            nameServer.close();
        }
    }

    /** For the line that says that the server is ready. */
    @Override
    public String toString() {
        final String here =
                nameServer == null ? "no name server" : "name server " + HostAndPort.text(nameServer.address());
        return addresses.isEmpty() ? here : here + ", registers with " + addresses.size() + " more";
    }
}
