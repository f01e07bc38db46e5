package io.ansermq.tck.history;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What {@link HistoryChecker} found.
 *
 * @param run        what to name the run by: its seed and whatever else repeats it
 * @param totals     the size of the run
 * @param violations everything that broke a rule
 */
public record Report(String run, Totals totals, List<Violation> violations) {
    private static final int SHOWN_PER_RULE = 5;

    /**
     * One breach.
     *
     * @param rule     the rule
     * @param sentence what happened, readable without the code
     */
    public record Violation(Rule rule, String sentence) {}

    /**
     * The size of a run.
     *
     * @param answered  sends that were answered
     * @param unknown   sends whose answer never came
     * @param received  hand-overs, redeliveries included
     * @param again     hand-overs of a message that had been handed over before
     * @param kills     how often the broker was killed
     */
    public record Totals(int answered, int unknown, int received, int again, int kills) {
        /** The size of two runs together. */
        public Totals plus(Totals other) {
            return new Totals(
                    answered + other.answered,
                    unknown + other.unknown,
                    received + other.received,
                    again + other.again,
                    kills + other.kills);
        }

        @Override
        public String toString() {
            return "%,d sends answered, %,d in doubt, %,d messages received, %,d of them again, %d kills"
                    .formatted(answered, unknown, received, again, kills);
        }
    }

    /** Whether nothing broke a rule. */
    public boolean clean() {
        return violations.isEmpty();
    }

    /** Fails with the first violations of each rule when there are any. */
    public void assertClean() {
        if (!clean()) {
            throw new AssertionError(toString());
        }
    }

    /** The run, its size, and the first violations of each rule in sentences. */
    @Override
    public String toString() {
        final Map<Rule, Integer> counts = new EnumMap<>(Rule.class);
        final Map<Rule, StringBuilder> sentences = new EnumMap<>(Rule.class);
        for (final Violation violation : violations) {
            final int count = counts.merge(violation.rule(), 1, Integer::sum);
            if (count <= SHOWN_PER_RULE) {
                sentences
                        .computeIfAbsent(violation.rule(), rule -> new StringBuilder())
                        .append("\n    ")
                        .append(violation.sentence());
            }
        }
        final StringBuilder text = new StringBuilder();
        text.append(run)
                .append(": ")
                .append(violations.size())
                .append(" violations in ")
                .append(totals);
        counts.forEach((rule, count) -> text.append("\n  ")
                .append(rule)
                .append(" (")
                .append(count)
                .append("): ")
                .append(rule.text())
                .append(sentences.get(rule)));
        return text.toString();
    }
}
