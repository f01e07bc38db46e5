package io.ansermq.broker.security;

/** Patterns of names, in which {@code *} stands for any text, also none. Stateless. */
public final class NamePattern {

    private NamePattern() {}

    /** Whether a name matches a pattern. */
    public static boolean matches(final String pattern, final String name) {
        final String[] parts = pattern.split("\\*", -1);
        final String first = parts[0];
        if (parts.length == 1) {
            return name.equals(first);
        }
        final String last = parts[parts.length - 1];
        if (!name.startsWith(first) || !name.endsWith(last) || name.length() < first.length() + last.length()) {
            return false;
        }
        int at = first.length();
        for (int i = 1; i < parts.length - 1; i++) {
            final int found = name.indexOf(parts[i], at);
            if (found < 0) {
                return false;
            }
            at = found + parts[i].length();
        }
        return at <= name.length() - last.length();
    }
}
