package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader.DestinationStatus;
import io.ansermq.remoting.protocol.ControlHeader.Status;
import io.ansermq.store.commitlog.CommitLog;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the broker is, for {@code anser status}. Owned by the core agent. */
final class StatusReport {

    /** Destinations listed at most, so that the answer stays one small frame. */
    private static final int MAX_DESTINATIONS = 1000;

    private final String brokerName;
    private final Registry registry;
    private final Temporaries temporaries;
    private final Timers timers;
    private final DeadLetters deadLetters;
    private final CommitLog log;
    private @Nullable DiskGate gate;
    private @Nullable Cleaner cleaner;
    private @Nullable SetAside setAside;
    private @Nullable Dispatcher dispatcher;

    StatusReport(
            final String brokerName,
            final Registry registry,
            final Temporaries temporaries,
            final Timers timers,
            final DeadLetters deadLetters,
            final CommitLog log) {
        this.brokerName = brokerName;
        this.registry = registry;
        this.temporaries = temporaries;
        this.timers = timers;
        this.deadLetters = deadLetters;
        this.log = log;
    }

    /** What else is to be told; once, when the broker is put together. */
    void watch(final DiskGate disk, final Cleaner cleaning, final SetAside damages, final Dispatcher deliveries) {
        gate = disk;
        cleaner = cleaning;
        setAside = damages;
        dispatcher = deliveries;
    }

    private void addDisk(final Map<String, String> figures) {
        if (gate != null && cleaner != null && setAside != null && dispatcher != null) {
            figures.put("diskUsedBytes", Long.toString(gate.usedBytes()));
            figures.put("diskCapacityBytes", Long.toString(gate.capacityBytes()));
            figures.put("producersBlocked", Boolean.toString(gate.isClosed()));
            figures.put("sendsWaiting", Integer.toString(gate.waiting()));
            figures.put("sendsRefused", Long.toString(gate.refused()));
            figures.put("messagesMoved", Long.toString(cleaner.movedMessages()));
            figures.put("bytesMoved", Long.toString(cleaner.movedBytes()));
            figures.put("messagesDamaged", Long.toString(setAside.messages()));
            figures.put("leaseLimitReached", Long.toString(dispatcher.lanesFull()));
            if (gate.isClosed()) {
                figures.put("blockedBecause", gate.reason());
            }
        }
    }

    Status report() {
        final Map<String, String> figures = new LinkedHashMap<>();
        figures.put("broker", brokerName);
        figures.put(
                "uptimeMs", Long.toString(ManagementFactory.getRuntimeMXBean().getUptime()));
        final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        figures.put("heapUsedBytes", Long.toString(heap.getUsed()));
        figures.put("heapMaxBytes", Long.toString(heap.getMax()));
        figures.put("logWritten", Long.toString(log.watermarks().written()));
        figures.put("logDurable", Long.toString(log.watermarks().durable()));
        figures.put("logCommitted", Long.toString(log.watermarks().committed()));
        figures.put("destinations", Integer.toString(registry.destinations().size()));
        figures.put("delayed", Long.toString(timers.pending()));
        figures.put("temporaryDestinations", Integer.toString(temporaries.count()));
        figures.put("expired", Long.toString(deadLetters.expired()));
        figures.put("deadLettered", Long.toString(deadLetters.dead()));
        addDisk(figures);
        final List<DestinationStatus> list = new ArrayList<>();
        for (final DestinationState each : registry.destinations()) {
            if (list.size() == MAX_DESTINATIONS) {
                figures.put("destinationsShown", Integer.toString(MAX_DESTINATIONS));
                break;
            }
            list.add(describe(each));
        }
        return new Status(figures, list);
    }

    private static DestinationStatus describe(final DestinationState destination) {
        long backlog = 0;
        long inFlight = 0;
        int consumers = 0;
        for (final SubscriptionState subscription : destination.subscriptions()) {
            backlog += subscription.backlog();
            inFlight += subscription.inFlight();
            consumers += subscription.consumers().size();
        }
        return new DestinationStatus(
                destination.kind,
                destination.name,
                backlog,
                inFlight,
                consumers,
                destination.messagesIn,
                destination.messagesOut);
    }
}
