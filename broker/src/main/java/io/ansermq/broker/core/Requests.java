package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.TxTable;
import io.ansermq.broker.security.Permission;
import io.ansermq.broker.selector.Dialect;
import io.ansermq.broker.selector.Selector;
import io.ansermq.broker.selector.SelectorException;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.Ack;
import io.ansermq.remoting.protocol.ConsumingHeader.AckDone;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.Expired;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Pull;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.ReleaseUnseen;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribed;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DeadLetterHeader.ListDeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.SettleDeadLetters;
import io.ansermq.remoting.protocol.DestinationHeader.CreateTemporary;
import io.ansermq.remoting.protocol.DestinationHeader.DeleteDestination;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.DestinationHeader.Unsubscribe;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.ResumeHeader.AcknowledgeAgain;
import io.ansermq.remoting.protocol.ResumeHeader.Mark;
import io.ansermq.remoting.protocol.ResumeHeader.RestoreTemporary;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what clients ask for, other than sends. Owned by the core agent.
 *
 * <p>A request that names a consumer which is not there any more is answered as if it were carried out: the consumer's
 * close and the request crossed on the wire.
 */
final class Requests {

    private final Registry registry;
    private final Settlement settlement;
    private final Dispatcher dispatcher;
    private final Outgoing outgoing;
    private final StatusReport status;
    private final DeadLetterDesk deadLetters;
    private final Connections connections;
    private final DestinationRequests destinations;
    private final Temporaries temporaries;
    private final Subscribing subscribing;
    private final Producers producers;
    private final Runs runs;
    private final ClientIds clientIds = new ClientIds();

    private int lastConsumerId;

    Requests(
            final DeadLetterDesk deadLetters,
            final Connections connections,
            final Paused paused,
            final Registry registry,
            final CatalogWriter catalog,
            final Settlement settlement,
            final Temporaries temporaries,
            final Dispatcher dispatcher,
            final Outgoing outgoing,
            final StatusReport status,
            final Producers producers,
            final Runs runs,
            final TxTable transactions,
            final boolean autoCreate) {
        this.registry = registry;
        this.settlement = settlement;
        this.temporaries = temporaries;
        this.dispatcher = dispatcher;
        this.outgoing = outgoing;
        this.status = status;
        this.deadLetters = deadLetters;
        this.producers = producers;
        this.runs = runs;
        this.connections = connections;
        this.destinations = new DestinationRequests(registry, catalog, settlement, temporaries, paused, autoCreate);
        this.subscribing = new Subscribing(registry, catalog, settlement, transactions);
    }

    void handle(final ClientLink link, final ControlHeader header, final int opaque) {
        outgoing.touch(link);
        switch (header.code()) {
            case Flow.CODE -> flow(link, (Flow) header);
            case Ack.CODE -> acknowledge(link, (Ack) header, opaque);
            case AcknowledgeAgain.CODE -> acknowledgeAgain(link, (AcknowledgeAgain) header, opaque);
            case Mark.CODE -> settlement.afterWritten(link, opaque, new Done());
            case RestoreTemporary.CODE -> destinations.restoreTemporary(link, (RestoreTemporary) header, opaque);
            case Fetch.CODE -> fetch(link, (Fetch) header, opaque);
            case Pull.CODE -> pull(link, (Pull) header, opaque);
            case Release.CODE -> release(link, (Release) header, opaque);
            case ReleaseUnseen.CODE -> releaseUnseen(link, (ReleaseUnseen) header, opaque);
            case OpenDestination.CODE -> destinations.open(link, (OpenDestination) header, opaque);
            case Connect.CODE -> connect(link, (Connect) header, opaque);
            case CreateTemporary.CODE -> destinations.createTemporary(link, (CreateTemporary) header, opaque);
            case DeleteDestination.CODE -> destinations.delete(link, (DeleteDestination) header, opaque);
            case Unsubscribe.CODE -> unsubscribe(link, (Unsubscribe) header, opaque);
            case Subscribe.CODE -> subscribe(link, (Subscribe) header, opaque);
            case CloseConsumer.CODE -> closeConsumer(link, (CloseConsumer) header, opaque);
            case ListDeadLetters.CODE -> {
                if (link.isAllowed(
                        opaque,
                        link.access()
                                .refusal(
                                        Permission.MANAGE,
                                        DestinationKind.QUEUE,
                                        ((ListDeadLetters) header).queue()))) {
                    deadLetters.list(link, (ListDeadLetters) header, opaque);
                }
            }
            case SettleDeadLetters.CODE -> {
                if (link.isAllowed(
                        opaque,
                        link.access()
                                .refusal(
                                        Permission.MANAGE,
                                        DestinationKind.QUEUE,
                                        ((SettleDeadLetters) header).queue()))) {
                    deadLetters.settle(link, (SettleDeadLetters) header, opaque);
                }
            }
            case Expired.CODE -> deadLetters.expired(link, (Expired) header);
            case ConnectionHeader.GetStatus.CODE -> {
                if (link.isAllowed(opaque, link.access().refusalToAdminister("see how the broker is"))) {
                    link.answer(opaque, status.report());
                }
            }
            case ConnectionHeader.Disconnect.CODE -> disconnect(link, opaque);
            default ->
                link.answer(
                        opaque,
                        new Failure(
                                ErrorCodes.PROTOCOL,
                                header.getClass().getSimpleName() + " is not a request to a broker"));
        }
    }

