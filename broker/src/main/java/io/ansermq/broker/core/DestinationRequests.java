package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.CatalogRecord;
import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader.CreateTemporary;
import io.ansermq.remoting.protocol.DestinationHeader.DeleteDestination;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.ResumeHeader.RestoreTemporary;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Opens, makes and ends destinations, temporary ones included, as clients ask for. Owned by the core agent.
 */
final class DestinationRequests {

    private final Registry registry;
    private final CatalogWriter catalog;
    private final Settlement settlement;
    private final Temporaries temporaries;
    private final Paused paused;
    private final boolean autoCreate;
    /** Topics of RocketMQ clients that become queues as well. */
    private final Set<Integer> joining = new HashSet<>();

    /** @param autoCreate whether a destination is made when a client first names it */
    DestinationRequests(
            final Registry registry,
            final CatalogWriter catalog,
            final Settlement settlement,
            final Temporaries temporaries,
            final Paused paused,
            final boolean autoCreate) {
        this.registry = registry;
        this.catalog = catalog;
        this.settlement = settlement;
        this.temporaries = temporaries;
        this.paused = paused;
        this.autoCreate = autoCreate;
    }

    void open(final ClientLink link, final OpenDestination open, final int opaque) {
        if (Temporaries.isTemporary(open.name())) {
            openTemporary(link, open, opaque);
            return;
        }
        final Destination shared =
                open.kind() == DestinationKind.QUEUE ? registry.catalog().sharedQueue(open.name()) : null;
        if (shared != null) {
            openShared(link, shared, opaque);
            return;
        }
        final Catalog.Decision decision = registry.catalog().decideDestination(open.kind(), open.name());
        if (decision instanceof Catalog.Refused refused) {
            link.answer(opaque, new Failure(refused.error(), refused.text()));
        } else if (decision instanceof Catalog.Known known) {
            link.answer(opaque, opened(known.destination()));
        } else if (decision instanceof Catalog.Pending pending) {
            settlement.confirm(link, opaque, opened(pending.destination()));
        } else if (decision instanceof Catalog.Create create) {
            if (autoCreate && open.create()) {
                if (!link.isAllowed(opaque, link.access().refusal(Permission.CREATE, open.kind(), open.name()))) {
                    return;
                }
                registry.admit(create);
                catalog.create(create);
                settlement.confirm(link, opaque, opened(create.destination()));
            } else {
                link.answer(
                        opaque,
                        new Failure(
                                ErrorCodes.DESTINATION,
                                "there is no " + open.kind().name().toLowerCase(Locale.ROOT) + " '" + open.name()
                                        + "'; create it first, or start the broker with auto-create=true"));
            }
        }
    }

    private void openTemporary(final ClientLink link, final OpenDestination open, final int opaque) {
        final DestinationState state = temporaries.find(open.kind(), open.name());
        link.answer(
                opaque,
                state == null
                        ? new Failure(
                                ErrorCodes.DESTINATION,
                                "temporary " + what(open.kind()) + " '" + open.name()
                                        + "' is gone: it was deleted, or its connection is closed")
                        : new DestinationOpened(state.id, state.topic));
    }

    void createTemporary(final ClientLink link, final CreateTemporary request, final int opaque) {
        final DestinationState state = temporaries.create(link, request.kind());
        link.answer(opaque, new DestinationOpened(state.id, state.topic));
    }

    void restoreTemporary(final ClientLink link, final RestoreTemporary request, final int opaque) {
        final DestinationState state = temporaries.restore(link, request.kind(), request.name());
        link.answer(
                opaque,
                state == null
                        ? new Failure(
                                ErrorCodes.DESTINATION,
                                "temporary " + what(request.kind()) + " '" + request.name()
                                        + "' cannot be restored: it is another connection's")
                        : new DestinationOpened(state.id, state.topic));
    }

    void delete(final ClientLink link, final DeleteDestination request, final int opaque) {
        final DestinationState state = Temporaries.isTemporary(request.name())
                ? temporaries.find(request.kind(), request.name())
                : registry.destination(request.kind(), request.name());
        if (state == null) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.DESTINATION,
                            "there is no " + what(request.kind()) + " '" + request.name() + "'"));
        } else if (!state.isTemporary()
                && !link.isAllowed(opaque, link.access().refusal(Permission.MANAGE, request.kind(), request.name()))) {
            return;
        } else if (state.isTemporary() && state.owner() != link) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.ILLEGAL_STATE,
                            "only the connection that made a temporary " + what(request.kind()) + " can delete it"));
        } else if (registry.isConsumed(state)) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.ILLEGAL_STATE,
                            what(request.kind()) + " '" + request.name() + "' has consumers: close them first"));
        } else if (state.isTemporary()) {
            temporaries.delete(state);
            link.answer(opaque, new Done());
        } else {
            registry.admitGone(state);
            paused.forget(state);
            link.access().did("delete " + what(request.kind()) + " '" + request.name() + "'");
            catalog.change(() -> List.of(new CatalogRecord.DestinationGone(state.id, state.topic)));
            settlement.confirm(link, opaque, new Done());
        }
    }

    private static String what(final DestinationKind kind) {
        return kind == DestinationKind.QUEUE ? "queue" : "topic";
    }

    /** A topic that RocketMQ clients made serves as the queue of its name; it gets what a queue has with the first use. */
    private void openShared(final ClientLink link, final Destination topic, final int opaque) {
        if (registry.catalog().queueSubscription(topic.id()) != null) {
            link.answer(opaque, opened(topic));
            return;
        }
        if (!joining.contains(topic.id())
                && !link.isAllowed(opaque, link.access().refusal(Permission.CREATE, null, topic.name()))) {
            return;
        }
        if (joining.add(topic.id())) {
            final var group = registry.catalog().missingSubscription(topic);
            registry.catalog().subscriptions().admit(group);
            catalog.change(() -> List.of(group.toRecord()));
        }
        settlement.confirm(link, opaque, opened(topic));
    }

    private static DestinationOpened opened(final Destination destination) {
        return new DestinationOpened(destination.id(), destination.topic());
    }
}
