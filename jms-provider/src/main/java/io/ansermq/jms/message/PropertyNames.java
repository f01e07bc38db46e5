package io.ansermq.jms.message;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a property may be called: an identifier of the selector language (Jakarta Messaging 3.1, section 3.8.1.1). */
final class PropertyNames {
    private static final Set<String> KEYWORDS =
            Set.of("NULL", "TRUE", "FALSE", "NOT", "AND", "OR", "BETWEEN", "LIKE", "IN", "IS", "ESCAPE");
    private static final int LONGEST_KEYWORD = 7;

    private PropertyNames() {}

    /**
     * Passes a name that is allowed. Unless {@code strict}, only what could not be stored is refused: commas and control
     * characters, which the stored form needs for itself.
     *
     * @throws IllegalArgumentException saying what is wrong with the name
     */
    static String check(final @Nullable String name, final boolean strict) {
        if (name == null || name.isEmpty()) {
            throw new IllegalArgumentException("a property needs a name that is not empty");
        }
        if (strict && !isIdentifier(name)) {
            throw new IllegalArgumentException("property name '" + name + "' is not an identifier: letters, digits, '_'"
                    + " and '$' only, no digit first (validatePropertyNames=false lifts this rule)");
        }
        if (strict && isKeyword(name)) {
            throw new IllegalArgumentException("property name '" + name
                    + "' is a word of the selector language (validatePropertyNames=false lifts this rule)");
        }
        if (!strict && !isStorable(name)) {
            throw new IllegalArgumentException("property name '" + name + "' has a comma or a control character");
        }
        return name;
    }

    private static boolean isIdentifier(final String name) {
        if (!Character.isJavaIdentifierStart(name.charAt(0))) {
            return false;
        }
        for (int i = 1; i < name.length(); i++) {
            final char c = name.charAt(i);
            // The JDK counts some control characters as part of an identifier, to be ignored.
            if (!Character.isJavaIdentifierPart(c) || Character.isIdentifierIgnorable(c)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isKeyword(final String name) {
        return name.length() <= LONGEST_KEYWORD && KEYWORDS.contains(name.toUpperCase(Locale.ROOT));
    }

    private static boolean isStorable(final String name) {
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            if (c == ',' || c < ' ') {
                return false;
            }
        }
        return true;
    }
}
