package io.ansermq.broker.selector;

import io.ansermq.broker.selector.Condition.Comparison;
import io.ansermq.broker.selector.Condition.Comparison.Sign;
import io.ansermq.broker.selector.Term.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recursive descent over the words of a selector, a method for each level of precedence. Checks types as far as they are
 * known without a message. Used once.
 *
 * <pre>
 * or         = and { OR and }
 * and        = not { AND not }
 * not        = NOT not | comparison
 * comparison = sum [ sign sum | [NOT] BETWEEN sum AND sum | [NOT] IN ( text, ... ) | [NOT] LIKE text [ESCAPE text]
 *                  | [NOT] CONTAINS text | [NOT] STARTSWITH text | [NOT] ENDSWITH text | IS [NOT] NULL ]
 * sum        = product { (+|-) product }
 * product    = factor { (*|/) factor }
 * factor     = (+|-) factor | literal | name | ( or )
 * </pre>
 */
final class Parser {

    /** Parentheses, signs and NOTs that may enclose each other. */
    private static final int MAX_NESTING = Node.MAX_HEIGHT;

    /** Header fields that selectors may not ask for: section 3.8.1.1. */
    private static final Set<String> FORBIDDEN_HEADERS =
            Set.of("JMSDestination", "JMSReplyTo", "JMSRedelivered", "JMSExpiration", "JMSDeliveryTime");

    private final Dialect dialect;
    private final Lexer lexer;
    private int nesting;

    Parser(final String text, final Dialect dialect) throws SelectorException {
        this.dialect = dialect;
        lexer = new Lexer(text, dialect);
    }

    /** Parses all of the text. */
    Condition parse() throws SelectorException {
        final Condition condition = condition(or(), 0);
        if (lexer.type() != Lexer.Type.END) {
            throw error("AND, OR or the end expected, not " + lexer.current());
        }
        return condition;
    }

    private Node or() throws SelectorException {
        final int position = lexer.position();
        final Node first = and();
        if (!lexer.isKeyword("OR")) {
            return first;
        }
        final List<Condition> parts = new ArrayList<>();
        parts.add(condition(first, position));
        while (accept("OR")) {
            final int at = lexer.position();
            parts.add(condition(and(), at));
        }
        return bounded(new Condition.Or(parts), position);
    }

    private Node and() throws SelectorException {
        final int position = lexer.position();
        final Node first = not();
        if (!lexer.isKeyword("AND")) {
            return first;
        }
        final List<Condition> parts = new ArrayList<>();
        parts.add(condition(first, position));
        while (accept("AND")) {
            final int at = lexer.position();
            parts.add(condition(not(), at));
        }
        return bounded(new Condition.And(parts), position);
    }

    private Node not() throws SelectorException {
        final int position = lexer.position();
        if (!accept("NOT")) {
            return comparison();
        }
        enter(position);
        final int at = lexer.position();
        final Condition operand = condition(not(), at);
        nesting--;
        return bounded(new Condition.Not(operand), position);
    }

    private Node comparison() throws SelectorException {
        final int position = lexer.position();
        final Node left = sum();
        final Sign sign = comparisonSign();
        if (sign != null) {
            final int signAt = lexer.position();
            lexer.next();
            final int at = lexer.position();
            return compare(term(left), position, sign, signAt, term(sum()), at);
        }
        if (accept("IS")) {
            final boolean not = accept("NOT");
            expectKeyword("NULL");
            return negate(new Condition.IsNull(field(left, position, "IS NULL")), not);
        }
        if (lexer.isKeyword("NOT")) {
            lexer.next();
            final Node negated = special(left, position);
            if (negated == null) {
                throw error("BETWEEN, IN or LIKE expected after NOT, not " + lexer.current());
            }
            return negate((Condition) negated, true);
        }
        final Condition special = special(left, position);
        return special == null ? left : special;
    }

    private Condition compare(
            final Term left, final int leftAt, final Sign sign, final int signAt, final Term right, final int rightAt)
            throws SelectorException {
        if (sign.isOrder()) {
            requireNumber(left, leftAt, "only numbers have an order: '" + sign.text() + "' needs numbers");
            requireNumber(right, rightAt, "only numbers have an order: '" + sign.text() + "' needs numbers");
        }
        return bounded(new Comparison(left, sign, right, dialect), signAt);
    }

    private @Nullable Sign comparisonSign() {
        if (lexer.type() == Lexer.Type.SIGN) {
            for (final Sign sign : Sign.values()) {
                if (sign.text().equals(lexer.text())) {
                    return sign;
                }
            }
        }
        return null;
    }

