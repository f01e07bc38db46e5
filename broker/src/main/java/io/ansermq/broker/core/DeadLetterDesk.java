package io.ansermq.broker.core;

import io.ansermq.broker.ledger.Catalog;
import io.ansermq.remoting.protocol.AdminHeader.TakeOut;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.Expired;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DeadLetterHeader;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetter;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLetterAction;
import io.ansermq.remoting.protocol.DeadLetterHeader.DeadLettersSettled;
import io.ansermq.remoting.protocol.DeadLetterHeader.ListDeadLetters;
import io.ansermq.remoting.protocol.DeadLetterHeader.SettleDeadLetters;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.store.commitlog.CommitLog;
import io.ansermq.store.commitlog.SegmentRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what operators ask for of dead letter and expiry queues: to look, to send back, to throw away. Owned by the
 * core agent. Each request looks at a bounded number of messages and says where the next one has to go on.
 */
final class DeadLetterDesk {

    /** Messages of one answer; as many as {@link DeadLetters} moves in a turn. */
    private static final int PAGE = 64;
    /** Messages looked at for one request. */
    private static final int LOOKS = 1024;

    private final Registry registry;
    private final CommitLog log;
    private final Settlement settlement;
    private final DeadLetters deadLetters;
    private final Expirations expirations;
    private final Outgoing outgoing;

    DeadLetterDesk(
            final Registry registry,
            final CommitLog log,
            final Settlement settlement,
            final DeadLetters deadLetters,
            final Expirations expirations,
            final Outgoing outgoing) {
        this.registry = registry;
        this.log = log;
        this.settlement = settlement;
        this.deadLetters = deadLetters;
        this.expirations = expirations;
        this.outgoing = outgoing;
    }

    /** What is done with one message; true when it counts. */
    private interface Action {
        boolean take(LaneLedger under, long offset, Map<String, String> properties);
    }

    /** Where a walk over a queue stands; {@code lane} is -1 at its end. */
    private record Place(int lane, long offset) {}

    void list(final ClientLink link, final ListDeadLetters list, final int opaque) {
        final SubscriptionState queue = queue(list.queue());
        if (queue == null) {
            link.answer(opaque, missing(list.queue()));
            return;
        }
        final List<DeadLetter> letters = new ArrayList<>();
        final Place next = walk(queue, list.lane(), list.offset(), (under, offset, properties) -> {
            letters.add(new DeadLetter(
                    messageId(properties),
                    properties.getOrDefault(DeadLetterProperties.DESTINATION, ""),
                    properties.getOrDefault(DeadLetterProperties.REASON, ""),
                    number(properties.get(DeadLetterProperties.TIME)),
                    (int) Math.min(Integer.MAX_VALUE, number(properties.get(DeadLetterProperties.DELIVERIES))),
                    under.lane.index.size(offset)));
            return true;
        });
        link.answer(opaque, new DeadLetterHeader.DeadLetters(letters, next.lane(), next.offset()));
    }

    void settle(final ClientLink link, final SettleDeadLetters settle, final int opaque) {
        final SubscriptionState queue = queue(settle.queue());
        if (queue == null) {
            link.answer(opaque, missing(settle.queue()));
            return;
        }
        final int[] count = {0};
        final Place next = walk(queue, settle.lane(), settle.offset(), (under, offset, properties) -> {
            final boolean taken = isMeant(settle, properties)
                    && under.ledger.isFree(offset)
                    && (settle.action() == DeadLetterAction.PURGE
                            ? purge(under, offset)
                            : retry(under, offset, properties.get(DeadLetterProperties.DESTINATION)));
            count[0] += taken ? 1 : 0;
            return taken;
        });
        deadLetters.whenWritten(() -> settlement.confirm(
                outgoing.touch(link), opaque, new DeadLettersSettled(count[0], next.lane(), next.offset())));
    }

