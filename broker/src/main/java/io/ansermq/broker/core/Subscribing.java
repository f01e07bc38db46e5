package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Subscription;
import io.ansermq.broker.ledger.SubscriptionTable;
import io.ansermq.broker.ledger.Transaction;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.CatalogRecord.SubscriptionGone;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whose messages a new consumer gets, by the rules of Jakarta Messaging 3.1, section 8.3 and the Javadoc of the methods
 * that make consumers: finds, creates, replaces and ends subscriptions. Owned by the core agent.
 *
 * <p>A durable subscription is there for decisions as soon as its record is on the way, so that two clients cannot both
 * create it; consumers of it are told when the record is committed. It begins where its record stands among the messages.
 */
final class Subscribing {

    /** The longest client ID or subscription name, in UTF-8. */
    static final int MAX_NAME_BYTES = 1024;

    /** The longest selector, in UTF-8. */
    static final int MAX_SELECTOR_BYTES = 32 * 1024;

    /** What came of it: a subscription to join, or why not. */
    sealed interface Outcome {}

    /**
     * The consumer may join.
     *
     * @param recorded whether the subscription's record is committed already
     */
    record Join(SubscriptionState subscription, boolean recorded) implements Outcome {}

    /** The consumer may not. */
    record Refused(Failure why) implements Outcome {}

    private record Key(@Nullable String clientId, String name) {}

    private final Registry registry;
    private final CatalogWriter catalog;
    private final Settlement settlement;
    private final TxTable transactions;
    private final Map<Key, SubscriptionState> shared = new HashMap<>();

    Subscribing(
            final Registry registry,
            final CatalogWriter catalog,
            final Settlement settlement,
            final TxTable transactions) {
        this.registry = registry;
        this.catalog = catalog;
        this.settlement = settlement;
        this.transactions = transactions;
    }

    /** Finds or makes what a consumer asks for. */
    Outcome subscribe(final ClientLink link, final DestinationState destination, final Subscribe wanted) {
        final Failure refusal = check(link, destination, wanted);
        if (refusal != null) {
            return new Refused(refusal);
        }
        return switch (wanted.type()) {
            case QUEUE, BROWSER -> new Join(Objects.requireNonNull(registry.queueSubscription(destination)), true);
            case VOLATILE -> new Join(unshared(destination, wanted), true);
            case SHARED -> shared(link, destination, wanted);
            case DURABLE, SHARED_DURABLE -> durable(link, destination, wanted);
            case GROUP -> group(link, destination, wanted);
        };
    }

    private @Nullable Failure check(final ClientLink link, final DestinationState destination, final Subscribe wanted) {
        final boolean ofQueue = wanted.type() == SubscriptionType.QUEUE || wanted.type() == SubscriptionType.BROWSER;
        final boolean ofTopic = !ofQueue && wanted.type() != SubscriptionType.GROUP;
        if (ofQueue
                ? registry.queueSubscription(destination) == null
                : ofTopic && destination.kind == DestinationKind.QUEUE) {
            return new Failure(
                    ErrorCodes.PROTOCOL,
                    "a subscription of type " + wanted.type() + " does not fit "
                            + destination.kind.name().toLowerCase(Locale.ROOT) + " '" + destination.name + "'");
        }
        if (destination.isTemporary() && destination.owner() != link) {
            return new Failure(
                    ErrorCodes.DESTINATION,
                    "only the connection that made temporary "
                            + destination.kind.name().toLowerCase(Locale.ROOT) + " '" + destination.name
                            + "' can consume from it");
        }
        final String selector = selectorOf(wanted);
        if (selector != null && isLonger(selector, MAX_SELECTOR_BYTES)) {
            return new Failure(
                    ErrorCodes.INVALID_SELECTOR,
                    "the message selector is longer than " + MAX_SELECTOR_BYTES + " bytes: shorten it");
        }
        if (ofQueue || wanted.type() == SubscriptionType.VOLATILE) {
            return null;
        }
        final String name = wanted.name();
        if (name == null || name.isEmpty()) {
            return new Failure(ErrorCodes.PROTOCOL, "a shared or durable subscription needs a name");
        }
        if (isLonger(name, MAX_NAME_BYTES)) {
            return new Failure(
                    ErrorCodes.RESOURCE_LIMIT,
                    "the name of a subscription is longer than " + MAX_NAME_BYTES + " bytes: shorten it");
        }
        if (wanted.type() == SubscriptionType.DURABLE && link.clientId == null) {
            return new Failure(
                    ErrorCodes.ILLEGAL_STATE,
                    "durable subscription '" + name + "' needs a client ID: set one on the connection or its factory,"
                            + " or use a shared durable subscription");
        }
        return null;
    }

