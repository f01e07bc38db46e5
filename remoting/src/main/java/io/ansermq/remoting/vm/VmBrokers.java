package io.ansermq.remoting.vm;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.Map;

/** The brokers that run in this JVM for {@code vm://name}. Thread safe. */
@SuppressWarnings({"DoNotCallSuggester", "unused"}) // an outline; the bodies follow
public final class VmBrokers {

    private VmBrokers() {}

    /**
     * Takes a lease on the broker of this name. It is started with the first lease and stopped with the last one,
     * unless it was started with the option {@code keepAlive=true}.
     *
     * @param brokerOptions options for a broker that is started by this call, ignored otherwise
     * @param create whether to start the broker when it does not run
     * @throws IOException in one clear line with the next step, when there is no such broker or it cannot start
     */
    public static Lease acquire(final String name, final Map<String, String> brokerOptions, final boolean create)
            throws IOException {
        throw new UnsupportedOperationException("not built yet");
    }

    /** A claim on a running broker. Thread safe. */
    public interface Lease extends AutoCloseable {

        /** Where to connect to. */
        SocketAddress address();

        /** Gives the lease back; does nothing the second time. */
        @Override
        void close();
    }
}
