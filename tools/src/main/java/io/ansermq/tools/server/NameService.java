package io.ansermq.tools.server;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.broker.rocketmq.TopicListener;
import io.ansermq.namesrv.BrokerInfo;
import io.ansermq.namesrv.NameServer;
import io.ansermq.namesrv.Registration;
import io.ansermq.namesrv.TopicQueues;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The name server of this process, or none. {@link #close} is thread safe, the rest belongs to the main thread. */
final class NameService implements AutoCloseable {

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

    /** Tells it of the broker and its topics, for as long as both live. */
    void register(final Broker broker) {
        if (nameServer != null) {
            final String address = HostAndPort.text((InetSocketAddress) broker.advertisedAddress());
            final BrokerOptions options = broker.options();
            final Registration registration =
                    nameServer.register(BrokerInfo.master(options.cluster(), options.name(), address), Map.of());
            broker.onTopics(new TopicListener() {
                @Override
                public void topic(
                        final String topic,
                        final int readQueues,
                        final int writeQueues,
                        final int permission,
                        final int sysFlag) {
                    registration.addTopic(topic, new TopicQueues(readQueues, writeQueues, permission, sysFlag));
                }

                @Override
                public void gone(final String topic) {
                    registration.removeTopic(topic);
                }
            });
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