    private void flow(final ClientLink link, final Flow flow) {
        final Consumer consumer = link.consumers.get(flow.consumer());
        if (consumer != null) {
            credit(consumer, flow.creditMessages(), flow.creditBytes(), flow.handedTag());
        }
    }

    void credit(final Consumer consumer, final int messages, final long bytes, final long handedTag) {
        consumer.handed(handedTag);
        if (messages > 0 || bytes > 0) {
            consumer.grant(Math.max(0, messages), Math.max(0, bytes));
            dispatcher.wake(consumer.feed);
        }
    }

    private long acknowledge(final LaneLedger ledger, final Consumer consumer, final long first, final long last) {
        final boolean full = ledger.ledger.inFlight() >= Ledger.MAX_IN_FLIGHT;
        final long refused = settlement.acknowledge(ledger, consumer, first, last);
        if (full) {
            // Credit was not what it waited for, so none need come.
            dispatcher.wake(consumer.subscription);
        }
        return refused;
    }

    private void acknowledge(final ClientLink link, final Ack ack, final int opaque) {
        long refused = 0;
        final List<ConsumerAck> acks = ack.acks();
        for (int i = 0; i < acks.size(); i++) {
            final ConsumerAck each = acks.get(i);
            final Consumer consumer = link.consumers.get(each.consumer());
            if (consumer == null) {
                continue;
            }
            final List<OffsetRange> ranges = each.ranges();
            for (int j = 0; j < ranges.size(); j++) {
                final OffsetRange range = ranges.get(j);
                final LaneLedger ledger = consumer.feed.leases() ? consumer.subscription.ledger(range.lane()) : null;
                refused += ledger == null
                        ? range.last() - range.first() + 1
                        : acknowledge(ledger, consumer, range.first(), range.last());
            }
            credit(consumer, each.creditMessages(), each.creditBytes(), each.handedTag());
        }
        if (ack.confirm()) {
            settlement.confirm(link, opaque, new AckDone((int) Math.min(Integer.MAX_VALUE, refused)));
        }
    }

    private void acknowledgeAgain(final ClientLink link, final AcknowledgeAgain again, final int opaque) {
        final Consumer consumer = link.consumers.get(again.consumer());
        long refused = 0;
        int looked = 0;
        if (consumer != null && consumer.feed.leases()) {
            for (final OffsetRange range : again.ranges()) {
                final LaneLedger under = consumer.subscription.ledger(range.lane());
                final long last = under == null ? 0 : Math.min(range.last(), under.lane.end() - 1);
                final long first = under == null ? 1 : Math.max(range.first(), under.ledger.floor());
                // No client has more of them unanswered than it may have leased.
                for (long offset = first; offset <= last && looked < Ledger.MAX_IN_FLIGHT; offset++) {
                    looked++;
                    if (!settlement.acknowledgeAgain(
                            Objects.requireNonNull(under), consumer, offset, again.run(), runs)) {
                        refused++;
                    }
                }
            }
        }
        settlement.confirm(link, opaque, new AckDone((int) Math.min(Integer.MAX_VALUE, refused)));
    }

    private void fetch(final ClientLink link, final Fetch fetch, final int opaque) {
        final Consumer consumer = link.consumers.get(fetch.consumer());
        if (consumer == null || isDelivered(consumer, () -> fetch(outgoing.touch(link), fetch, opaque))) {
            link.answer(opaque, new Done());
        }
    }

    /** The credit of a pull does not outlive its answer. */
    private void pull(final ClientLink link, final Pull pull, final int opaque) {
        final Consumer consumer = link.consumers.get(pull.consumer());
        if (consumer != null) {
            consumer.limit(1, Math.max(1, pull.creditBytes()));
            awaitPull(link, pull, opaque);
        } else {
            link.answer(opaque, new Done());
        }
    }

