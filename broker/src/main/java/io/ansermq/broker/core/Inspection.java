package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Subscription;
import io.ansermq.broker.security.NamePattern;
import io.ansermq.remoting.protocol.AdminHeader.Inspect;
import io.ansermq.remoting.protocol.AdminHeader.Inspected;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What administrators see of destinations, subscriptions, consumers and connections: one row each, some hundred rows at a
 * time. Of one destination or connection at most {@link InspectedPage#MAX_ROWS} are shown, and of one text the beginning,
 * so that an answer is one frame. Owned by the core agent.
 */
final class Inspection {

    private static final int MAX_TEXT = 200;

    private final Registry registry;
    private final Connections connections;
    private final StoredTimes times;

    Inspection(final Registry registry, final Connections connections, final StoredTimes times) {
        this.registry = registry;
        this.connections = connections;
        this.times = times;
    }

    Inspected answer(final Inspect question, final long nowEpochMs) {
        return switch (question.subject()) {
            case DESTINATIONS ->
                InspectedPage.of(question, registry.destinations(), (row, destination) -> {
                    if (matches(question, destination)) {
                        row.accept(describe(destination, nowEpochMs));
                    }
                });
            case SUBSCRIPTIONS ->
                InspectedPage.of(question, registry.destinations(), (row, destination) -> {
                    if (matches(question, destination)) {
                        destination.subscriptions().stream()
                                .limit(InspectedPage.MAX_ROWS)
                                .forEach(each -> row.accept(describe(each, nowEpochMs)));
                    }
                });
            case CONSUMERS ->
                InspectedPage.of(question, connections.all(), (row, link) -> link.consumers.values().stream()
                        .filter(consumer -> matches(question, consumer.subscription.destination))
                        .limit(InspectedPage.MAX_ROWS)
                        .forEach(consumer -> row.accept(describe(consumer))));
            case CONNECTIONS ->
                InspectedPage.of(question, connections.all(), (row, link) -> {
                    if (NamePattern.matches(question.pattern(), link.remote())
                            || NamePattern.matches(question.pattern(), text(link.clientId))) {
                        row.accept(describe(link));
                    }
                });
            // A guest that knows of them answers by itself.
            case TOPICS, TOPIC_QUEUES, GROUPS, GROUP_PROGRESS -> new Inspected(List.of(), 0);
        };
    }

    private static boolean matches(final Inspect question, final DestinationState destination) {
        return NamePattern.matches(question.pattern(), destination.name);
    }

    private Map<String, String> describe(final DestinationState destination, final long nowEpochMs) {
        final DestinationFigures figures = DestinationFigures.of(destination);
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("kind", text(destination.kind));
        row.put("name", text(destination.name));
        row.put("backlog", Long.toString(figures.backlog()));
        row.put("inFlight", Long.toString(figures.inFlight()));
        row.put("oldestAgeMs", age(figures.oldestPosition(), nowEpochMs));
        row.put("subscriptions", Integer.toString(destination.subscriptions().size()));
        row.put("consumers", Integer.toString(figures.consumers()));
        row.put("messagesIn", Long.toString(figures.messagesIn()));
        row.put("messagesOut", Long.toString(figures.messagesOut()));
        row.put("paused", Boolean.toString(destination.isPaused()));
        return row;
    }

    private Map<String, String> describe(final SubscriptionState subscription, final long nowEpochMs) {
        final Subscription definition = subscription.definition();
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("kind", text(subscription.destination.kind));
        row.put("destination", text(subscription.destination.name));
        row.put("type", typeOf(subscription));
        row.put("clientId", definition == null ? "" : text(definition.clientId()));
        row.put(
                "name",
                definition == null || definition.kind() == Subscription.Kind.QUEUE ? "" : text(definition.name()));
        row.put("selector", text(subscription.selector()));
        row.put("backlog", Long.toString(subscription.backlog()));
        row.put("inFlight", Long.toString(subscription.inFlight()));
        row.put("oldestAgeMs", age(subscription.oldestPosition(), nowEpochMs));
        row.put("consumers", Integer.toString(subscription.consumers().size()));
        return row;
    }

    private static Map<String, String> describe(final Consumer consumer) {
        final SubscriptionState subscription = consumer.subscription;
        final Subscription definition = subscription.definition();
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("connection", Long.toString(consumer.link.id()));
        row.put("address", consumer.link.remote());
        row.put("user", text(consumer.link.access().user()));
        row.put("clientId", text(consumer.link.clientId));
        row.put("kind", text(subscription.destination.kind));
        row.put("destination", text(subscription.destination.name));
        row.put("type", consumer.feed.leases() ? typeOf(subscription) : "browser");
        row.put(
                "name",
                definition == null || definition.kind() == Subscription.Kind.QUEUE ? "" : text(definition.name()));
        row.put("delivered", Long.toString(consumer.nextTag() - 1));
        return row;
    }

    private static Map<String, String> describe(final ClientLink link) {
        final Map<String, String> row = new LinkedHashMap<>();
        row.put("id", Long.toString(link.id()));
        row.put("address", link.remote());
        row.put("user", text(link.access().user()));
        row.put("clientId", text(link.clientId));
        row.put("protocol", link.protocol());
        row.put("consumers", Integer.toString(link.consumers.size()));
        return row;
    }

    private static String typeOf(final SubscriptionState subscription) {
        final Subscription definition = subscription.definition();
        return definition == null
                ? "volatile"
                : definition.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private String age(final long position, final long nowEpochMs) {
        final long storedEpochMs = times.atPosition(position);
        return storedEpochMs == 0 ? "" : Long.toString(Math.max(0, nowEpochMs - storedEpochMs));
    }

    private static String text(final @Nullable String text) {
        if (text == null) {
            return "";
        }
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "...";
    }

    private static String text(final DestinationKind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }
}
