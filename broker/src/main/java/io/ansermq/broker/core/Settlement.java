package io.ansermq.broker.core;

import io.ansermq.broker.ledger.CountedRangeSet;
import io.ansermq.broker.ledger.Ledger;
import io.ansermq.broker.ledger.RangeSet;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlRecord;
import io.ansermq.store.FlushLevel;
import io.ansermq.store.commitlog.FrameWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What consumers settle: collects the acknowledgements, delivery counts and reservations of a turn and writes them as
 * few control records. Owned by the core agent.
 *
 * <p>An accepted acknowledgement takes the lease away at once, so that nobody else can get the message, and becomes DONE
 * when its record is committed. Volatile subscriptions write nothing and are done at once.
 */
final class Settlement {

    /** Pending answers to requests that depend on what is written in this turn. */
    private record Answer(ClientLink link, int opaque, ControlHeader header) {}

    /** A damaged message to be settled; there are hardly ever any, so ledgers have no set for them. */
    private record Damaged(LaneLedger under, long offset) {}

    /** Why offsets are done, as ACK records say it. */
    private static final int REASON_ACKNOWLEDGED = 0;

    private static final int REASON_DROPPED = 1;
    /** The bytes in the log are damaged; see {@link SetAside}. */
    private static final int REASON_DAMAGED = 5;

    private final FrameWriter writer;
    private final Effects effects;
    private final SequencedPosition last;
    private final CatalogWriter catalog;
    private final Redelivery redelivery;
    private final Waits waits;
    /** What an acknowledgement waits for that its session waits for. */
    private final FlushLevel confirmLevel;

    private final List<LaneLedger> touched = new ArrayList<>();
    private final ArrayDeque<Answer> answers = new ArrayDeque<>();
    private final ArrayDeque<Damaged> damaged = new ArrayDeque<>();
    private final RangeSet seen = new RangeSet();
    private boolean confirm;

    Settlement(
            final FrameWriter writer,
            final Effects effects,
            final SequencedPosition last,
            final CatalogWriter catalog,
            final Redelivery redelivery,
            final Waits waits,
            final FlushLevel confirmLevel) {
        this.writer = writer;
        this.effects = effects;
        this.last = last;
        this.catalog = catalog;
        this.redelivery = redelivery;
        this.waits = waits;
        this.confirmLevel = confirmLevel;
    }

    /** Accepts what is this consumer's to acknowledge; returns how many offsets were not. */
    long acknowledge(final LaneLedger under, final Consumer consumer, final long first, final long lastOffset) {
        final long refused = under.ledger.acknowledge(consumer.id, first, lastOffset, under.acknowledged);
        settle(under);
        return refused;
    }

    /**
     * Accepts an acknowledgement that a consumer has repeated on a new connection, unless somebody else has the message, or
     * another message is there now.
     *
     * @param run the broker's life in which the message was delivered
     */
    boolean acknowledgeAgain(
            final LaneLedger under, final Consumer consumer, final long offset, final long run, final Runs runs) {
        if (under.ledger.isDone(offset)) {
            return true;
        }
        if (offset < under.lane.start() || !runs.wasThere(under.lane.position(offset), run)) {
            return false;
        }
        final boolean accepted = under.ledger.acknowledgeAgain(consumer.id, offset, under.acknowledged);
        settle(under);
        return accepted;
    }

    /** Settles a message that was leased for delivery and must not be delivered. */
    void drop(final LaneLedger under, final Consumer consumer, final long offset) {
        under.ledger.acknowledge(consumer.id, offset, offset, under.dropped);
        settle(under);
    }

    /** Settles a damaged message, whoever has it. */
    void damaged(final LaneLedger under, final long offset) {
        if (under.subscription.kept) {
            damaged.add(new Damaged(under, offset));
        } else {
            under.ledger.done(offset, offset);
        }
    }

    /** Settles a message that is held because an operator does not want it. */
    void purged(final LaneLedger under, final long offset) {
        under.dropped.range(offset, offset);
        settle(under);
    }

    /** Settles a message that is held because its time is over. */
    void expired(final LaneLedger under, final long offset) {
        under.expired.range(offset, offset);
        settle(under);
    }

    private void settle(final LaneLedger under) {
        if (under.subscription.kept) {
            touch(under);
        } else {
            under.acknowledged.forEach(under.ledger::done);
            under.acknowledged.clear();
            under.dropped.forEach(under.ledger::done);
            under.dropped.clear();
            under.expired.forEach(under.ledger::done);
            under.expired.clear();
        }
    }

    /**
     * Makes everything that the consumer holds available again, now or after a while.
     *
     * @param handedTag the last delivery that the client has reported as handed to its application
     * @param seenTag the last delivery that counts: that one, or all of them when the client is lost (decision 5)
     */
    void release(final Consumer consumer, final long handedTag, final long seenTag) {
        for (int lane = 0; lane < consumer.subscription.lanes(); lane++) {
            final LaneLedger under = consumer.subscription.ledger(lane);
            if (under != null) {
                seen.clear();
                under.ledger.release(consumer.id, handedTag, seenTag, seen);
                if (!seen.isEmpty()) {
                    cameBack(under, seen);
                }
            }
        }
    }

    /** A transaction has given these back: each was delivered once, which is to be recorded. */
    void givenBack(final LaneLedger under, final RangeSet back) {
        if (!back.isEmpty()) {
            back.forEach(under.ledger::countDelivery);
            cameBack(under, back);
        }
    }