    /** What may follow a term with or without NOT in front; null when nothing of that follows. */
    private @Nullable Condition special(final Node left, final int position) throws SelectorException {
        if (accept("BETWEEN")) {
            return between(term(left), position);
        } else if (accept("IN")) {
            return in(field(left, position, "IN"));
        } else if (accept("LIKE")) {
            return like(field(left, position, "LIKE"));
        } else if (accept("CONTAINS")) {
            return new Condition.Like(field(left, position, "CONTAINS"), LikePattern.literal(quoted(), true, true));
        } else if (accept("STARTSWITH")) {
            return new Condition.Like(field(left, position, "STARTSWITH"), LikePattern.literal(quoted(), false, true));
        } else if (accept("ENDSWITH")) {
            return new Condition.Like(field(left, position, "ENDSWITH"), LikePattern.literal(quoted(), true, false));
        }
        return null;
    }

    /** {@code a BETWEEN b AND c} is {@code a >= b AND a <= c}. */
    private Condition between(final Term middle, final int position) throws SelectorException {
        requireNumber(middle, position, "BETWEEN compares numbers");
        final int lowAt = lexer.position();
        final Term low = term(sum());
        requireNumber(low, lowAt, "BETWEEN compares numbers");
        expectKeyword("AND");
        final int highAt = lexer.position();
        final Term high = term(sum());
        requireNumber(high, highAt, "BETWEEN compares numbers");
        return bounded(
                new Condition.And(List.of(
                        new Comparison(middle, Sign.GREATER_OR_EQUAL, low, dialect),
                        new Comparison(middle, Sign.LESS_OR_EQUAL, high, dialect))),
                position);
    }

    private Condition in(final Term.Field field) throws SelectorException {
        expectSign("(");
        final List<Term.Literal> texts = new ArrayList<>();
        do {
            texts.add(textLiteral(quoted()));
        } while (acceptSign(","));
        expectSign(")");
        return new Condition.In(field, texts);
    }

    private Condition like(final Term.Field field) throws SelectorException {
        final int patternAt = lexer.position();
        final String pattern = quoted();
        int escape = -1;
        if (accept("ESCAPE")) {
            final int escapeAt = lexer.position();
            final String text = quoted();
            if (text.codePointCount(0, text.length()) != 1) {
                throw new SelectorException(escapeAt, "ESCAPE takes a text of one character");
            }
            escape = text.codePointAt(0);
        }
        try {
            return new Condition.Like(field, LikePattern.of(pattern, escape));
        } catch (IllegalArgumentException e) {
            throw new SelectorException(patternAt, String.valueOf(e.getMessage()));
        }
    }

    private Node sum() throws SelectorException {
        return row("+", "-", true);
    }

    private Node row(final String one, final String other, final boolean ofProducts) throws SelectorException {
        final int position = lexer.position();
        Node left = ofProducts ? row("*", "/", false) : factor();
        while (lexer.isSign(one) || lexer.isSign(other)) {
            final char sign = lexer.text().charAt(0);
            final int signAt = lexer.position();
            lexer.next();
            final int rightAt = lexer.position();
            final Term right = term(ofProducts ? row("*", "/", false) : factor());
            requireNumber(term(left), position, "'" + sign + "' needs numbers");
            requireNumber(right, rightAt, "'" + sign + "' needs numbers");
            left = bounded(new Term.Arithmetic(term(left), sign, right, dialect), signAt);
        }
        return left;
    }

    private Node factor() throws SelectorException {
        final int position = lexer.position();
        if (lexer.isSign("+") || lexer.isSign("-")) {
            return signed(position);
        }
        switch (lexer.type()) {
            case TEXT -> {
                return textLiteral(quoted());
            }
            case EXACT -> {
                return exact("");
            }
            case APPROXIMATE -> {
                return approximate("");
            }
            case IDENTIFIER -> {
                return name(position);
            }
            default -> {
                return other(position);
            }
        }
    }

    private Node other(final int position) throws SelectorException {
        if (accept("TRUE")) {
            return bool(true);
        } else if (accept("FALSE")) {
            return bool(false);
        } else if (acceptSign("(")) {
            enter(position);
            final Node inside = or();
            nesting--;
            expectSign(")");
            return inside;
        }
        throw error("a value, a name or '(' expected, not " + lexer.current());
    }

    private static Term bool(final boolean flag) {
        final Value value = new Value();
        value.set(flag);
        return new Term.Literal(Kind.BOOLEAN, value);
    }

    private Term name(final int position) throws SelectorException {
        final String name = lexer.text();
        if (dialect == Dialect.JMS && FORBIDDEN_HEADERS.contains(name)) {
            throw new SelectorException(
                    position,
                    name + " may not be used; of the header fields a selector may name JMSDeliveryMode, JMSPriority,"
                            + " JMSMessageID, JMSTimestamp, JMSCorrelationID and JMSType");
        }
        lexer.next();
        return new Term.Field(new Identifier(name, dialect));
    }

