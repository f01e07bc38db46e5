package io.ansermq.broker.ledger;

import static io.ansermq.broker.ledger.NaiveLedger.State;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * One random life of a {@link Ledger} beside its {@link NaiveLedger}: whatever happens to the one happens to the other,
 * and they are compared after each step. There is a log as well: what the ledger decides to record is committed and
 * applied later, and a crash loses what is not committed.
 */
final class LedgerHistory {

    private static final int CONSUMERS = 4;

    /** First offsets next to every border of the number formats in use. */
    private static final long[] STARTS = {
        0, 1, 1 << 16, (1 << 16) - 70, (1L << 31) - 90, (1L << 32) - 200, (1L << 40) + 5, (1L << 62) - 40
    };

    /** A record of the log, applied to anything that has the ledger's methods. */
    private interface Fact {
        void apply(Ledger ledger);

        void apply(NaiveLedger model);
    }

    private record Message(long offset) implements Fact {
        @Override
        public void apply(final Ledger ledger) {
            ledger.extend(offset + 1);
        }

        @Override
        public void apply(final NaiveLedger model) {
            model.extend(offset + 1);
        }
    }

    private record Ack(long first, long last) implements Fact {
        @Override
        public void apply(final Ledger ledger) {
            ledger.done(first, last);
        }

        @Override
        public void apply(final NaiveLedger model) {
            model.done(first, last);
        }
    }

    private record Nack(long offset, int count) implements Fact {
        @Override
        public void apply(final Ledger ledger) {
            ledger.recordDeliveries(offset, count);
        }

        @Override
        public void apply(final NaiveLedger model) {
            model.recordDeliveries(offset, count);
        }
    }

    private record HighWater(long value) implements Fact {
        @Override
        public void apply(final Ledger ledger) {
            ledger.highWater(value);
        }

        @Override
        public void apply(final NaiveLedger model) {
            model.highWater(value);
        }
    }

    /** A transaction holds offsets; live that happens at once, so only a replay learns of it here. */
    private record Hold(long first, long last) implements Fact {
        @Override
        public void apply(final Ledger ledger) {
            ledger.hold(first, last);
        }

        @Override
        public void apply(final NaiveLedger model) {
            model.hold(first, last);
        }
    }

    private record GiveBack(long first, long last) implements Fact {
        @Override
        public void apply(final Ledger ledger) {
            ledger.giveBack(first, last);
        }

        @Override
        public void apply(final NaiveLedger model) {
            model.giveBack(first, last, new ArrayList<>());
        }
    }

    /** A state image, and how long the log was when it was made. */
    private record Image(byte[] bytes, int logSize, List<Nack> countsInIt, List<Hold> heldInIt) {}

    private final long seed;
    private final SplittableRandom random;
    private final boolean kept;
    private final boolean busy;
    private final long start;
    private final long[] tags = new long[CONSUMERS];

    /** Committed and applied. */
    private final List<Fact> log = new ArrayList<>();

    /** Sequenced, not yet committed. */
    private final Deque<Fact> pending = new ArrayDeque<>();

    /** What is held and not decided, in the log or under way. */
    private final List<long[]> undecided = new ArrayList<>();

    /** What the ledger says is free again. */
    private final List<Long> returned = new ArrayList<>();

    private Image image;
    private long sent;
    private Ledger ledger;
    private NaiveLedger model;
    private String step = "start";
    private int steps;

