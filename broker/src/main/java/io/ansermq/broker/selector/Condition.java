package io.ansermq.broker.selector;

import java.util.List;

/** A part that is true, false or unknown of a message. */
abstract class Condition extends Node {

    Condition(final int below) {
        super(below);
    }

    abstract Truth test(MessageFields message);

    private static int heightOf(final List<? extends Node> nodes) {
        int height = 0;
        for (final Node node : nodes) {
            height = Math.max(height, node.height());
        }
        return height;
    }

    private static void join(final List<? extends Node> nodes, final String between, final StringBuilder out) {
        out.append('(');
        for (int i = 0; i < nodes.size(); i++) {
            out.append(i == 0 ? "" : between);
            nodes.get(i).describe(out);
        }
        out.append(')');
    }

    /** All of some conditions. A row of ANDs is one of these, so that its length costs no depth. */
    static final class And extends Condition {
        private final List<Condition> parts;

        And(final List<Condition> parts) {
            super(heightOf(parts));
            this.parts = List.copyOf(parts);
        }

        List<Condition> parts() {
            return parts;
        }

        @Override
        Truth test(final MessageFields message) {
            Truth all = Truth.TRUE;
            for (int i = 0; i < parts.size(); i++) {
                final Truth part = parts.get(i).test(message);
                if (part == Truth.FALSE) {
                    return Truth.FALSE;
                }
                all = part == Truth.UNKNOWN ? Truth.UNKNOWN : all;
            }
            return all;
        }

        @Override
        void describe(final StringBuilder out) {
            join(parts, " AND ", out);
        }
    }

    /** Any of some conditions. */
    static final class Or extends Condition {
        private final List<Condition> parts;

        Or(final List<Condition> parts) {
            super(heightOf(parts));
            this.parts = List.copyOf(parts);
        }

        @Override
        Truth test(final MessageFields message) {
            Truth any = Truth.FALSE;
            for (int i = 0; i < parts.size(); i++) {
                final Truth part = parts.get(i).test(message);
                if (part == Truth.TRUE) {
                    return Truth.TRUE;
                }
                any = part == Truth.UNKNOWN ? Truth.UNKNOWN : any;
            }
            return any;
        }

        @Override
        void describe(final StringBuilder out) {
            join(parts, " OR ", out);
        }
    }

    /** The opposite; of unknown it is unknown. */
    static final class Not extends Condition {
        private final Condition operand;

        Not(final Condition operand) {
            super(operand.height());
            this.operand = operand;
        }

        @Override
        Truth test(final MessageFields message) {
            return operand.test(message).not();
        }

        @Override
        void describe(final StringBuilder out) {
            out.append("NOT (");
            operand.describe(out);
            out.append(')');
        }
    }

    /** A boolean by itself; a value of another type says nothing. */
    static final class OfTerm extends Condition {
        private final Term term;
        private final Dialect dialect;
        private final Value room = new Value();

        OfTerm(final Term term, final Dialect dialect) {
            super(term.height());
            this.term = term;
            this.dialect = dialect;
        }

        Term term() {
            return term;
        }

        @Override
        Truth test(final MessageFields message) {
            final Value value = Conversion.bool(term.evaluate(message), dialect, room);
            return value.type() == Value.Type.BOOLEAN ? value.truth() : Truth.UNKNOWN;
        }

        @Override
        void describe(final StringBuilder out) {
            term.describe(out);
        }
    }

    /**
     * A comparison. With null it is unknown; values of unlike types are neither equal nor unequal, but the comparison is
     * false, and so is the order of anything but numbers (section 3.8.1.2).
     */
    static final class Comparison extends Condition {
        /** What the parser found between two terms. */
        enum Sign {
            EQUAL("="),
            NOT_EQUAL("<>"),
            LESS("<"),
            LESS_OR_EQUAL("<="),
            GREATER(">"),
            GREATER_OR_EQUAL(">=");

            private final String text;

            Sign(final String text) {
                this.text = text;
            }

            String text() {
                return text;
            }

            boolean isOrder() {
                return this != EQUAL && this != NOT_EQUAL;
            }
        }

        private final Term left;
        private final Sign sign;
        private final Term right;
        private final Dialect dialect;
        private final Value leftRoom = new Value();
        private final Value rightRoom = new Value();

        Comparison(final Term left, final Sign sign, final Term right, final Dialect dialect) {
            super(Math.max(left.height(), right.height()));
            this.left = left;
            this.sign = sign;
            this.right = right;
            this.dialect = dialect;
        }

        Term left() {
            return left;
        }

        Sign sign() {
            return sign;
        }

        Term right() {
            return right;
        }