    /** A sign in front of a number belongs to it, so that the smallest integer can be written. */
    private Node signed(final int position) throws SelectorException {
        final boolean minus = lexer.isSign("-");
        lexer.next();
        if (lexer.type() == Lexer.Type.EXACT) {
            return exact(minus ? "-" : "");
        } else if (lexer.type() == Lexer.Type.APPROXIMATE) {
            return approximate(minus ? "-" : "");
        }
        enter(position);
        final int at = lexer.position();
        final Term operand = term(factor());
        nesting--;
        requireNumber(operand, at, "a sign needs a number");
        return minus
                ? bounded(new Term.Negation(operand, dialect), position)
                : bounded(new Term.Arithmetic(zero(), '+', operand, dialect), position);
    }

    private static Term zero() {
        final Value value = new Value();
        value.set(0L);
        return new Term.Literal(Kind.NUMBER, value);
    }

    private Term exact(final String sign) throws SelectorException {
        final Value value = new Value();
        try {
            value.set(Long.parseLong(sign + lexer.text(), lexer.radix()));
        } catch (NumberFormatException e) {
            throw error("this number is beyond 64 bits; with a point or exponent it is an approximate one");
        }
        lexer.next();
        return new Term.Literal(Kind.NUMBER, value);
    }

    private Term approximate(final String sign) throws SelectorException {
        final double number = Double.parseDouble(sign + lexer.text());
        if (Double.isInfinite(number)) {
            throw error("this number is beyond the range of double");
        }
        final Value value = new Value();
        value.set(number);
        lexer.next();
        return new Term.Literal(Kind.NUMBER, value);
    }

    private Term.Literal textLiteral(final String text) {
        final Value value = new Value();
        value.set(dialect == Dialect.JMS ? stored(text) : text);
        return new Term.Literal(Kind.TEXT, value);
    }

    /** A text as our provider's records have it, where the characters 1 to 3 are written as 3 and a digit. */
    private static String stored(final String text) {
        return text.replace("\3", "\0033").replace("\1", "\0031").replace("\2", "\0032");
    }

    private String quoted() throws SelectorException {
        if (lexer.type() != Lexer.Type.TEXT) {
            throw error("a text in single quotes expected, not " + lexer.current());
        }
        final String text = lexer.text();
        lexer.next();
        return text;
    }

    // ---- types

    private Condition condition(final Node node, final int position) throws SelectorException {
        if (node instanceof Condition condition) {
            return condition;
        }
        final Term term = (Term) node;
        if (term instanceof Term.OfCondition wrapped) {
            return new Condition.OfTerm(wrapped, dialect);
        }
        if (term.kind() == Kind.NUMBER || term.kind() == Kind.TEXT) {
            throw new SelectorException(
                    position,
                    "a condition expected, and this is a " + (term.kind() == Kind.NUMBER ? "number" : "text"));
        }
        return new Condition.OfTerm(term, dialect);
    }

    private static Term term(final Node node) {
        return node instanceof Condition condition ? new Term.OfCondition(condition) : (Term) node;
    }

    private static Term.Field field(final Node node, final int position, final String word) throws SelectorException {
        if (node instanceof Term.Field field) {
            return field;
        }
        throw new SelectorException(position, word + " asks about a header field or property: a name expected here");
    }

    private static void requireNumber(final Term term, final int position, final String rule) throws SelectorException {
        if (term.kind() == Kind.TEXT || term.kind() == Kind.BOOLEAN) {
            throw new SelectorException(
                    position, rule + ", and this is a " + (term.kind() == Kind.TEXT ? "text" : "boolean"));
        }
    }

    private static Condition negate(final Condition condition, final boolean not) {
        return not ? new Condition.Not(condition) : condition;
    }

    private <T extends Node> T bounded(final T node, final int position) throws SelectorException {
        if (node.height() > Node.MAX_HEIGHT) {
            throw new SelectorException(position, "more than " + Node.MAX_HEIGHT + " operations depend on each other");
        }
        return node;
    }

    private void enter(final int position) throws SelectorException {
        if (++nesting > MAX_NESTING) {
            throw new SelectorException(position, "nested more than " + MAX_NESTING + " deep");
        }
    }

    // ---- words

    private boolean accept(final String keyword) throws SelectorException {
        if (lexer.isKeyword(keyword)) {
            lexer.next();
            return true;
        }
        return false;
    }

    private boolean acceptSign(final String sign) throws SelectorException {
        if (lexer.isSign(sign)) {
            lexer.next();
            return true;
        }
        return false;
    }

    private void expectKeyword(final String keyword) throws SelectorException {
        if (!accept(keyword)) {
            throw error(keyword + " expected, not " + lexer.current());
        }
    }

    private void expectSign(final String sign) throws SelectorException {
        if (!acceptSign(sign)) {
            throw error("'" + sign + "' expected, not " + lexer.current());
        }
    }

    private SelectorException error(final String reason) {
        return new SelectorException(lexer.position(), reason);
    }
}
