package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.Locale;

/** Remembers for good which destinations are paused. Owned by the core agent. */
final class Paused {

    private static final String PATH = "paused/";

    private final Registry registry;
    private final Facts facts;
    private final Dispatcher dispatcher;

    Paused(final Registry registry, final Facts facts, final Dispatcher dispatcher) {
        this.registry = registry;
        this.facts = facts;
        this.dispatcher = dispatcher;
    }

    /** Takes in what was recorded before the start. */
    void recover() {
        for (final DestinationState each : registry.destinations()) {
            each.pause(facts.settings().get(nameOf(each.kind, each.name)) != null);
        }
    }

    /** Stops or starts the delivery from a destination. */
    void set(final DestinationState destination, final boolean paused) {
        facts.set(nameOf(destination.kind, destination.name), paused ? "true" : "");
        destination.pause(paused);
        if (!paused) {
            destination.subscriptions().forEach(dispatcher::wake);
        }
    }

    /** A destination ends: one of the same name that comes later is not paused. */
    void forget(final DestinationState destination) {
        if (destination.isPaused()) {
            facts.set(nameOf(destination.kind, destination.name), "");
        }
    }

    private static String nameOf(final DestinationKind kind, final String name) {
        return PATH + kind.name().toLowerCase(Locale.ROOT) + '/' + name;
    }
}