    /** Messages came back that an application has seen: their counts went up. Records that, and lets the policy decide. */
    void cameBack(final LaneLedger under, final RangeSet offsets) {
        if (under.subscription.kept) {
            offsets.forEach(under.counted);
            touch(under);
        }
        redelivery.cameBack(under, offsets);
    }

    /** Has the ledgers of a subscription reserve room for deliveries ahead of need. */
    void reserveHighWater(final SubscriptionState subscription) {
        if (!subscription.kept) {
            return;
        }
        for (int lane = 0; lane < subscription.lanes(); lane++) {
            final LaneLedger under = subscription.ledger(lane);
            if (under != null) {
                final long wanted = under.ledger.wantedHighWater();
                if (wanted != Ledger.NONE) {
                    under.wantedHighWater = wanted;
                    touch(under);
                }
            }
        }
    }

    /** The broker ends in order, and all clients are gone: has ledgers record that nothing was delivered but what is counted. */
    void lowerHighWaters(final Iterable<LaneLedger> kept) {
        for (final LaneLedger under : kept) {
            under.wantedHighWater = under.ledger.finalHighWater();
            if (under.wantedHighWater != Ledger.NONE) {
                touch(under);
            }
        }
    }

    /** Answers once everything accepted so far is stored at the level that confirmations wait for. */
    void confirm(final ClientLink link, final int opaque, final ControlHeader header) {
        answers.add(new Answer(link, opaque, header));
        confirm = true;
    }

    /** Answers once everything accepted so far is written, whatever level it is stored at. */
    void afterWritten(final ClientLink link, final int opaque, final ControlHeader header) {
        answers.add(new Answer(link, opaque, header));
    }

    /** The log position of the newest record, committed or not. */
    long sequencedUpTo() {
        return last.get();
    }

    /** Whether something waits to be written. */
    boolean hasWork() {
        return !touched.isEmpty()
                || !answers.isEmpty()
                || !damaged.isEmpty()
                || waits.sizeOfNext() > 0
                || catalog.hasWork();
    }

    private void touch(final LaneLedger under) {
        if (!under.touched) {
            under.touched = true;
            touched.add(under);
        }
    }

    /** Writes the records of this turn into the open frame; what finds no room stays for the next turn. */
    void write() {
        final FlushLevel level = confirm ? confirmLevel : FlushLevel.WRITTEN;
        if (!catalog.write()) {
            return;
        }
        for (Damaged each = damaged.peekFirst(); each != null; each = damaged.peekFirst()) {
            final RangeSet offsets = new RangeSet();
            offsets.range(each.offset(), each.offset());
            if (!writeAck(each.under().ledger.id(), REASON_DAMAGED, offsets, level)) {
                return;
            }
            damaged.removeFirst();
        }
        for (int size = waits.sizeOfNext(); size > 0; size = waits.sizeOfNext()) {
            if (!writer.reserve(size)) {
                return;
            }
            waits.encodeNext(writer.slot());
            commit(size, level);
        }
        while (!touched.isEmpty()) {
            final int end = touched.size() - 1;
            final LaneLedger under = touched.get(end);
            if (!writeLedger(under, level)) {
                return;
            }
            under.touched = false;
            touched.remove(end);
        }
        confirm = false;
        for (Answer answer = answers.pollFirst(); answer != null; answer = answers.pollFirst()) {
            final Effects.Effect effect = effects.add(Effects.Kind.ANSWER, last.get());
            effect.link = answer.link();
            effect.opaque = answer.opaque();
            effect.answer = answer.header();
        }
    }

    /** Writes what a ledger has to record; what was written is forgotten, so that a full buffer stops in between. */
    private boolean writeLedger(final LaneLedger under, final FlushLevel level) {
        final long id = under.ledger.id();
        if (!writeAck(id, REASON_ACKNOWLEDGED, under.acknowledged, level)
                || !writeAck(id, REASON_DROPPED, under.dropped, level)
                || !writeAck(id, DeadLetters.Reason.EXPIRED.number, under.expired, level)) {
            return false;
        }
        if (!under.counted.isEmpty()) {
            final CountedRangeSet counts = new CountedRangeSet(under.ledger);
            under.counted.forEach(counts);
            final int size = ControlRecord.sizeOfNack(id, counts);
            if (!writer.reserve(size)) {
                return false;
            }
            ControlRecord.encodeNack(writer.slot(), id, counts);
            commit(size, level);
            under.counted.clear();
        }
        if (under.wantedHighWater != Ledger.NONE) {
            final int size = ControlRecord.sizeOfHighWater(id, under.wantedHighWater);
            if (!writer.reserve(size)) {
                return false;
            }
            ControlRecord.encodeHighWater(writer.slot(), id, under.wantedHighWater);
            commit(size, level);
            under.wantedHighWater = Ledger.NONE;
        }
        return true;
    }

    private boolean writeAck(final long ledger, final int reason, final RangeSet ranges, final FlushLevel level) {
        if (ranges.isEmpty()) {
            return true;
        }
        final int size = ControlRecord.sizeOfAck(ledger, ranges);
        if (!writer.reserve(size)) {
            return false;
        }
        ControlRecord.encodeAck(writer.slot(), ledger, reason, ranges);
        commit(size, level);
        ranges.clear();
        return true;
    }

    private void commit(final int size, final FlushLevel level) {
        final long position = writer.position();
        writer.commit(level);
        effects.add(Effects.Kind.CONTROL, position).size = size;
        last.set(position);
    }
}
