package io.ansermq.tck.history;

import io.ansermq.tck.history.Received.Settlement;
import io.ansermq.tck.history.Report.Totals;
import io.ansermq.tck.history.Report.Violation;
import io.ansermq.tck.history.Sent.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a run kept the rules of {@link Rule}. Pure: reads a finished {@link History.Story}, changes nothing.
 *
 * <p>What AUTO acknowledgement leaves open is decided by what the consumer knows ({@link Settlement}): what it was
 * handed since its last proven exchange is in doubt and may come again after a crash, flagged; everything before is
 * confirmed and may not.
 */
public final class HistoryChecker {
    private final String run;
    private final History.Story story;
    private final Map<Id, Trail> trails = new LinkedHashMap<>();
    private final Map<String, Departed> departures = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    private int again;

    /** A message, as producer and sequence name it. */
    private record Id(String producer, long sequence) {
        @Override
        public String toString() {
            return producer + "#" + sequence;
        }
    }

    /** Everything about one message; receives by life of the broker first, because threads write late. */
    private static final class Trail {
        final @Nullable Sent sent;
        final List<Received> receives = new ArrayList<>(1);

        Trail(@Nullable Sent sent) {
            this.sent = sent;
        }
    }

    private record OrderKey(String producer, String destination, int priority) {}

    private HistoryChecker(String run, History.Story story) {
        this.run = run;
        this.story = story;
    }

    /**
     * Checks a run whose destinations were drained at its end.
     *
     * @param run what to name it by in the report: the seed, and whatever else repeats it
     */
    public static Report check(String run, History.Story story) {
        return new HistoryChecker(run, story).check();
    }

    private Report check() {
        story.sends().forEach(sent -> trails.put(new Id(sent.producer(), sent.sequence()), new Trail(sent)));
        story.receives().forEach(received -> trails.computeIfAbsent(idOf(received), id -> new Trail(null))
                .receives
                .add(received));
        story.departures().forEach(departed -> departures.put(departed.consumer(), departed));

        trails.forEach(this::checkTrail);
        checkOrder();
        return new Report(run, totals(), List.copyOf(violations));
    }

    private void checkTrail(Id id, Trail trail) {
        final List<Received> receives = trail.receives;
        receives.sort(Comparator.comparingInt(Received::brokerLife).thenComparingLong(Received::at));
        checkAgainstSend(id, trail);
        checkEndsSettled(id, trail);
        for (int i = 0; i < receives.size(); i++) {
            checkCount(id, receives.get(i));
            if (i == 0) {
                checkFirst(id, receives.get(0));
            } else {
                again++;
                checkAgain(id, receives.subList(0, i), receives.get(i));
            }
        }
    }

    private void checkAgainstSend(Id id, Trail trail) {
        final Sent sent = trail.sent;
        if (sent == null) {
            broken(Rule.NOTHING_INVENTED, "%s was received by %s and never sent", id, consumers(trail.receives));
            return;
        }
        for (final Received received : trail.receives) {
            if (!received.destination().equals(sent.destination())) {
                broken(
                        Rule.NOTHING_ALTERED,
                        "%s was sent to %s and received from %s by %s",
                        id,
                        sent.destination(),
                        received.destination(),
                        received.consumer());
            } else if (received.priority() != sent.priority()) {
                broken(
                        Rule.NOTHING_ALTERED,
                        "%s was sent with priority %d and received with %d by %s",
                        id,
                        sent.priority(),
                        received.priority(),
                        received.consumer());
            } else if (received.digest() != sent.digest()) {
                broken(
                        Rule.NOTHING_ALTERED,
                        "%s was received with another content by %s (digest %x, sent %x)",
                        id,
                        received.consumer(),
                        received.digest(),
                        sent.digest());
            }
        }
    }

    private void checkEndsSettled(Id id, Trail trail) {
        final Sent sent = trail.sent;
        if (sent == null || !sent.persistent()) {
            return;
        }
        if (trail.receives.isEmpty()) {
            if (sent.outcome() == Outcome.ANSWERED) {
                broken(
                        Rule.NOTHING_LOST,
                        "%s to %s (priority %d) was answered and never received",
                        id,
                        sent.destination(),
                        sent.priority());
            }
            return;
        }
        final Received last = trail.receives.get(trail.receives.size() - 1);
        if (last.settlement() == Settlement.HELD) {
            broken(
                    Rule.NOTHING_FORGOTTEN,
                    "%s was last handed to %s, which never acknowledged it, and never came again",
                    id,
                    where(last));
        }
    }

