package io.ansermq.broker.selector;

import java.util.SplittableRandom;

/**
 * Random selectors within the agreed subset: what both our parser and Artemis's are meant to understand alike. Where
 * Artemis is known to go its own way, the generator avoids it and says so.
 */
final class RandomSelector {
    /** Byte and short in a sum, because Artemis finds them unlike any other number on the right of a comparison. */
    private static final String[] NUMBERS = {"(b + 0)", "(s + 0)", "i", "l", "d", "f"};

    private static final String[] NAMES = {"b", "s", "i", "l", "d", "f", "t", "u", "yes", "no", "missing"};
    private static final String[] TEXTS = {"'red'", "'blue'", "''", "'it''s'", "'a%b_c'", "'5'", "'Grün'"};
    private static final String[] PATTERNS = {
        "'r%'", "'%d'", "'_e_'", "'%'", "''", "'a!%b!_c' ESCAPE '!'", "'%e%'", "'Gr_n'", "'r__'", "'it''%'", "'a%c'"
    };
    private static final String[] ORDERS = {"<", "<=", ">", ">="};

    private final SplittableRandom random;

    RandomSelector(final SplittableRandom random) {
        this.random = random;
    }

    String condition(final int depth) {
        switch (random.nextInt(depth > 0 ? 12 : 8)) {
            case 0, 1:
                return number(depth) + ' ' + pick(ORDERS) + ' ' + number(depth);
            case 2:
                return equality();
            case 3:
                return pick(NAMES) + (random.nextBoolean() ? " IS NULL" : " IS NOT NULL");
            case 4:
                return number(depth) + not() + " BETWEEN " + number(depth) + " AND " + number(depth);
            case 5:
                // Of texts and nulls only: on a number Artemis's LIKE is false and NOT LIKE true, ours unknown.
                return pick("t", "u", "missing") + not() + " LIKE " + pick(PATTERNS);
            case 6:
                return pick(NAMES) + not() + " IN (" + pick(TEXTS) + ", " + pick(TEXTS) + ')';
            case 7:
                return pick("yes", "no", "missing", "TRUE", "FALSE");
            case 8, 9:
                return '(' + condition(depth - 1) + ") AND (" + condition(depth - 1) + ')';
            case 10:
                return condition(depth - 1).replace("OR", "or") + " OR " + condition(depth - 1);
            default:
                // In parentheses, because to Artemis NOT binds before a comparison.
                return "NOT (" + condition(depth - 1) + ')';
        }
    }

    private String not() {
        return random.nextBoolean() ? " NOT" : "";
    }

    /**
     * Of like types, because unlike ones are unequal to Artemis, and the comparison false to us; and never of null, which
     * equals null there, and is unequal to anything else, while here that is unknown.
     */
    private String equality() {
        final String sign = pick(" = ", " <> ");
        final String name;
        final String value;
        switch (random.nextInt(5)) {
            case 0 -> {
                name = pick("t", "u", "missing");
                value = pick(TEXTS);
            }
            case 1 -> {
                name = pick("yes", "no", "missing");
                value = pick("TRUE", "false");
            }
            case 2 -> {
                name = pick(NAMES);
                return '(' + name + " IS NOT NULL AND " + name + " = " + pick("'red'", "TRUE", "42") + ')';
            }
            case 3 -> {
                name = pick("i", "l", "d", "f");
                value = '(' + constant() + ' ' + pick("+ ", "- ", "* ") + constant() + ')';
            }
            default -> {
                name = pick("b", "s", "i", "l", "d", "f");
                value = constant();
            }
        }
        return '(' + name + " IS NOT NULL AND " + name + sign + value + ')';
    }

    private String number(final int depth) {
        switch (random.nextInt(depth > 0 ? 8 : 5)) {
            case 0, 1:
                return pick(NUMBERS);
            case 2:
                return pick("missing", "i", "d");
            case 3, 4:
                return constant();
            case 5:
                return '(' + number(depth - 1) + ' ' + pick("+", "-") + ' ' + number(depth - 1) + ')';
            case 6:
                // By a positive number, because to Artemis -0.0 is less than 0.
                return number(depth - 1) + " + " + pick("3", "2.5", "1E2") + " * " + number(0);
            default:
                // Division by a number that is approximate, because Artemis divides exact ones as doubles, too.
                return '(' + pick(NUMBERS) + " / " + pick("2.0", "d", "0.5") + ')';
        }
    }

    private String constant() {
        return pick("0", "1", "-1", "42", "300", "-8", "2.5", "1E2", "-57.9E2", "0.1", "7.", "100000000000", "0x2A");
    }

    private String pick(final String... from) {
        return from[random.nextInt(from.length)];
    }
}
