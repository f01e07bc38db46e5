package io.ansermq.ra;

import io.ansermq.remoting.vm.VmBrokers;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.ActivationSpec;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.ResourceAdapter;
import jakarta.resource.spi.ResourceAdapterInternalException;
import jakarta.resource.spi.endpoint.MessageEndpointFactory;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import javax.transaction.xa.XAResource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The adapter as a server sees it: life cycle, endpoints, recovery. It holds what connection factories and endpoints inherit.
 *
 * <p>Thread safe once configured. Several of them live side by side, and one is gone when {@link #stop} has returned.
 */
public final class AnserResourceAdapter extends CompatibleProperties implements ResourceAdapter {
    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(AnserResourceAdapter.class);

    /** Between two attempts to start the embedded broker. */
    private static final long EMBEDDED_RETRY_MS = 1_000;

    /** What is there while the adapter runs; null before and after. Guarded by itself. */
    private transient volatile @Nullable Running running;

    /** Whether it ran, and does not any more. */
    private transient volatile boolean stopped;

    /** For servers. */
    public AnserResourceAdapter() {}

    // ---- Life cycle

    /** Reaches no broker; an embedded one is started on a thread of the server. */
    @Override
    public void start(final BootstrapContext context) throws ResourceAdapterInternalException {
        if (running != null) {
            throw new ResourceAdapterInternalException("the resource adapter is started already");
        }
        final Running now = new Running(context);
        stopped = false;
        running = now;
        final ConnectionSettings effective = alone();
        if (effective.isEmbedded()) {
            now.startBroker(effective);
        }
    }

    @Override
    public void stop() {
        final Running now = running;
        if (now != null) {
            stopped = true;
            running = null;
            now.stop();
        }
    }

    private Running running() throws ResourceAdapterInternalException {
        final Running now = running;
        if (now == null) {
            throw new ResourceAdapterInternalException("the resource adapter is not started");
        }
        return now;
    }

    // ---- Endpoints

    /** Returns at once; connecting is done on threads of the server, as often as it takes. */
    @Override
    public void endpointActivation(final MessageEndpointFactory endpoints, final ActivationSpec spec)
            throws ResourceException {
        if (!(spec instanceof AnserActivationSpec ours)) {
            throw new ResourceException("not an activation of ours: " + spec);
        }
        if (ours.getResourceAdapter() != this) {
            throw new ResourceException("the activation belongs to another resource adapter");
        }
        ours.validate();
        running().activate(endpoints, ours);
    }

    /** Waits for deliveries that are under way, though not for ever. */
    @Override
    public void endpointDeactivation(final MessageEndpointFactory endpoints, final ActivationSpec spec) {
        final Running now = running;
        if (now != null) {
            now.deactivate(endpoints, spec);
        }
    }

    // ---- Connections of factories

    /**
     * A factory has opened a connection, which is destroyed at the latest when the adapter stops: WildFly may open one to recover
     * with while it undeploys the adapter, and forget it, and the threads of that would keep the adapter's classes.
     *
     * @return false when the adapter stops or has stopped, and leaves the connection to the caller
     */
    boolean opened(final AnserManagedConnection connection) {
        final Running now = running;
        return now == null ? !stopped : now.opened(connection);
    }

    /** A connection is destroyed. */
    void destroyed(final AnserManagedConnection connection) {
        final Running now = running;
        if (now != null) {
            now.destroyed(connection);
        }
    }

    // ---- Recovery

    /** One for each broker that the adapter and these activations reach; connecting waits until they are asked. */
    @Override
    public XAResource[] getXAResources(final ActivationSpec @Nullable [] specs) {
        final Set<Target> targets = new LinkedHashSet<>();
        addTarget(targets, this);
        for (final ActivationSpec spec : specs == null ? new ActivationSpec[0] : specs) {
            if (spec instanceof AnserActivationSpec ours) {
                addTarget(targets, ours);
            }
        }
        final Running now = running;
        final List<XAResource> resources = new ArrayList<>();
        for (final Target target : targets) {
            resources.add(now == null ? target.resource() : now.recovery(target));
        }
        return resources.toArray(new XAResource[0]);
    }

    /** What is not configured well enough to connect has no transactions either. */
    private void addTarget(final Set<Target> targets, final ConnectionProperties properties) {
        final ConnectionSettings effective = properties == this ? alone() : properties.over(this);
        try {
            targets.add(new Target(effective.url(), effective.user(), effective));
        } catch (IllegalArgumentException e) {
            LOG.debug("nothing to recover: {}", e.getMessage());
        }
    }

    /** A broker as one user sees it; the other properties do not make it another one. */
    private record Target(String url, @Nullable String user, ConnectionSettings effective) {
        RecoveryResource resource() {
            return new RecoveryResource(effective, new Login(effective.user(), effective.password(), null));
        }

        @Override
        public boolean equals(final @Nullable Object other) {
            return other instanceof Target that && url.equals(that.url) && Objects.equals(user, that.user);
        }

        @Override
        public int hashCode() {
            return url.hashCode();
        }
    }

    // ---- Running

    /** What a started adapter has. */
    private static final class Running {
        private final Threads threads;
        private final ReentrantLock lock = new ReentrantLock();

        // Guarded by lock.
        private final Map<Key, Activation> activations = new HashMap<>();
        private final Map<Target, RecoveryResource> recoveries = new HashMap<>();
        private final Set<AnserManagedConnection> connections = new HashSet<>();
        private VmBrokers.@Nullable Lease broker;
        private boolean stopped;

        Running(final BootstrapContext context) {
            threads = new Threads(context);
        }

        /** An endpoint, by identity as servers have it: equal activations of two beans are two. */
        private record Key(MessageEndpointFactory endpoints, ActivationSpec spec) {
            @Override
            public boolean equals(final @Nullable Object other) {
                return other instanceof Key that && endpoints.equals(that.endpoints) && spec == that.spec;
            }

            @Override
            public int hashCode() {
                return System.identityHashCode(spec);
            }
        }

        void activate(final MessageEndpointFactory endpoints, final AnserActivationSpec spec) throws ResourceException {
            final Activation activation = new Activation(threads, endpoints, spec);
            lock.lock();
            try {
                if (activations.putIfAbsent(new Key(endpoints, spec), activation) != null) {
                    throw new ResourceException("the endpoint is active already");
                }
            } finally {
                lock.unlock();
            }
            activation.start();
        }

        void deactivate(final MessageEndpointFactory endpoints, final ActivationSpec spec) {
            final Activation activation;
            lock.lock();
            try {
                activation = activations.remove(new Key(endpoints, spec));
            } finally {
                lock.unlock();
            }
            if (activation != null) {
                activation.stop();
            }
        }

        boolean opened(final AnserManagedConnection connection) {
            lock.lock();
            try {
                return !stopped && connections.add(connection);
            } finally {
                lock.unlock();
            }
        }

        void destroyed(final AnserManagedConnection connection) {
            lock.lock();
            try {
                connections.remove(connection);
            } finally {
                lock.unlock();
            }
        }

        XAResource recovery(final Target target) {
            lock.lock();
            try {
                return recoveries.computeIfAbsent(target, Target::resource);
            } finally {
                lock.unlock();
            }
        }

        /** Without it every connection would start one, and the last to close stop it. */
        void startBroker(final ConnectionSettings effective) throws ResourceAdapterInternalException {
            try {
                threads.run(new Work() {
                    @Override
                    public void run() {
                        acquire(effective);
                    }

                    @Override
                    public void release() {
                        // It ends soon.
                    }
                });
            } catch (WorkException e) {
                throw new ResourceAdapterInternalException("the embedded broker cannot be started", e);
            }
        }

        private void acquire(final ConnectionSettings effective) {
            final VmBrokers.Lease lease;
            try {
                lease = Loading.asAdapter(
                        () -> VmBrokers.acquire(effective.brokerName(), effective.brokerOptions(), true));
                LOG.info("the embedded broker '{}' has started", effective.brokerName());
            } catch (IOException | IllegalArgumentException e) {
                LOG.warn("the embedded broker '{}' does not start: {}", effective.brokerName(), e.getMessage());
                threads.later(EMBEDDED_RETRY_MS, () -> acquire(effective));
                return;
            }
            final boolean late;
            lock.lock();
            try {
                late = stopped;
                if (!late) {
                    broker = lease;
                }
            } finally {
                lock.unlock();
            }
            if (late) {
                lease.close();
            }
        }

        void stop() {
            final List<Activation> active;
            final List<RecoveryResource> recovering;
            final List<AnserManagedConnection> left;
            final VmBrokers.Lease lease;
            lock.lock();
            try {
                stopped = true;
                active = new ArrayList<>(activations.values());
                activations.clear();
                recovering = new ArrayList<>(recoveries.values());
                recoveries.clear();
                left = new ArrayList<>(connections);
                connections.clear();
                lease = broker;
                broker = null;
            } finally {
                lock.unlock();
            }
            // First none takes anything more, so that the waits for what is under way go on side by side.
            active.forEach(Activation::beginStop);
            active.forEach(Activation::stop);
            recovering.forEach(RecoveryResource::close);
            left.forEach(Running::destroy);
            threads.stop();
            if (lease != null) {
                lease.close();
            }
        }

        private static void destroy(final AnserManagedConnection connection) {
            try {
                connection.destroy();
            } catch (ResourceException e) {
                LOG.debug("{}: {}", connection, e.getMessage(), e);
            }
        }
    }

    @Override
    public boolean equals(final @Nullable Object other) {
        return other instanceof AnserResourceAdapter that && sameValues(that);
    }

    @Override
    public int hashCode() {
        return hashOfValues();
    }
}