    private void checkCount(Id id, Received received) {
        if (received.redelivered() != (received.deliveryCount() > 1)) {
            broken(
                    Rule.COUNT_AGREES,
                    "%s came to %s with JMSRedelivered=%s and JMSXDeliveryCount=%d",
                    id,
                    where(received),
                    received.redelivered(),
                    received.deliveryCount());
        }
    }

    /** A kill leaves a first hand-over flagged now and then (it may have been under way); a quiet broker never does. */
    private void checkFirst(Id id, Received first) {
        if (!first.redelivered() || first.brokerLife() > 0) {
            return;
        }
        if (departures.values().stream().noneMatch(departed -> departed.at() < first.at())) {
            broken(
                    Rule.FLAG_HAS_A_REASON,
                    "%s came to %s for the first time, nothing had failed, and it was flagged as redelivered",
                    id,
                    where(first));
        }
    }

    private void checkAgain(Id id, List<Received> earlier, Received next) {
        final Received previous = earlier.get(earlier.size() - 1);
        for (final Received one : earlier) {
            if (one.settlement() == Settlement.CONFIRMED) {
                broken(
                        Rule.ACKNOWLEDGED_ONCE,
                        "%s was handed to %s, its acknowledgement was confirmed, and it came again to %s",
                        id,
                        where(one),
                        where(next));
                return;
            }
        }
        if (previous.brokerLife() == next.brokerLife() && !departedBefore(previous.consumer(), next.at())) {
            broken(
                    Rule.NOT_DOUBLED,
                    "%s was handed to %s and then to %s, though neither the broker nor the first consumer had gone",
                    id,
                    where(previous),
                    where(next));
        } else if (!next.redelivered()) {
            broken(
                    Rule.REDELIVERY_FLAGGED,
                    "%s was handed to %s and came again to %s without JMSRedelivered",
                    id,
                    where(previous),
                    where(next));
        }
    }

    private boolean departedBefore(String consumer, long at) {
        final Departed departed = departures.get(consumer);
        return departed != null && departed.at() < at;
    }

    /** Order can be seen by each consumer alone: between two of them nothing says who was first. */
    private void checkOrder() {
        final Map<String, Map<OrderKey, Received>> highestByConsumer = new HashMap<>();
        for (final Received received : story.receives()) {
            if (!isFirstDelivery(received)) {
                continue;
            }
            final OrderKey key = new OrderKey(received.producer(), received.destination(), received.priority());
            final Map<OrderKey, Received> highest =
                    highestByConsumer.computeIfAbsent(received.consumer(), consumer -> new HashMap<>());
            final Received before = highest.get(key);
            if (before == null || before.sequence() < received.sequence()) {
                highest.put(key, received);
            } else if (!mayHaveBeenGivenBack(before, received)) {
                broken(
                        Rule.ORDER_KEPT,
                        "%s came to %s after %s of the same producer, destination and priority %d",
                        idOf(received),
                        where(received),
                        idOf(before),
                        received.priority());
            }
        }
    }

    private boolean isFirstDelivery(Received received) {
        final Trail trail = trails.get(idOf(received));
        return trail != null && trail.receives.get(0) == received;
    }

    /**
     * A consumer that leaves gives back what it had been sent ahead of time; that reaches the others after messages
     * which they had already been sent. So a late message is in order when one left in the same life, before it came,
     * that had been there before the one it is late for.
     */
    private boolean mayHaveBeenGivenBack(Received before, Received late) {
        for (final Departed departed : departures.values()) {
            if (departed.brokerLife() == late.brokerLife()
                    && !departed.consumer().equals(late.consumer())
                    && departed.openedAt() < before.at()
                    && departed.at() < late.at()) {
                return true;
            }
        }
        return false;
    }

    private Totals totals() {
        final int answered = (int) story.sends().stream()
                .filter(sent -> sent.outcome() == Outcome.ANSWERED)
                .count();
        return new Totals(
                answered, story.sends().size() - answered, story.receives().size(), again, story.kills());
    }

    private static Id idOf(Received received) {
        return new Id(received.producer(), received.sequence());
    }

    private static String where(Received received) {
        return received.consumer() + " (broker life " + received.brokerLife() + ")";
    }

    private static List<String> consumers(List<Received> receives) {
        return receives.stream().map(Received::consumer).distinct().toList();
    }

    private void broken(Rule rule, String sentence, Object... arguments) {
        violations.add(new Violation(rule, sentence.formatted(arguments)));
    }
}
