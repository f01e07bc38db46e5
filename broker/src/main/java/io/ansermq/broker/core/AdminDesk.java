package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.ledger.Subscription;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.AdminHeader;
import io.ansermq.remoting.protocol.AdminHeader.CloseConnection;
import io.ansermq.remoting.protocol.AdminHeader.CreateDestination;
import io.ansermq.remoting.protocol.AdminHeader.DeleteSubscription;
import io.ansermq.remoting.protocol.AdminHeader.Inspect;
import io.ansermq.remoting.protocol.AdminHeader.Rewind;
import io.ansermq.remoting.protocol.AdminHeader.SetPaused;
import io.ansermq.remoting.protocol.AdminHeader.TakeOut;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.CatalogRecord.SubscriptionGone;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.ErrorCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what administrators ask for. Each request is bounded: what is long comes in pages. What it changes is asked of
 * {@link Access} first and written to the audit log. Owned by the core agent.
 */
final class AdminDesk {

    private final Registry registry;
    private final CatalogWriter catalog;
    private final Facts facts;
    private final Settlement settlement;
    private final Outgoing outgoing;
    private final Inspection inspection;
    private final Connections connections;
    private final StoredTimes times;
    private final DeadLetterDesk letters;
    private final Paused paused;
    private final CoreGuest guest;

    /** @param guest who answers what core itself does not know */
    AdminDesk(
            final Registry registry,
            final CatalogWriter catalog,
            final Facts facts,
            final Settlement settlement,
            final Outgoing outgoing,
            final Connections connections,
            final StoredTimes times,
            final DeadLetterDesk letters,
            final Paused paused,
            final CoreGuest guest) {
        this.registry = registry;
        this.catalog = catalog;
        this.facts = facts;
        this.settlement = settlement;
        this.outgoing = outgoing;
        this.inspection = new Inspection(registry, connections, times);
        this.connections = connections;
        this.times = times;
        this.letters = letters;
        this.paused = paused;
        this.guest = guest;
    }

    /** Whether a request is one of those that are carried out here. */
    static boolean concerns(final ControlHeader request) {
        return request instanceof AdminHeader;
    }

