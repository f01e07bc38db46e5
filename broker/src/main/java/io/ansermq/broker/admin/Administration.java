package io.ansermq.broker.admin;

import io.ansermq.broker.core.FiguresDesk;
import io.ansermq.store.commitlog.CommitLog;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What a broker shows to operators: HTTP, JMX, both or neither, as its options say. Thread safe. */
public final class Administration implements AutoCloseable {

    private final @Nullable AdminServer http;
    private final @Nullable BrokerBean bean;

    private Administration(final @Nullable AdminServer http, final @Nullable BrokerBean bean) {
        this.http = http;
        this.bean = bean;
    }

    /**
     * Begins to show the broker.
     *
     * @param name the broker's
     * @param address where HTTP is spoken; null for nowhere
     * @param jmx whether to register the MBean
     * @param connections counts the open ones
     * @throws IOException when the port cannot be opened; the text says what to do
     */
    public static Administration start(
            final String name,
            final @Nullable InetSocketAddress address,
            final boolean jmx,
            final FiguresDesk figures,
            final CommitLog log,
            final IntSupplier connections,
            final LongSupplier epochMs)
            throws IOException {
        final Sampler sampler = new Sampler(figures, log, connections, epochMs);
        final AdminServer http = address == null ? null : AdminServer.start(address, name, sampler);
        if (http != null) {
            log.onForce(http::forced);
        }
        try {
            return new Administration(http, jmx ? BrokerBean.register(name, sampler) : null);
        } catch (final IllegalStateException e) {
            if (http != null) {
                http.close();
            }
            throw e;
        }
    }

    /** Where metrics and health are; null for nowhere. */
    public @Nullable InetSocketAddress address() {
        return http == null ? null : http.address();
    }

    @Override
    public void close() {
        if (http != null) {
            http.close();
        }
        if (bean != null) {
            bean.close();
        }
    }
}