    /**
     * Moves or throws away what lies in a subscription, as {@link #settle} does with dead letters.
     *
     * @param target null to throw it away
     */
    void takeOut(
            final ClientLink link,
            final SubscriptionState from,
            final AdminDesk.@Nullable Place target,
            final TakeOut request,
            final int opaque) {
        final int[] count = {0};
        final Place next = walk(from, request.lane(), request.offset(), (under, offset, properties) -> {
            final boolean taken =
                    (request.messageId() == null || request.messageId().equals(messageId(properties)))
                            && under.ledger.isFree(offset);
            if (taken && target != null) {
                deadLetters.move(under, offset, target.kind(), target.name());
            } else if (taken) {
                purge(under, offset);
            }
            count[0] += taken ? 1 : 0;
            return taken;
        });
        deadLetters.whenWritten(() -> settlement.confirm(
                outgoing.touch(link), opaque, new DeadLettersSettled(count[0], next.lane(), next.offset())));
    }

    /** A client did not hand a message over because its time was over. */
    void expired(final ClientLink link, final Expired expired) {
        final Consumer consumer = link.consumers.get(expired.consumer());
        final LaneLedger under = consumer == null ? null : consumer.subscription.ledger(expired.lane());
        if (under != null && under.ledger.isLeasedBy(consumer.id, expired.offset(), expired.offset())) {
            expirations.expire(under, expired.offset());
        }
    }

    private boolean purge(final LaneLedger under, final long offset) {
        under.ledger.hold(offset, offset);
        settlement.purged(under, offset);
        return true;
    }

    private boolean retry(final LaneLedger under, final long offset, final @Nullable String origin) {
        final AdminDesk.Place back = AdminDesk.Place.of(origin);
        if (back == null) {
            return false;
        }
        deadLetters.retry(under, offset, back.kind(), back.name());
        return true;
    }

    private static boolean isMeant(final SettleDeadLetters settle, final Map<String, String> properties) {
        return (settle.origin() == null || settle.origin().equals(properties.get(DeadLetterProperties.DESTINATION)))
                && (settle.messageId() == null || settle.messageId().equals(messageId(properties)));
    }

    private static String messageId(final Map<String, String> properties) {
        final String id = properties.get(MessageProperties.UNIQ_KEY);
        return id == null ? "" : "ID:" + id;
    }

    private static long number(final @Nullable String text) {
        try {
            return text == null ? 0 : Math.max(0, Long.parseLong(text));
        } catch (final NumberFormatException e) {
            return 0;
        }
    }

    private @Nullable SubscriptionState queue(final String name) {
        if (!(registry.catalog().decideDestination(DestinationKind.QUEUE, name) instanceof Catalog.Known known)) {
            return null;
        }
        final DestinationState state = registry.destination(known.destination().id());
        return state == null || state.subscriptions().isEmpty()
                ? null
                : state.subscriptions().get(0);
    }

    private static Failure missing(final String queue) {
        return new Failure(
                ErrorCodes.DESTINATION,
                "there is no queue '" + queue + "': no message was moved there, or the name is another one");
    }

    private Place walk(final SubscriptionState queue, final int fromLane, final long fromOffset, final Action action) {
        int looks = LOOKS;
        int taken = 0;
        for (int number = fromLane; number < queue.lanes(); number++) {
            final LaneLedger under = queue.ledger(number);
            if (under == null) {
                continue;
            }
            under.ledger.extend(under.lane.index.end());
            final long end = under.lane.index.end();
            long offset = number == fromLane ? fromOffset : 0;
            for (offset = under.ledger.nextUndone(offset); offset < end; offset = under.ledger.nextUndone(offset + 1)) {
                if (looks-- == 0 || taken == PAGE) {
                    return new Place(number, offset);
                }
                final Map<String, String> properties = properties(under.lane.index.position(offset));
                taken += properties != null && action.take(under, offset, properties) ? 1 : 0;
            }
        }
        return new Place(-1, 0);
    }

    private @Nullable Map<String, String> properties(final long position) {
        final SegmentRef segment = log.retain(position);
        if (segment == null) {
            return null;
        }
        try {
            final ByteBuffer in = segment.buffer();
            final int at = (int) (position - segment.start());
            final byte[] block = new byte[MessageLayout.propertiesLength(in, at)];
            in.get(MessageLayout.propertiesOffset(in, at), block);
            return MessageProperties.toMap(block, 0, block.length);
        } finally {
            segment.release();
        }
    }
}
