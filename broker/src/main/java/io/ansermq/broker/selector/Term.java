package io.ansermq.broker.selector;

/** A part that has a value. */
abstract class Term extends Node {

    /** What is known of a value before any message is seen. */
    enum Kind {
        NUMBER,
        TEXT,
        BOOLEAN,
        /** Depends on the message. */
        ANY
    }

    Term(final int below) {
        super(below);
    }

    abstract Kind kind();

    /** The value for this message, good until the next evaluation. */
    abstract Value evaluate(MessageFields message);

    /** A value in the selector's text. */
    static final class Literal extends Term {
        private final Kind kind;
        private final Value value;

        Literal(final Kind kind, final Value value) {
            super(0);
            this.kind = kind;
            this.value = value;
        }

        Value value() {
            return value;
        }

        @Override
        Kind kind() {
            return kind;
        }

        @Override
        Value evaluate(final MessageFields message) {
            return value;
        }

        @Override
        void describe(final StringBuilder out) {
            switch (value.type()) {
                case NULL -> out.append("NULL");
                case BOOLEAN -> out.append(value.truth());
                case EXACT -> out.append(value.exact());
                case APPROXIMATE -> out.append(value.approximate());
                case TEXT -> quote(value.text(), out);
            }
        }

        static void quote(final String text, final StringBuilder out) {
            out.append('\'').append(text.replace("'", "''")).append('\'');
        }
    }

    /** A header field or property. */
    static final class Field extends Term {
        private final Identifier identifier;
        private final Value value = new Value();

        Field(final Identifier identifier) {
            super(0);
            this.identifier = identifier;
        }

        Identifier identifier() {
            return identifier;
        }

        @Override
        Kind kind() {
            return Kind.ANY;
        }

        @Override
        Value evaluate(final MessageFields message) {
            message.read(identifier, value);
            return value;
        }

        @Override
        void describe(final StringBuilder out) {
            out.append(identifier.name());
        }
    }

    /** {@code -x}; {@code +x} is {@code 0 + x}. */
    static final class Negation extends Term {
        private final Term operand;
        private final Dialect dialect;
        private final Value result = new Value();

        Negation(final Term operand, final Dialect dialect) {
            super(operand.height());
            this.operand = operand;
            this.dialect = dialect;
        }

        @Override
        Kind kind() {
            return Kind.NUMBER;
        }

        @Override
        Value evaluate(final MessageFields message) {
            final Value value = Conversion.number(operand.evaluate(message), dialect, result);
            switch (value.type()) {
                case EXACT -> result.set(-value.exact());
                case APPROXIMATE -> result.set(-value.approximate());
                default -> result.setNull();
            }
            return result;
        }

        @Override
        void describe(final StringBuilder out) {
            out.append("-(");
            operand.describe(out);
            out.append(')');
        }
    }

    /**
     * Two numbers and a sign between them. Two exact numbers make an exact one, as in Java; an approximate one makes the
     * other approximate. What is no number, and an exact division by zero, makes the result null.
     */
    static final class Arithmetic extends Term {
        private final Term left;
        private final char sign;
        private final Term right;
        private final Dialect dialect;
        private final Value leftNumber = new Value();
        private final Value rightNumber = new Value();
        private final Value result = new Value();

        Arithmetic(final Term left, final char sign, final Term right, final Dialect dialect) {
            super(Math.max(left.height(), right.height()));
            this.left = left;
            this.sign = sign;
            this.right = right;
            this.dialect = dialect;
        }

        @Override
        Kind kind() {
            return Kind.NUMBER;
        }

        @Override
        Value evaluate(final MessageFields message) {
            final Value a = Conversion.number(left.evaluate(message), dialect, leftNumber);
            if (!a.isNumber()) {
                result.setNull();
                return result;
            }
            final Value b = Conversion.number(right.evaluate(message), dialect, rightNumber);
            if (!b.isNumber()) {
                result.setNull();
            } else if (a.type() == Value.Type.EXACT && b.type() == Value.Type.EXACT) {
                exact(a.exact(), b.exact());
            } else {
                approximate(a.approximate(), b.approximate());
            }
            return result;
        }

        private void exact(final long a, final long b) {
            switch (sign) {
                case '+' -> result.set(a + b);
                case '-' -> result.set(a - b);
                case '*' -> result.set(a * b);
                default -> {
                    if (b == 0) {
                        result.setNull();
                    } else {
                        result.set(a / b);
                    }
                }
            }
        }

        private void approximate(final double a, final double b) {
            switch (sign) {
                case '+' -> result.set(a + b);
                case '-' -> result.set(a - b);
                case '*' -> result.set(a * b);
                default -> result.set(a / b);
            }
        }

        @Override
        void describe(final StringBuilder out) {
            out.append('(');
            left.describe(out);
            out.append(' ').append(sign).append(' ');
            right.describe(out);
            out.append(')');
        }
    }

    /** A condition in parentheses, compared with a boolean. */
    static final class OfCondition extends Term {
        private final Condition condition;
        private final Value result = new Value();

        OfCondition(final Condition condition) {
            super(condition.height());
            this.condition = condition;
        }

        @Override
        Kind kind() {
            return Kind.BOOLEAN;
        }

        @Override
        Value evaluate(final MessageFields message) {
            final Truth truth = condition.test(message);
            if (truth == Truth.UNKNOWN) {
                result.setNull();
            } else {
                result.set(truth == Truth.TRUE);
            }
            return result;
        }

        @Override
        void describe(final StringBuilder out) {
            out.append('(');
            condition.describe(out);
            out.append(')');
        }
    }
}
