package io.ansermq.broker.admin;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * A figure that operators can ask for. Immutable.
 *
 * @param name as Micrometer has it: words joined by dots
 * @param type whether it only grows
 * @param unit what it is counted in; null for things
 * @param description one sentence for the reference
 * @param value takes it from what it is a figure of
 * @param <T> what it is a figure of
 */
record Metric<T>(String name, Type type, @Nullable String unit, String description, ToDoubleFunction<T> value) {

    /** Whether a figure only grows. */
    enum Type {
        /** It is what it is now. */
        GAUGE,
        /** It begins at 0 with each start of the broker and only grows. */
        COUNTER
    }

    private static final String BYTES = "bytes";
    private static final String SECONDS = "seconds";
    private static final double MS_PER_SECOND = 1000.0;

    /** Of the broker. */
    static final List<Metric<Sample>> OF_BROKER = List.of(
            gauge("anser.connections", null, "Open connections.", Sample::connections),
            gauge("anser.destinations", null, "Queues and topics there are.", sample -> sample.broker()
                    .destinationCount()),
            gauge(
                    "anser.destinations.temporary",
                    null,
                    "Temporary queues and topics there are.",
                    sample -> sample.broker().temporaryDestinations()),
            gauge("anser.messages.delayed", null, "Messages that wait for their time.", sample -> sample.broker()
                    .delayed()),
            counter(
                    "anser.messages.expired",
                    null,
                    "Messages whose time to live ended before they were consumed.",
                    sample -> sample.broker().expired()),
            counter(
                    "anser.messages.dead.lettered",
                    null,
                    "Messages that were delivered too often.",
                    sample -> sample.broker().deadLettered()),
            counter(
                    "anser.messages.damaged",
                    null,
                    "Messages set aside because the disk gave them back changed.",
                    sample -> sample.broker().messagesDamaged()),
            counter(
                    "anser.messages.refused",
                    null,
                    "Messages refused because the disk is full.",
                    sample -> sample.broker().disk().messagesRefused()),
            counter(
                    "anser.messages.moved",
                    null,
                    "Old unsettled messages copied to the end of the log so that its beginning can be freed.",
                    sample -> sample.broker().messagesMoved()),
            counter(
                    "anser.leases.exhausted",
                    null,
                    "How often a queue had as many unacknowledged messages as there may be.",
                    sample -> sample.broker().leaseLimitReached()),
            gauge("anser.sends.waiting", null, "Sends that wait for room on the disk.", sample -> sample.broker()
                    .disk()
                    .sendsWaiting()),
            gauge(
                    "anser.producers.blocked",
                    null,
                    "1 while the disk is too full for producers, else 0.",
                    sample -> sample.broker().disk().producersBlocked() ? 1 : 0),
            gauge("anser.disk.used", BYTES, "What log and queue index take.", sample -> sample.broker()
                    .disk()
                    .usedBytes()),
            gauge(
                    "anser.disk.capacity",
                    BYTES,
                    "What log and queue index may take: the option max-disk, or what the disk has.",
                    sample -> sample.broker().disk().capacityBytes()),
            gauge(
                    "anser.log.end",
                    BYTES,
                    "Position up to which the log is written; it grows over restarts.",
                    sample -> sample.broker().logWritten()),
            gauge(
                    "anser.log.unforced",
                    BYTES,
                    "Written but not yet forced to disk: what a power loss may take.",
                    sample -> sample.broker().unforcedBytes()));

    /** Of one destination. */
    static final List<Metric<Sample.Destination>> OF_DESTINATION = List.of(
            counter("anser.destination.received", null, "Messages that came to the destination.", each -> each.figures()
                    .messagesIn()),
            counter("anser.destination.delivered", null, "Deliveries to its consumers.", each -> each.figures()
                    .messagesOut()),
            counter(
                    "anser.destination.redelivered",
                    null,
                    "Deliveries that were not the first of their message.",
                    each -> each.figures().redeliveries()),
            gauge(
                    "anser.destination.depth",
                    null,
                    "Messages that are not settled, summed over its subscriptions.",
                    each -> each.figures().backlog()),
            gauge(
                    "anser.destination.in.flight",
                    null,
                    "Messages that a consumer has and has not settled.",
                    each -> each.figures().inFlight()),
            gauge("anser.destination.consumers", null, "Its open consumers.", each -> each.figures()
                    .consumers()),
            gauge(
                    "anser.destination.oldest.age",
                    SECONDS,
                    "How long ago its oldest unsettled message was stored.",
                    each -> each.oldestAgeMs() / MS_PER_SECOND));

    private static <T> Metric<T> gauge(
            final String name, final @Nullable String unit, final String description, final ToDoubleFunction<T> value) {
        return new Metric<>(name, Type.GAUGE, unit, description, value);
    }

    private static <T> Metric<T> counter(
            final String name, final @Nullable String unit, final String description, final ToDoubleFunction<T> value) {
        return new Metric<>(name, Type.COUNTER, unit, description, value);
    }
}
