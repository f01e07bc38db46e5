package io.ansermq.store.files;

/**
 * How files are called that have a number: a prefix and so many decimal digits. Read and written by hand, since the formatter and
 * the regular expressions of the JDK take a good part of a broker's start when they are first used.
 *
 * @param digits 19 at most count, what more there are is zeros
 */
public record NumberedName(String prefix, int digits) {

    private static final int MOST_DIGITS = 19;

    /** The name with this number, which is not negative and has no more than {@link #digits()}. */
    public String of(final long number) {
        final String text = Long.toString(number);
        return prefix + "0".repeat(digits - text.length()) + text;
    }

    /** Whether a file is called so. */
    public boolean matches(final String name) {
        if (name.length() != prefix.length() + digits || !name.startsWith(prefix)) {
            return false;
        }
        for (int i = prefix.length(); i < name.length(); i++) {
            final char next = name.charAt(i);
            final boolean isDigit = next >= '0' && next <= '9';
            if (!isDigit || (next != '0' && name.length() - i > MOST_DIGITS)) {
                return false;
            }
        }
        return true;
    }

    /** The number in a name that {@link #matches}. */
    public long numberIn(final String name) {
        return Long.parseLong(name.substring(prefix.length()));
    }
}