    static boolean isLonger(final String text, final int bytes) {
        return text.length() > bytes || text.getBytes(StandardCharsets.UTF_8).length > bytes;
    }

    /** An empty selector is none (Jakarta Messaging 3.1, section 3.8.1.1), and so is one of spaces. */
    private static @Nullable String selectorOf(final Subscribe wanted) {
        final String text = wanted.selector();
        return text == null || text.isBlank() ? null : text;
    }

    private SubscriptionState unshared(final DestinationState destination, final Subscribe wanted) {
        return registry.subscribeVolatile(
                destination, settlement.sequencedUpTo() + 1, selectorOf(wanted), wanted.noLocal());
    }

    // ---- Shared, not durable: gone with the last consumer

    private Outcome shared(final ClientLink link, final DestinationState destination, final Subscribe wanted) {
        final Key key = new Key(link.clientId, Objects.requireNonNull(wanted.name()));
        final SubscriptionState existing = shared.get(key);
        if (existing == null) {
            final SubscriptionState created = unshared(destination, wanted);
            shared.put(key, created);
            created.whenUnused(() -> shared.remove(key));
            return new Join(created, true);
        }
        if (existing.destination != destination || !Objects.equals(existing.selector(), selectorOf(wanted))) {
            return refused(
                    ErrorCodes.ILLEGAL_STATE,
                    "shared subscription '" + key.name() + "' has consumers on topic '" + existing.destination.name
                            + "' with " + selectorText(existing.selector())
                            + ": close them first, or use another name");
        }
        return new Join(existing, true);
    }

    // ---- Durable

    private Outcome durable(final ClientLink link, final DestinationState destination, final Subscribe wanted) {
        final String name = Objects.requireNonNull(wanted.name());
        if (destination.isTemporary()) {
            return refused(ErrorCodes.DESTINATION, "a temporary topic has no durable subscriptions");
        }
        final Subscription.Kind kind = wanted.type() == SubscriptionType.DURABLE
                ? Subscription.Kind.DURABLE
                : Subscription.Kind.SHARED_DURABLE;
        final SubscriptionTable table = registry.catalog().subscriptions();
        final Subscription existing = table.named(link.clientId, name);
        final SubscriptionState state = existing == null ? null : registry.kept(existing.id());
        if (existing == null || state == null) {
            return create(null, destination, link, wanted, kind);
        }
        if (existing.kind() != kind) {
            return refused(
                    ErrorCodes.ILLEGAL_STATE,
                    "subscription '" + name + "' exists and is "
                            + (kind == Subscription.Kind.DURABLE ? "shared" : "not shared")
                            + ": use another name, or unsubscribe it first");
        }
        final boolean same = state.destination == destination
                && Objects.equals(existing.selector(), selectorOf(wanted))
                && existing.noLocal() == (kind == Subscription.Kind.DURABLE && wanted.noLocal());
        if (state.hasConsumers() && !(same && kind == Subscription.Kind.SHARED_DURABLE)) {
            return refused(
                    ErrorCodes.ILLEGAL_STATE,
                    same
                            ? "durable subscription '" + name + "' has an active consumer, and only one is possible"
                            : "shared durable subscription '" + name + "' has consumers on topic '"
                                    + state.destination.name + "' with " + selectorText(existing.selector())
                                    + ": close them first, or use another name");
        }
        return same ? new Join(state, registry.isApplied(state)) : create(existing, destination, link, wanted, kind);
    }