    private void awaitPull(final ClientLink link, final Pull pull, final int opaque) {
        final Consumer consumer = link.consumers.get(pull.consumer());
        if (consumer != null) {
            if (!isDelivered(consumer, () -> awaitPull(outgoing.touch(link), pull, opaque))) {
                return;
            }
            consumer.limit(0, 0);
        }
        link.answer(opaque, new Done());
    }

    /** Delivers what a consumer may have; false when that must wait and {@code again} will be run. */
    private boolean isDelivered(final Consumer consumer, final Runnable again) {
        dispatcher.dispatch(consumer);
        final SubscriptionState subscription = consumer.subscription;
        final Feed feed = consumer.feed;
        if (consumer.hasCredit() && feed.waitsForHighWater()) {
            settlement.reserveHighWater(subscription);
            subscription.whenReserved.add(again);
            return false;
        }
        if (consumer.hasCredit() && feed.mayTake(consumer) && !feed.isExhausted()) {
            feed.whenExhausted(again);
            dispatcher.wake(feed);
            return false;
        }
        return true;
    }

    private void release(final ClientLink link, final Release release, final int opaque) {
        final Consumer consumer = link.consumers.get(release.consumer());
        if (consumer != null) {
            consumer.handed(release.handedTag());
            settlement.release(consumer, release.handedTag(), release.handedTag());
            consumer.released();
            dispatcher.wake(consumer.feed);
            dispatcher.wake(consumer.subscription);
        }
        link.answer(opaque, new Done());
    }

    private void releaseUnseen(final ClientLink link, final ReleaseUnseen release, final int opaque) {
        final Consumer consumer = link.consumers.get(release.consumer());
        if (consumer != null) {
            final boolean hasNothing = consumer.subscription.releaseUnseen(consumer, release.fromTag());
            consumer.rest();
            if (hasNothing) {
                consumer.feed.rests(consumer);
            }
            dispatcher.wake(consumer.feed);
            dispatcher.wake(consumer.subscription);
        }
        link.answer(opaque, new Done());
    }

    /** A connection takes the place of another one. */
    void inherit(final ClientLink from, final ClientLink to) {
        temporaries.inherit(from, to);
    }