    /** A request that cannot be carried out. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        private final transient Failure why;

        RefusedException(final int error, final String text) {
            super(text, null, false, false);
            this.why = new Failure(error, text);
        }
    }

    void handle(final ClientLink link, final ControlHeader request, final int opaque, final long nowEpochMs) {
        try {
            carryOut(link, request, opaque, nowEpochMs);
        } catch (final RefusedException e) {
            link.answer(opaque, e.why);
        }
    }

    private void carryOut(final ClientLink link, final ControlHeader request, final int opaque, final long nowEpochMs)
            throws RefusedException {
        if (request instanceof Inspect inspect) {
            allow(link.access()
                    .refusalToAdminister("look at " + inspect.subject().name().toLowerCase(Locale.ROOT)));
            if (!guest.request(link, inspect, opaque)) {
                link.answer(opaque, inspection.answer(inspect, nowEpochMs));
            }
        } else if (request instanceof SetPaused change) {
            pause(link, change, opaque);
        } else if (request instanceof TakeOut takeOut) {
            takeOut(link, takeOut, opaque);
        } else if (request instanceof Rewind rewind) {
            rewind(link, rewind, opaque);
        } else if (request instanceof CloseConnection close) {
            close(link, close, opaque);
        } else if (request instanceof DeleteSubscription delete) {
            delete(link, delete, opaque);
        } else if (request instanceof CreateDestination create) {
            create(link, create, opaque);
        } else if (!guest.request(link, request, opaque)) {
            throw new RefusedException(
                    ErrorCodes.PROTOCOL, request.getClass().getSimpleName() + " is not a request to a broker");
        }
    }

    private static void allow(final @Nullable String refusal) throws RefusedException {
        if (refusal != null) {
            throw new RefusedException(ErrorCodes.AUTHORIZATION, refusal);
        }
    }

    // ---- Destinations

    private DestinationState managed(final ClientLink link, final DestinationKind kind, final String name)
            throws RefusedException {
        allow(link.access().refusal(Permission.MANAGE, kind, name));
        final var shared = kind == DestinationKind.QUEUE ? registry.catalog().sharedQueue(name) : null;
        final DestinationState state =
                shared == null ? registry.destination(kind, name) : registry.destination(shared.id());
        if (state == null || state.isEnding()) {
            throw new RefusedException(
                    ErrorCodes.DESTINATION, "there is no " + text(kind, name) + "; see 'anser destination list'");
        }
        return state;
    }

    private void pause(final ClientLink link, final SetPaused change, final int opaque) throws RefusedException {
        final DestinationState state = managed(link, change.kind(), change.name());
        paused.set(state, change.paused());
        link.access().did((change.paused() ? "pause " : "resume ") + text(change.kind(), change.name()));
        facts.whenStored(() -> outgoing.touch(link).answer(opaque, new Done()));
    }

    private void create(final ClientLink link, final CreateDestination create, final int opaque)
            throws RefusedException {
        allow(link.access().refusal(Permission.CREATE, create.kind(), create.name()));
        if (Temporaries.isTemporary(create.name())) {
            throw new RefusedException(
                    ErrorCodes.DESTINATION, "'" + create.name() + "' is a name of temporary destinations");
        }
        final Catalog.Decision decision = registry.catalog().decideDestination(create.kind(), create.name());
        if (decision instanceof Catalog.Refused refused) {
            throw new RefusedException(refused.error(), refused.text());
        } else if (!(decision instanceof Catalog.Create creation)) {
            throw new RefusedException(
                    ErrorCodes.ILLEGAL_STATE, "there is a " + text(create.kind(), create.name()) + " already");
        } else {
            registry.admit(creation);
            catalog.create(creation);
            link.access().did("create " + text(create.kind(), create.name()));
            settlement.confirm(
                    link,
                    opaque,
                    new DestinationOpened(
                            creation.destination().id(), creation.destination().topic()));
        }
    }

    // ---- Messages

    private void takeOut(final ClientLink link, final TakeOut request, final int opaque) throws RefusedException {
        final DestinationState state = managed(link, request.kind(), request.name());
        final Place target = Place.of(request.target());
        if (request.target() != null) {
            if (target == null) {
                throw new RefusedException(
                        ErrorCodes.DESTINATION,
                        "'" + request.target() + "' is no target: write queue://name or topic://name");
            }
            allow(link.access().refusal(Permission.SEND, target.kind(), target.name()));
            final Catalog.Decision decision = registry.catalog().decideDestination(target.kind(), target.name());
            if (decision instanceof Catalog.Refused refused) {
                throw new RefusedException(refused.error(), refused.text());
            } else if (decision instanceof Catalog.Create) {
                allow(link.access().refusal(Permission.CREATE, target.kind(), target.name()));
            }
        }
        final SubscriptionState from = source(state, request);
        if (request.lane() == 0 && request.offset() == 0) {
            link.access()
                    .did((target == null ? "purge " : "move to " + request.target() + " from ")
                            + text(request.kind(), request.name())
                            + (request.subscription() == null ? "" : " subscription '" + request.subscription() + "'")
                            + (request.messageId() == null ? "" : " message " + request.messageId()));
        }
        letters.takeOut(link, from, target, request, opaque);
    }

    private SubscriptionState source(final DestinationState state, final TakeOut request) throws RefusedException {
        if (request.subscription() == null) {
            final SubscriptionState queue =
                    request.kind() == DestinationKind.QUEUE ? registry.queueSubscription(state) : null;
            if (queue == null) {
                throw new RefusedException(
                        ErrorCodes.DESTINATION,
                        text(request.kind(), request.name())
                                + " is not a queue: say which of its subscriptions; see 'anser subscription list'");
            }
            return queue;
        }
        final SubscriptionState found = subscription(request.clientId(), request.subscription());
        if (found.destination != state) {
            throw new RefusedException(
                    ErrorCodes.DESTINATION,
                    "subscription '" + request.subscription() + "' is on topic '" + found.destination.name + "'");
        }
        return found;
    }

    // ---- Subscriptions

    private SubscriptionState subscription(final @Nullable String clientId, final String name) throws RefusedException {
        final Subscription known = registry.catalog().subscriptions().named(clientId, name);
        final SubscriptionState state = known == null ? null : registry.kept(known.id());
        if (state == null || !registry.isApplied(state)) {
            throw new RefusedException(
                    ErrorCodes.DESTINATION,
                    "there is no durable subscription '" + name + "'"
                            + (clientId == null ? " without a client ID" : " of client '" + clientId + "'")
                            + "; see 'anser subscription list'");
        }
        return state;
    }

    /** One that may be ended or replaced. */
    private SubscriptionState idle(final ClientLink link, final @Nullable String clientId, final String name)
            throws RefusedException {
        final SubscriptionState state = subscription(clientId, name);
        allow(link.access().refusal(Permission.MANAGE, state.destination.kindForAccess(), state.destination.name));
        if (state.hasConsumers() || state.inFlight() > 0) {
            throw new RefusedException(
                    ErrorCodes.ILLEGAL_STATE,
                    "subscription '" + name + "' is in use: close its consumers and settle their messages first");
        }
        return state;
    }