    /** A new one, in place of another if that is given. */
    private Outcome create(
            final @Nullable Subscription replaced,
            final DestinationState destination,
            final ClientLink link,
            final Subscribe wanted,
            final Subscription.Kind kind) {
        final SubscriptionTable table = registry.catalog().subscriptions();
        final Subscription created = new Subscription(
                table.nextId(),
                destination.id,
                kind,
                Objects.requireNonNull(wanted.name()),
                kind == Subscription.Kind.GROUP ? null : link.clientId,
                selectorOf(wanted),
                kind == Subscription.Kind.DURABLE && wanted.noLocal(),
                List.of());
        if (replaced != null) {
            table.admitGone(replaced);
        }
        table.admit(created);
        final SubscriptionState state = registry.expect(created, destination);
        catalog.change(() -> {
            // A group has what is kept already, too.
            final CatalogRecord record = kind == Subscription.Kind.GROUP
                    ? created.toRecord()
                    : created.startingAt(destination.nextOffsets()).toRecord();
            return replaced == null ? List.of(record) : List.of(new SubscriptionGone(replaced.id()), record);
        });
        return new Join(state, false);
    }

    // ---- Consumer groups

    private Outcome group(final ClientLink link, final DestinationState destination, final Subscribe wanted) {
        final String name = Objects.requireNonNull(wanted.name());
        if (destination.isTemporary()) {
            return refused(ErrorCodes.DESTINATION, "a temporary destination has no consumer groups");
        }
        if (selectorOf(wanted) != null || wanted.noLocal()) {
            return refused(ErrorCodes.PROTOCOL, "a consumer group takes every message: filter with a routing");
        }
        final Subscription existing = registry.catalog().subscriptions().group(destination.id, name);
        final SubscriptionState state = existing == null ? null : registry.kept(existing.id());
        if (state != null) {
            return new Join(state, registry.isApplied(state));
        }
        return create(null, destination, link, wanted, Subscription.Kind.GROUP);
    }

    /** Ends a durable subscription; null when it could be decided, else why not. */
    @Nullable
    Failure unsubscribe(final ClientLink link, final String name) {
        final SubscriptionTable table = registry.catalog().subscriptions();
        final Subscription existing = table.named(link.clientId, name);
        final SubscriptionState state = existing == null ? null : registry.kept(existing.id());
        if (existing == null || state == null) {
            return new Failure(
                    ErrorCodes.DESTINATION,
                    "there is no durable subscription '" + name + "'"
                            + (link.clientId == null ? "" : " of client '" + link.clientId + "'"));
        }
        final String refusal =
                link.access().refusal(Permission.CONSUME, state.destination.kindForAccess(), state.destination.name);
        if (refusal != null) {
            return new Failure(ErrorCodes.AUTHORIZATION, refusal);
        }
        if (state.hasConsumers() || state.inFlight() > 0 || isInTransaction(state)) {
            return new Failure(
                    ErrorCodes.ILLEGAL_STATE,
                    "durable subscription '" + name
                            + "' is in use: close its consumers and settle their messages first");
        }
        table.admitGone(existing);
        catalog.change(() -> List.of(new SubscriptionGone(existing.id())));
        return null;
    }

    /** Whether a transaction that is not decided has received messages of a subscription, by consumers that may be gone. */
    private boolean isInTransaction(final SubscriptionState subscription) {
        for (final Transaction each : transactions.all()) {
            for (int i = 0; i < each.acks().ledgers(); i++) {
                final LaneLedger under = registry.ledger(each.acks().ledger(i));
                if (under != null && under.subscription == subscription) {
                    return true;
                }
            }
        }
        return false;
    }

    private static String selectorText(final @Nullable String selector) {
        return selector == null ? "no selector" : "selector \"" + selector + "\"";
    }

    private static Refused refused(final int error, final String text) {
        return new Refused(new Failure(error, text));
    }
}