        @Override
        Truth test(final MessageFields message) {
            final Value a = left.evaluate(message);
            if (a.isNull()) {
                return Truth.UNKNOWN;
            }
            final Value b = right.evaluate(message);
            if (b.isNull()) {
                return Truth.UNKNOWN;
            }
            if (dialect == Dialect.ROCKETMQ && (a.isText() || b.isText())) {
                return compareConverted(a, b);
            }
            return compare(a, b, sign);
        }

        /** A text against a number or boolean is what it says; two texts that are to be ordered are numbers. */
        private Truth compareConverted(final Value a, final Value b) {
            if (a.type() == Value.Type.BOOLEAN || b.type() == Value.Type.BOOLEAN) {
                return compare(Conversion.bool(a, dialect, leftRoom), Conversion.bool(b, dialect, rightRoom), sign);
            }
            if (a.isNumber() || b.isNumber() || sign.isOrder()) {
                return compare(Conversion.number(a, dialect, leftRoom), Conversion.number(b, dialect, rightRoom), sign);
            }
            return compare(a, b, sign);
        }

        static Truth compare(final Value a, final Value b, final Sign sign) {
            if (a.isNumber() && b.isNumber()) {
                return a.type() == Value.Type.EXACT && b.type() == Value.Type.EXACT
                        ? exact(a.exact(), b.exact(), sign)
                        : approximate(a.approximate(), b.approximate(), sign);
            }
            if (a.type() != b.type() || sign.isOrder()) {
                return Truth.FALSE;
            }
            final boolean same = a.isText() ? a.sameText(b) : a.truth() == b.truth();
            return Truth.of(same == (sign == Sign.EQUAL));
        }

        private static Truth exact(final long a, final long b, final Sign sign) {
            return Truth.of(
                    switch (sign) {
                        case EQUAL -> a == b;
                        case NOT_EQUAL -> a != b;
                        case LESS -> a < b;
                        case LESS_OR_EQUAL -> a <= b;
                        case GREATER -> a > b;
                        case GREATER_OR_EQUAL -> a >= b;
                    });
        }

        private static Truth approximate(final double a, final double b, final Sign sign) {
            return Truth.of(
                    switch (sign) {
                        case EQUAL -> a == b;
                        case NOT_EQUAL -> a != b;
                        case LESS -> a < b;
                        case LESS_OR_EQUAL -> a <= b;
                        case GREATER -> a > b;
                        case GREATER_OR_EQUAL -> a >= b;
                    });
        }

        @Override
        void describe(final StringBuilder out) {
            out.append('(');
            left.describe(out);
            out.append(sign.text());
            right.describe(out);
            out.append(')');
        }
    }

    /** One of some texts; unknown for null and for what is no text. */
    static final class In extends Condition {
        private final Term.Field field;
        private final List<Term.Literal> texts;

        In(final Term.Field field, final List<Term.Literal> texts) {
            super(0);
            this.field = field;
            this.texts = List.copyOf(texts);
        }

        @Override
        Truth test(final MessageFields message) {
            final Value value = field.evaluate(message);
            if (!value.isText()) {
                return Truth.UNKNOWN;
            }
            for (int i = 0; i < texts.size(); i++) {
                if (texts.get(i).value().sameText(value)) {
                    return Truth.TRUE;
                }
            }
            return Truth.FALSE;
        }

        @Override
        void describe(final StringBuilder out) {
            field.describe(out);
            out.append(" IN ");
            join(texts, ",", out);
        }
    }

    /** A text of a certain form; unknown for null and for what is no text. */
    static final class Like extends Condition {
        private final Term.Field field;
        private final LikePattern pattern;

        Like(final Term.Field field, final LikePattern pattern) {
            super(0);
            this.field = field;
            this.pattern = pattern;
        }

        @Override
        Truth test(final MessageFields message) {
            final Value value = field.evaluate(message);
            return value.isText()
                    ? Truth.of(pattern.matches(value.bytes(), value.offset(), value.length()))
                    : Truth.UNKNOWN;
        }

        @Override
        void describe(final StringBuilder out) {
            field.describe(out);
            out.append(" LIKE ");
            pattern.describe(out);
        }
    }

    /** Whether there is no value. Never unknown. */
    static final class IsNull extends Condition {
        private final Term.Field field;

        IsNull(final Term.Field field) {
            super(0);
            this.field = field;
        }

        @Override
        Truth test(final MessageFields message) {
            return Truth.of(field.evaluate(message).isNull());
        }

        @Override
        void describe(final StringBuilder out) {
            field.describe(out);
            out.append(" IS NULL");
        }
    }
}