    private void delete(final ClientLink link, final DeleteSubscription delete, final int opaque)
            throws RefusedException {
        final SubscriptionState state = idle(link, delete.clientId(), delete.subscription());
        final Subscription known = definitionOf(state);
        registry.catalog().subscriptions().admitGone(known);
        catalog.change(() -> List.of(new SubscriptionGone(known.id())));
        link.access().did("delete subscription '" + delete.subscription() + "'");
        settlement.confirm(link, opaque, new Done());
    }

    /** The subscription is replaced by one that begins earlier: so a restart, and a replay, find it as it is. */
    private void rewind(final ClientLink link, final Rewind rewind, final int opaque) throws RefusedException {
        final SubscriptionState state = idle(link, rewind.clientId(), rewind.subscription());
        final Subscription known = definitionOf(state);
        final List<Long> floors = floorsAt(state, rewind.epochMs());
        final var table = registry.catalog().subscriptions();
        final Subscription earlier = known.inItsPlace(table.nextId(), floors, state.createdAt());
        table.admitGone(known);
        table.admit(earlier);
        registry.expect(earlier, state.destination);
        final List<CatalogRecord> records = List.of(new SubscriptionGone(known.id()), earlier.toRecord());
        catalog.change(() -> records);
        link.access().did("rewind subscription '" + rewind.subscription() + "' to " + rewind.epochMs() + " ms");
        settlement.confirm(link, opaque, new Done());
    }

    /** What was sent from then on, and what has not been settled. */
    private List<Long> floorsAt(final SubscriptionState state, final long epochMs) {
        final List<Long> floors = new ArrayList<>();
        for (int number = 0; number < state.destination.lanes(); number++) {
            final Lane lane = state.destination.lane(number);
            final LaneLedger under = state.ledger(number);
            final long unsettled = under == null ? 0 : under.ledger.nextUnfinished(0);
            floors.add(lane == null ? 0L : Math.min(times.firstFrom(lane, epochMs), unsettled));
        }
        return floors;
    }

    private static Subscription definitionOf(final SubscriptionState state) throws RefusedException {
        final Subscription known = state.definition();
        if (known == null) {
            throw new RefusedException(ErrorCodes.ILLEGAL_STATE, "the subscription has just begun, ask again");
        }
        return known;
    }

    // ---- Connections

    private void close(final ClientLink link, final CloseConnection close, final int opaque) throws RefusedException {
        allow(link.access().refusalToAdminister("close connections"));
        final ClientLink other = connections.find(close.connectionId());
        if (other == null || other.gone) {
            throw new RefusedException(
                    ErrorCodes.ILLEGAL_STATE,
                    "there is no connection " + close.connectionId() + "; see 'anser connection list'");
        }
        link.access().did("close connection " + close.connectionId() + " from " + other.remote());
        other.expel("an administrator has closed this connection");
        link.answer(opaque, new Done());
    }

    private static String text(final DestinationKind kind, final String name) {
        return kind.name().toLowerCase(Locale.ROOT) + " '" + name + "'";
    }

    /** Where messages go to, as operators write it. */
    record Place(DestinationKind kind, String name) {
        private static final String QUEUE = "queue://";
        private static final String TOPIC = "topic://";

        /** Null when the text is none. */
        static @Nullable Place of(final @Nullable String text) {
            if (text != null && text.startsWith(QUEUE)) {
                return new Place(DestinationKind.QUEUE, text.substring(QUEUE.length()));
            }
            return text != null && text.startsWith(TOPIC)
                    ? new Place(DestinationKind.TOPIC, text.substring(TOPIC.length()))
                    : null;
        }
    }
}
