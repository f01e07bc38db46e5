package io.ansermq.client;

import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deliveries of one subscriber that wait for the body of a large message in front of them. Confined to the event loop.
 *
 * <p>At most one large body is here that the application has not been handed: the next one is loaded only then, however
 * large the prefetch is.
 */
final class HeldDeliveries {
    private static final Logger LOG = LoggerFactory.getLogger(HeldDeliveries.class);

    /** The application's side. */
    interface Sink {
        void pass(Delivery delivery);

        /** The body of this delivery cannot be loaded. */
        void drop(Delivery delivery);
    }

    private final Supplier<LargeBodies> bodies;
    private final Sink sink;
    private final ArrayDeque<Delivery> held = new ArrayDeque<>();
    private @Nullable CompletableFuture<byte[]> loading;
    private @Nullable Delivery unhanded;
    private int generation;

    HeldDeliveries(final Supplier<LargeBodies> bodies, final Sink sink) {
        this.bodies = bodies;
        this.sink = sink;
    }

    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Keeps a delivery until its turn comes, which may be at once. */
    void add(final Delivery delivery) {
        held.add(delivery);
        if (held.size() == 1) {
            passOn();
        }
    }

    /** The application has been handed this large message. */
    void handed(final long tag) {
        if (unhanded != null && unhanded.tag() == tag) {
            unhanded = null;
            passOn();
        }
    }

    /** Completes when nothing that is held could be passed on by waiting. */
    CompletableFuture<Void> settled() {
        final CompletableFuture<byte[]> current = loading;
        return current == null
                ? CompletableFuture.completedFuture(null)
                : current.handle((body, failure) -> null).thenCompose(ignored -> settled());
    }

    /** All that was delivered goes back to the broker. */
    void clear() {
        held.clear();
        loading = null;
        unhanded = null;
        generation++;
    }

    private void passOn() {
        while (!held.isEmpty() && loading == null) {
            final Delivery first = held.element();
            if (!first.isLarge()) {
                held.remove();
                sink.pass(first);
            } else if (unhanded == null) {
                load(first);
            } else {
                return;
            }
        }
    }

    private void load(final Delivery delivery) {
        final int current = generation;
        final CompletableFuture<byte[]> body = bodies.get().load(delivery);
        loading = body;
        var unused = body.whenComplete((loaded, failure) -> {
            if (current != generation) {
                return;
            }
            loading = null;
            held.remove();
            if (loaded == null) {
                LOG.error(
                        "{} stays unacknowledged, because its body cannot be loaded: {}",
                        delivery,
                        failure == null ? "" : BrokerException.textOf(failure));
                sink.drop(delivery);
            } else {
                unhanded = delivery;
                sink.pass(delivery.withBody(loaded));
            }
            passOn();
        });
    }
}