    private void subscribe(final ClientLink link, final Subscribe subscribe, final int opaque) {
        final DestinationState destination = registry.destination(subscribe.destination());
        if (destination == null || destination.isEnding()) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.DESTINATION,
                            "no destination has number " + subscribe.destination() + "; open it again"));
            return;
        }
        if (link.consumers.containsKey(subscribe.consumer())) {
            link.answer(
                    opaque, new Failure(ErrorCodes.PROTOCOL, "consumer number " + subscribe.consumer() + " is in use"));
            return;
        }
        final Permission wanted = subscribe.type() == SubscriptionType.BROWSER ? Permission.BROWSE : Permission.CONSUME;
        if (!destination.isTemporary()
                && !link.isAllowed(
                        opaque, link.access().refusal(wanted, destination.kindForAccess(), destination.name))) {
            return;
        }
        final Selector selector;
        try {
            selector = selector(subscribe.selector());
        } catch (SelectorException e) {
            link.answer(
                    opaque,
                    new Failure(
                            ErrorCodes.INVALID_SELECTOR,
                            "the selector " + subscribe.selector() + " is not valid " + e.getMessage()));
            return;
        }
        final Subscribing.Outcome outcome = subscribing.subscribe(link, destination, subscribe);
        if (outcome instanceof Subscribing.Refused refused) {
            link.answer(opaque, refused.why());
        } else if (outcome instanceof Subscribing.Join join) {
            join(link, subscribe, join, selector, opaque);
        }
    }

    private void join(
            final ClientLink link,
            final Subscribe subscribe,
            final Subscribing.Join join,
            final @Nullable Selector selector,
            final int opaque) {
        final SubscriptionState subscription = join.subscription();
        final Consumer consumer = new Consumer(++lastConsumerId, subscribe.consumer(), link, subscription);
        consumer.grant(subscribe.creditMessages(), subscribe.creditBytes());
        if (subscribe.type() != SubscriptionType.BROWSER) {
            subscription.add(consumer);
        }
        feed(link, subscribe, subscription, selector).add(consumer);
        link.consumers.put(consumer.number, consumer);
        if (join.recorded()) {
            link.answer(opaque, new Subscribed(consumer.number));
        } else {
            settlement.confirm(link, opaque, new Subscribed(consumer.number));
        }
        dispatcher.wake(consumer.feed);
        dispatcher.wake(subscription);
    }

    /** An empty selector is none (section 3.8.1.1), and so is one of spaces. */
    private static @Nullable Selector selector(final @Nullable String text) throws SelectorException {
        return text == null || text.isBlank() ? null : Selector.parse(text, Dialect.JMS);
    }

    private Feed feed(
            final ClientLink link,
            final Subscribe subscribe,
            final SubscriptionState subscription,
            final @Nullable Selector selector) {
        if (subscribe.type() == SubscriptionType.BROWSER) {
            return new Browse(subscription, selector);
        } else if (selector == null && !subscribe.noLocal()) {
            return subscription.feedOfAll();
        }
        final boolean settles = subscribe.type() != SubscriptionType.QUEUE;
        return subscription.viewsBy(dispatcher).viewOf(selector, subscribe.noLocal() ? link.origin() : null, settles);
    }

    private void unsubscribe(final ClientLink link, final Unsubscribe request, final int opaque) {
        final Failure refusal = subscribing.unsubscribe(link, request.name());
        if (refusal == null) {
            settlement.confirm(link, opaque, new Done());
        } else {
            link.answer(opaque, refusal);
        }
    }

    /** A client with a client ID is welcome if nobody has it; others never ask here. */
    private void connect(final ClientLink link, final Connect connect, final int opaque) {
        final String clientId = connect.clientId();
        final ClientLink holder = clientId == null ? null : clientIds.claim(link, clientId);
        if (holder == null) {
            link.welcome(opaque);
            return;
        }
        link.answer(
                opaque,
                new Failure(
                        ErrorCodes.CLIENT_ID_IN_USE,
                        "client ID '" + clientId + "' is in use by the connection from " + holder.remote()
                                + ": close that one, or choose another client ID"));
        // It may ask again on another connection; what it sends on this one is of no interest.
        link.gone = true;
    }

    private void closeConsumer(final ClientLink link, final CloseConsumer close, final int opaque) {
        final Consumer consumer = link.consumers.remove(close.consumer());
        if (consumer != null) {
            consumer.handed(close.handedTag());
            remove(consumer, close.handedTag(), close.handedTag());
        }
        // An orderly close proves the acknowledgements before it.
        settlement.confirm(link, opaque, new Done());
    }

    private void remove(final Consumer consumer, final long handedTag, final long seenTag) {
        final SubscriptionState subscription = consumer.subscription;
        final Feed feed = consumer.feed;
        feed.remove(consumer);
        if (!feed.leases()) {
            dispatcher.forget(feed);
            return;
        }
        subscription.remove(consumer);
        // That of a temporary queue is in no record, and lives as long as the queue all the same.
        final boolean stays = subscription.hasConsumers()
                || subscription.kept
                || subscription.destination.kind == DestinationKind.QUEUE;
        if (stays) {
            settlement.release(consumer, handedTag, seenTag);
        }
        if (!subscription.hasConsumers()) {
            subscription.trim();
        }
        if (feed instanceof View view && !view.hasConsumers()) {
            view.owner.left(view);
        }
        if (stays) {
            dispatcher.wake(subscription);
        } else {
            dispatcher.forget(subscription);
            subscription.unused();
            registry.unsubscribe(subscription);
        }
    }

    /** An orderly goodbye: the client has told what its application was given. */
    private void disconnect(final ClientLink link, final int opaque) {
        final List<Consumer> all = takeConsumers(link);
        for (final Consumer consumer : all) {
            remove(consumer, consumer.handedTag(), consumer.handedTag());
        }
        left(link);
        producers.forget(link);
        settlement.confirm(link, opaque, new Done());
    }

    /**
     * The connection is gone without a goodbye: nobody knows what its application was given, so everything that was sent
     * to it counts as delivered and comes again marked as redelivered (Jakarta Messaging 3.1, section 3.4.7: the mark says
     * that an earlier delivery is likely, its absence that there was none). Towards a limit of deliveries counts only what
     * the client has reported.
     */
    void closed(final ClientLink link) {
        link.gone = true;
        final List<Consumer> all = takeConsumers(link);
        for (final Consumer consumer : all) {
            remove(consumer, consumer.handedTag(), Long.MAX_VALUE);
        }
        left(link);
    }

    /** All clients are gone, for the broker ends. */
    void allGone() {
        settlement.lowerHighWaters(registry.keptLedgers());
    }

    /** What belongs to a connection ends with it. */
    private void left(final ClientLink link) {
        connections.closed(link);
        clientIds.release(link);
        temporaries.closed(link);
    }

    private static List<Consumer> takeConsumers(final ClientLink link) {
        final List<Consumer> all = new ArrayList<>(link.consumers.values());
        link.consumers.clear();
        return all;
    }
}
