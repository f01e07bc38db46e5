package io.ansermq.broker.selector;

import java.util.Locale;
import java.util.Set;

/** Cuts the text of a selector into words. Not thread safe. */
final class Lexer {

    /** What the current word is. */
    enum Type {
        END,
        /** A name of a field. */
        IDENTIFIER,
        /** A word of the language, in capitals in {@link #text()}. */
        KEYWORD,
        /** A text in quotes; {@link #text()} is what they enclose. */
        TEXT,
        /** An integer, digits only in {@link #text()}, see {@link #radix()}. */
        EXACT,
        /** A number with point or exponent, as Java reads it. */
        APPROXIMATE,
        /** Any other sign. */
        SIGN
    }

    private static final Set<String> KEYWORDS =
            Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");
    private static final Set<String> ROCKETMQ_KEYWORDS = Set.of("CONTAINS", "STARTSWITH", "ENDSWITH");
    private static final int LONGEST_KEYWORD = 10;

    private final String in;
    private final Dialect dialect;
    private int at;

    private Type type = Type.END;
    private String text = "";
    private int start;
    private int radix = 10;

    Lexer(final String in, final Dialect dialect) throws SelectorException {
        this.in = in;
        this.dialect = dialect;
        next();
    }

    Type type() {
        return type;
    }

    String text() {
        return text;
    }

    /** Where the current word begins. */
    int position() {
        return start;
    }

    /** Of an exact number. */
    int radix() {
        return radix;
    }

    boolean isKeyword(final String word) {
        return type == Type.KEYWORD && text.equals(word);
    }

    boolean isSign(final String sign) {
        return type == Type.SIGN && text.equals(sign);
    }

    /** For error texts: what stands here. */
    String current() {
        return switch (type) {
            case END -> "the end";
            case TEXT -> "a text in quotes";
            default -> "'" + in.substring(start, at) + "'";
        };
    }

    /** Goes on to the next word. */
    void next() throws SelectorException {
        while (at < in.length() && Character.isWhitespace(in.charAt(at))) {
            at++;
        }
        start = at;
        if (at == in.length()) {
            type = Type.END;
            text = "";
            return;
        }
        final char c = in.charAt(at);
        if (c == '\'') {
            quoted();
        } else if (isDigit(c) || (c == '.' && at + 1 < in.length() && isDigit(in.charAt(at + 1)))) {
            number();
        } else if (Character.isJavaIdentifierStart(c)) {
            word();
        } else {
            sign(c);
        }
    }

    private void quoted() throws SelectorException {
        final StringBuilder content = new StringBuilder();
        at++;
        while (at < in.length()) {
            final char c = in.charAt(at++);
            if (c != '\'') {
                content.append(c);
            } else if (at < in.length() && in.charAt(at) == '\'') {
                content.append(c);
                at++;
            } else {
                type = Type.TEXT;
                text = content.toString();
                return;
            }
        }
        throw new SelectorException(start, "this text in quotes has no end");
    }

    private void word() {
        while (at < in.length() && Character.isJavaIdentifierPart(in.charAt(at))) {
            at++;
        }
        text = in.substring(start, at);
        type = Type.IDENTIFIER;
        if (text.length() <= LONGEST_KEYWORD) {
            final String capitals = text.toUpperCase(Locale.ROOT);
            if (KEYWORDS.contains(capitals) || (dialect == Dialect.ROCKETMQ && ROCKETMQ_KEYWORDS.contains(capitals))) {
                type = Type.KEYWORD;
                text = capitals;
            }
        }
    }

    private void sign(final char c) throws SelectorException {
        final char following = at + 1 < in.length() ? in.charAt(at + 1) : ' ';
        final boolean two = (c == '<' && (following == '>' || following == '=')) || (c == '>' && following == '=');
        if ("=<>+-*/(),".indexOf(c) < 0) {
            throw new SelectorException(at, unknown(c));
        }
        if ((c == '-' && following == '-') || (c == '/' && following == '*')) {
            throw new SelectorException(at, "a selector has no comments");
        }
        at += two ? 2 : 1;
        type = Type.SIGN;
        text = in.substring(start, at);
    }

    private static String unknown(final char c) {
        return switch (c) {
            case '!' -> "'!' means nothing here; unequal is '<>'";
            case '"' -> "a text stands in single quotes";
            default -> "'" + c + "' means nothing here";
        };
    }

    /** Java's literals: decimal, 0x, 0b and octal integers, underscores between digits, a suffix L; floating point. */
    private void number() throws SelectorException {
        radix = 10;
        int digits = at;
        if (in.charAt(at) == '0' && at + 1 < in.length()) {
            switch (in.charAt(at + 1) | 0x20) {
                case 'x' -> radix = 16;
                case 'b' -> radix = 2;
                default -> radix = 10;
            }
            digits += radix == 10 ? 0 : 2;
        }
        at = digits;
        skipDigits();
        boolean approximate = false;
        if (radix == 10) {
            approximate = fraction();
        }
        text = in.substring(digits, at).replace("_", "");
        if (approximate) {
            type = Type.APPROXIMATE;
            if (at < in.length() && "fFdD".indexOf(in.charAt(at)) >= 0) {
                at++;
            }
        } else {
            exact();
        }
        if (at < in.length() && Character.isJavaIdentifierPart(in.charAt(at))) {
            throw new SelectorException(start, "this is neither a number nor a name");
        }
    }

    private void exact() throws SelectorException {
        type = Type.EXACT;
        if (radix == 10 && text.length() > 1 && text.charAt(0) == '0') {
            radix = 8;
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.digit(text.charAt(i), radix) < 0) {
                throw new SelectorException(start, "this number has a digit that does not go with its base " + radix);
            }
        }
        if (text.isEmpty() || in.charAt(at - 1) == '_') {
            throw new SelectorException(start, "this number has no digits where there must be some");
        }
        if (at < in.length() && (in.charAt(at) | 0x20) == 'l') {
            at++;
        }
    }

    /** Whether point or exponent follow; goes past them. */
    private boolean fraction() {
        boolean found = false;
        if (at < in.length() && in.charAt(at) == '.') {
            found = true;
            at++;
            skipDigits();
        }
        if (at < in.length() && (in.charAt(at) | 0x20) == 'e') {
            int exponent = at + 1;
            if (exponent < in.length() && (in.charAt(exponent) == '-' || in.charAt(exponent) == '+')) {
                exponent++;
            }
            if (exponent < in.length() && isDigit(in.charAt(exponent))) {
                found = true;
                at = exponent;
                skipDigits();
            }
        }
        return found;
    }

    private void skipDigits() {
        while (at < in.length()
                && ((Character.digit(in.charAt(at), radix) >= 0 && in.charAt(at) < 0x80) || in.charAt(at) == '_')) {
            at++;
        }
    }

    private static boolean isDigit(final char c) {
        return c >= '0' && c <= '9';
    }
}
