package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ConnectionHeader.DestinationStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.store.commitlog.CommitLog;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How the broker is: as figures, and as the answer for {@code anser status}. Owned by the core agent. */
final class StatusReport {

    /** Destinations listed at most, so that the answer stays one small frame. */
    private static final int MAX_DESTINATIONS = 1000;

    private final String brokerName;
    private final Registry registry;
    private final Temporaries temporaries;
    private final Timers timers;
    private final DeadLetters deadLetters;
    private final CommitLog log;
    private final DiskGate gate;
    private final Cleaner cleaner;
    private final SetAside setAside;
    private final Dispatcher dispatcher;

    StatusReport(
            final String brokerName,
            final Registry registry,
            final Temporaries temporaries,
            final Timers timers,
            final DeadLetters deadLetters,
            final CommitLog log,
            final DiskGate gate,
            final Cleaner cleaner,
            final SetAside setAside,
            final Dispatcher dispatcher) {
        this.brokerName = brokerName;
        this.registry = registry;
        this.temporaries = temporaries;
        this.timers = timers;
        this.deadLetters = deadLetters;
        this.log = log;
        this.gate = gate;
        this.cleaner = cleaner;
        this.setAside = setAside;
        this.dispatcher = dispatcher;
    }

    /** The figures of this moment, with those of the oldest {@code maxDestinations} destinations. */
    BrokerFigures figures(final int maxDestinations) {
        final List<DestinationFigures> destinations = new ArrayList<>();
        for (final DestinationState each : registry.destinations()) {
            if (destinations.size() < maxDestinations) {
                destinations.add(DestinationFigures.of(each));
            }
        }
        return new BrokerFigures(
                log.watermarks().written(),
                log.watermarks().durable(),
                log.watermarks().committed(),
                registry.messagesIn(),
                registry.destinations().size(),
                timers.pending(),
                timers.fired(),
                temporaries.count(),
                deadLetters.expired(),
                deadLetters.dead(),
                setAside.messages(),
                dispatcher.lanesFull(),
                cleaner.movedMessages(),
                cleaner.movedBytes(),
                new BrokerFigures.Disk(
                        gate.usedBytes(),
                        gate.capacityBytes(),
                        gate.isClosed(),
                        gate.waiting(),
                        gate.refused(),
                        gate.isClosed() ? gate.reason() : ""),
                destinations);
    }

    /** The same as an answer to a client. */
    Status report() {
        final BrokerFigures now = figures(MAX_DESTINATIONS);
        final Map<String, String> figures = new LinkedHashMap<>();
        figures.put("broker", brokerName);
        figures.put(
                "uptimeMs", Long.toString(ManagementFactory.getRuntimeMXBean().getUptime()));
        final MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        figures.put("heapUsedBytes", Long.toString(heap.getUsed()));
        figures.put("heapMaxBytes", Long.toString(heap.getMax()));
        figures.put("logWritten", Long.toString(now.logWritten()));
        figures.put("logDurable", Long.toString(now.logDurable()));
        figures.put("logCommitted", Long.toString(now.logCommitted()));
        figures.put("destinations", Integer.toString(now.destinationCount()));
        figures.put("delayed", Long.toString(now.delayed()));
        figures.put("temporaryDestinations", Integer.toString(now.temporaryDestinations()));
        figures.put("expired", Long.toString(now.expired()));
        figures.put("deadLettered", Long.toString(now.deadLettered()));
        figures.put("diskUsedBytes", Long.toString(now.disk().usedBytes()));
        figures.put("diskCapacityBytes", Long.toString(now.disk().capacityBytes()));
        figures.put("producersBlocked", Boolean.toString(now.disk().producersBlocked()));
        figures.put("sendsWaiting", Integer.toString(now.disk().sendsWaiting()));
        figures.put("sendsRefused", Long.toString(now.disk().messagesRefused()));
        figures.put("messagesMoved", Long.toString(now.messagesMoved()));
        figures.put("bytesMoved", Long.toString(now.bytesMoved()));
        figures.put("messagesDamaged", Long.toString(now.messagesDamaged()));
        figures.put("leaseLimitReached", Long.toString(now.leaseLimitReached()));
        if (now.disk().producersBlocked()) {
            figures.put("blockedBecause", now.disk().reason());
        }
        if (now.destinationCount() > now.destinations().size()) {
            figures.put("destinationsShown", Integer.toString(now.destinations().size()));
        }
        return new Status(
                figures, now.destinations().stream().map(StatusReport::describe).toList());
    }

    private static DestinationStatus describe(final DestinationFigures destination) {
        return new DestinationStatus(
                destination.kind(),
                destination.name(),
                destination.backlog(),
                destination.inFlight(),
                destination.consumers(),
                destination.messagesIn(),
                destination.messagesOut());
    }
}
