package io.ansermq.tools.server;

import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.NameServer;
import io.ansermq.namesrv.Registration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The name server of this process, or none. {@link #close} is thread safe, the rest belongs to the main thread. */
final class NameService implements AutoCloseable {

    /** RocketMQ's own name for the cluster of those who named none. */
    private static final String CLUSTER = "DefaultCluster";

    private final @Nullable NameServer nameServer;

    private NameService(final @Nullable NameServer nameServer) {
        this.nameServer = nameServer;
    }

    /**
     * Starts one, unless the port is 0.
     *
     * @throws IOException the address cannot be listened on; the text says what to do
     */
    static NameService start(final String bind, final int port) throws IOException {
        try {
            return new NameService(port == 0 ? null : NameServer.start(bind, port));
        } catch (final IOException e) {
            throw new IOException(
                    "the name server cannot start: " + e.getMessage() + " (--namesrv-port 0 does without one)", e);
        }
    }

    /** Tells it of the broker, for as long as both live. */
    void register(final String brokerName, final InetSocketAddress broker) throws IOException {
        if (nameServer != null) {
            final BrokerInfo info = BrokerInfo.master(CLUSTER, brokerName, HostAndPort.reachable(broker));
            final Registration unused = nameServer.register(info, Map.of());
        }
    }

    @Override
    public void close() {
        if (nameServer != null) {
            nameServer.close();
        }
    }

    /** For the line that says that the server is ready. */
    @Override
    public String toString() {
        return nameServer == null ? "no name server" : "name server " + HostAndPort.text(nameServer.address());
    }
}