    LedgerHistory(final long seed) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        kept = random.nextInt(5) > 0;
        busy = random.nextInt(40) == 0;
        start = STARTS[random.nextInt(STARTS.length)];
        ledger = new Ledger(7 << 16 | 3, start, kept);
        model = new NaiveLedger(start, kept);
        ledger.onReturned(this::returned);
    }

    private void returned(final long first, final long last) {
        for (long offset = first; offset <= last; offset++) {
            returned.add(offset);
        }
    }

    void run(final int count) {
        try {
            for (steps = 0; steps < count; steps++) {
                step();
                compare();
            }
            settleAll();
        } catch (final RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + ", step " + steps + " (" + step + "), " + ledger, e);
        }
    }

    private void step() {
        final int dice = random.nextInt(100);
        if (dice < 20) {
            send(burst(12));
        } else if (dice < 44) {
            lease(random.nextInt(CONSUMERS), burst(10));
        } else if (dice < 50) {
            leaseChosen(random.nextInt(CONSUMERS), burst(6));
        } else if (dice < 75) {
            acknowledge(random.nextInt(CONSUMERS));
        } else if (dice < 90) {
            commit(random.nextInt(8));
        } else if (dice < 93) {
            hold(random.nextInt(CONSUMERS));
        } else if (dice < 94) {
            decide();
        } else if (dice < 96) {
            release(random.nextInt(CONSUMERS));
        } else if (dice < 97) {
            purge();
        } else if (dice < 98) {
            takeImage();
        } else if (dice < 99) {
            ledger.trim();
        } else if (random.nextBoolean()) {
            restart();
        } else {
            endInOrder();
        }
        askForHighWater();
    }

    /** A few; in a busy history sometimes so many that the high water is in the way. */
    private int burst(final int most) {
        return 1 + random.nextInt(busy && random.nextInt(15) == 0 ? 1_000 : most);
    }

    private void send(final int count) {
        step = "send " + count;
        for (int i = 0; i < count; i++) {
            pending.add(new Message(start + sent++));
        }
    }

    private void lease(final int consumer, final int count) {
        step = "lease " + count + " for " + consumer;
        for (int i = 0; i < count; i++) {
            final long tag = ++tags[consumer];
            final long expected = model.lease(consumer, tag);
            final long offset = ledger.lease(consumer, tag);
            same("leased offset", expected, offset);
            if (offset == Ledger.NONE) {
                return;
            }
            same("deliveries of " + offset, model.deliveries(offset), ledger.deliveries(offset));
            same("reported of " + offset, model.reportedDeliveries(offset), ledger.reportedDeliveries(offset));
        }
    }

    /** What a consumer with a selector does: offsets of its choice, in order. */
    private void leaseChosen(final int consumer, final int count) {
        long offset = ledger.floor() - 2;
        for (int i = 0; i < count; i++) {
            offset += 1 + random.nextInt(12);
            step = "lease " + offset + " for " + consumer;
            if (offset < 0) {
                continue;
            }
            final boolean free = model.isFree(offset);
            same("free", free, ledger.isFree(offset));
            if (free) {
                model.reach(offset);
                ledger.reach(offset);
                final long tag = tags[consumer] + 1;
                final boolean leased = model.lease(offset, consumer, tag);
                same("leased", leased, ledger.lease(offset, consumer, tag));
                tags[consumer] += leased ? 1 : 0;
            }
        }
    }

    private void acknowledge(final int consumer) {
        final int span = spanOfLeases();
        // The first offsets are where most ranges of real consumers are; the others are for the odd ones.
        final long first = ledger.floor() - 3 + random.nextInt(random.nextBoolean() ? Math.min(span, 20) : span);
        final long last = first + random.nextInt(random.nextInt(4) == 0 ? span : 8);
        step = "acknowledge " + first + " to " + last + " by " + consumer;
        final List<Long> expected = new ArrayList<>();
        final RangeSet accepted = new RangeSet();
        final long[] newest = {Long.MIN_VALUE};
        final long expectedRefused = model.acknowledge(consumer, first, last, expected);
        final long refused = ledger.acknowledge(consumer, first, last, (from, to) -> {
            check(from > newest[0], "runs do not ascend");
            newest[0] = to;
            accepted.range(from, to);
            pending.add(new Ack(from, to));
        });
        same("refused", expectedRefused, refused);
        // What is DONE behind a run is reported with it.
        final List<Long> notDone = new ArrayList<>(offsets(accepted));
        notDone.removeIf(ledger::isDone);
        same("accepted", expected, notDone);
    }

    /** From the floor to a little beyond what may be leased. */
    private int spanOfLeases() {
        return (int) (ledger.cursor() - ledger.floor()) + (random.nextInt(3) == 0 ? 80 : 6);
    }

    private void hold(final int consumer) {
        final int span = spanOfLeases();
        final long first = ledger.floor() - 3 + random.nextInt(span);
        final long last = first + random.nextInt(8);
        step = "hold " + first + " to " + last + " for " + consumer;
        final boolean leased = model.isLeasedBy(consumer, first, last);
        same("leased", leased, ledger.isLeasedBy(consumer, first, last));
        if (leased && kept) {
            ledger.hold(first, last);
            model.hold(first, last);
            pending.add(new Hold(first, last));
            undecided.add(new long[] {first, last});
        }
    }

    /** Whoever holds decides, once: all is done, or all is given back. */
    private void decide() {
        if (undecided.isEmpty()) {
            return;
        }
        final long[] range = undecided.remove(random.nextInt(undecided.size()));
        step = "decide on " + range[0] + " to " + range[1];
        pending.add(random.nextBoolean() ? new Ack(range[0], range[1]) : new GiveBack(range[0], range[1]));
    }

    private void commit(final int count) {
        step = "commit " + count;
        for (int i = 0; i < count && !pending.isEmpty(); i++) {
            final Fact fact = pending.remove();
            log.add(fact);
            if (fact instanceof GiveBack back) {
                giveBack(back);
            } else if (!(fact instanceof Hold)) {
                fact.apply(ledger);
                fact.apply(model);
            }
        }
    }

    private void giveBack(final GiveBack range) {
        final List<Long> expected = new ArrayList<>();
        model.giveBack(range.first, range.last, expected);
        final RangeSet back = ledger.giveBack(range.first, range.last);
        same("given back", expected, offsets(back));
        back.forEach(ledger::countDelivery);
        for (final long offset : expected) {
            model.countDelivery(offset);
            same("count of " + offset, model.deliveries(offset), ledger.deliveries(offset));
            pending.add(new Nack(offset, ledger.count(offset)));
        }
    }

    private void release(final int consumer) {
        final long handed = tags[consumer] - random.nextInt(12);
        final long seen = random.nextInt(4) == 0 ? Long.MAX_VALUE : handed;
        step = "release " + consumer + " up to tag " + handed + ", perhaps " + seen;
        final List<Long> expected = new ArrayList<>();
        final CountedRangeSet counted = new CountedRangeSet(ledger);
        same(
                "released",
                model.release(consumer, handed, seen, expected),
                ledger.release(consumer, handed, seen, counted));
        final List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < counted.size(); i++) {
            for (long offset = counted.first(i); offset <= counted.last(i); offset++) {
                same("count of " + offset, model.packedCount(offset), counted.deliveries(i));
                offsets.add(offset);
                pending.add(new Nack(offset, counted.deliveries(i)));
            }
        }
        same("counted", expected, offsets);
    }

    /** Messages vanish without any consumer's doing, whatever state they are in. */
    private void purge() {
        if (model.end() > start) {
            final long first = start + random.nextInt((int) (model.end() - start));
            final long last = Math.min(model.end() - 1, first + random.nextInt(40));
            step = "purge " + first + " to " + last;
            pending.add(new Ack(first, last));
        }
    }

    private void askForHighWater() {
        final long wanted = model.wantedHighWater();
        same("wanted high water", wanted, ledger.wantedHighWater());
        if (wanted != Ledger.NONE) {
            pending.add(new HighWater(wanted));
            same("wanted high water, asked again", Ledger.NONE, ledger.wantedHighWater());
        }
    }

    private void takeImage() {
        step = "image";
        if (!kept) {
            return;
        }
        final ByteBuffer out = ByteBuffer.allocate(LedgerImage.sizeOf(ledger));
        LedgerImage.encode(ledger, out);
        same("image length", 0, out.remaining());
        final List<Nack> counts = new ArrayList<>();
        for (long offset = start; offset < model.end(); offset++) {
            if (model.state(offset) != State.DONE && model.deliveries(offset) > 0) {
                counts.add(new Nack(offset, model.packedCount(offset)));
            }
        }
        image = new Image(out.array(), log.size(), counts, heldIn(log));
    }

    /** What is held at the end of this log: transactions have image entries of their own, which say so. */
    private static List<Hold> heldIn(final List<Fact> log) {
        final List<Hold> held = new ArrayList<>();
        for (final Fact fact : log) {
            if (fact instanceof Hold hold) {
                held.add(hold);
            } else if (fact instanceof GiveBack back) {
                held.removeIf(hold -> hold.first == back.first && hold.last == back.last);
            } else if (fact instanceof Ack ack) {
                held.removeIf(hold -> hold.first == ack.first && hold.last == ack.last);
            }
        }
        return held;
    }

    /** A crash: some of what was under way made it into the log, the rest never was. */
    private void restart() {
        step = "restart";
        if (!kept) {
            return;
        }
        for (int left = random.nextInt(pending.size() + 1); left > 0; left--) {
            log.add(pending.remove());
        }
        pending.clear();
        sent = log.stream().filter(Message.class::isInstance).count();

        // Counts and suspicion of an image may be ahead of the log, and stay: those deliveries did happen.
        final boolean fromImage = image != null && random.nextInt(3) > 0;
        model = new NaiveLedger(start, true);
        log.forEach(fact -> fact.apply(model));
        if (fromImage) {
            ledger = LedgerImage.decode(ByteBuffer.wrap(image.bytes));
            image.countsInIt.forEach(nack -> nack.apply(model));
            image.heldInIt.forEach(hold -> hold.apply(ledger));
            final int from = random.nextInt(image.logSize + 1);
            log.subList(from, log.size()).forEach(fact -> fact.apply(ledger));
        } else {
            ledger = new Ledger(ledger.id(), start, true);
            log.forEach(fact -> fact.apply(ledger));
            image = null;
        }
        ledger.extend(start + sent);
        undecided.clear();
        heldIn(log).forEach(hold -> undecided.add(new long[] {hold.first, hold.last}));
        model.recovered();
        ledger.recovered();
        model.returned.clear();
        ledger.onReturned(this::returned);
        same("kept", true, ledger.kept());
    }

    /** Consumers leave, all is recorded, and the next life takes for delivered what the last one did, unless something is held. */
    private void endInOrder() {
        if (!kept) {
            return;
        }
        for (int consumer = 0; consumer < CONSUMERS; consumer++) {
            release(consumer);
        }
        while (!pending.isEmpty()) {
            commit(pending.size());
        }
        step = "end in order";
        final long lowered = ledger.finalHighWater();
        same("final high water", model.finalHighWater(), lowered);
        if (lowered != Ledger.NONE) {
            pending.add(new HighWater(lowered));
            commit(1);
            same("final high water, asked again", Ledger.NONE, ledger.finalHighWater());
        }
        final List<Long> known = delivered();
        final boolean exact = ledger.heldCount() == 0;
        compare();
        restart();
        if (exact) {
            same("delivered after an end in order", known, delivered());
        }
    }

    private List<Long> delivered() {
        final List<Long> offsets = new ArrayList<>();
        for (long offset = ledger.floor(); offset < ledger.end(); offset++) {
            if (!ledger.isDone(offset) && ledger.deliveries(offset) > 0) {
                offsets.add(offset);
            }
        }
        return offsets;
    }

    private void compare() {
        same("floor", model.floor(), ledger.floor());
        same("cursor", model.cursor(), ledger.cursor());
        same("end", model.end(), ledger.end());
        same("high water", model.highWater(), ledger.highWater());
        same("in flight", model.inFlight(), ledger.inFlight());
        same("backlog", model.backlog(), ledger.backlog());
        same("held", (long) model.held(), ledger.heldCount());
        same("available", model.nextAvailable() != Ledger.NONE, ledger.available());
        same("returned", new TreeSet<>(model.returned), new TreeSet<>(returned));
        model.returned.clear();
        returned.clear();
    }

    /** Every history ends well: all is delivered and settled, and nothing is left over. */
    private void settleAll() {
        for (int consumer = 0; consumer < CONSUMERS; consumer++) {
            release(consumer);
        }
        while (!undecided.isEmpty()) {
            decide();
        }
        do {
            commit(pending.size());
            lease(0, Integer.MAX_VALUE);
            askForHighWater();
        } while (!pending.isEmpty());
        step = "settle all";
        same("refused", 0L, ledger.acknowledge(0, 0, model.end() - 1, (first, last) -> {
            ledger.done(first, last);
            model.done(first, last);
        }));
        compare();
        same("floor", start + sent, ledger.floor());
        for (long offset = start; offset < ledger.end(); offset++) {
            same("deliveries of " + offset, model.deliveries(offset), ledger.deliveries(offset));
        }
    }

    private static List<Long> offsets(final RangeSet ranges) {
        final List<Long> offsets = new ArrayList<>();
        ranges.forEach((first, last) -> {
            for (long offset = first; offset <= last; offset++) {
                offsets.add(offset);
            }
        });
        return offsets;
    }

    private static void same(final String what, final Object expected, final Object actual) {
        check(expected.equals(actual), what + ": expected " + expected + " but was " + actual);
    }

    private static void check(final boolean condition, final String text) {
        if (!condition) {
            throw new AssertionError(text);
        }
    }
}
