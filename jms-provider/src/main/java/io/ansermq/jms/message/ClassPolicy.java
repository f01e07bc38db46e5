package io.ansermq.jms.message;

import java.util.ArrayList;
import java.util.List;

/**
 * Which classes the body of a received {@code ObjectMessage} may name: those on the allow-list and not on the deny-list.
 * Immutable, thread safe.
 *
 * <p>An entry is the name of a class (with its nested classes), the name of a package (with the packages beneath), or
 * {@code *} for everything. Always allowed, unless denied, are the classes directly in {@code java.lang},
 * {@code java.util} and {@code java.math}, and all of {@code java.util.concurrent} and {@code java.time}: values,
 * collections, exceptions. The other sub-packages are not, because {@code java.lang.invoke} and {@code
 * java.lang.reflect} turn data into calls.
 */
public final class ClassPolicy {
    /** Nothing besides what is always allowed. */
    public static final ClassPolicy DEFAULT = new ClassPolicy(List.of(), List.of());

    private static final List<String> PACKAGES = List.of("java.lang", "java.util", "java.math");
    private static final List<String> PACKAGES_WITH_CHILDREN = List.of("java.util.concurrent", "java.time");
    private static final String EVERYTHING = "*";

    private final List<String> allowed;
    private final List<String> denied;

    /** A policy of these entries; the deny-list wins. */
    public ClassPolicy(final List<String> allowed, final List<String> denied) {
        this.allowed = List.copyOf(allowed);
        this.denied = List.copyOf(denied);
    }

    /** A policy of two lists with their entries between commas; white space around an entry does not count. */
    public static ClassPolicy parse(final String allowed, final String denied) {
        return new ClassPolicy(entries(allowed), entries(denied));
    }

    /**
     * Whether a stream may name this class. Of an array its element type counts, and primitive types are harmless.
     *
     * @param className as {@link Class#getName()} has it
     */
    public boolean allows(final String className) {
        final String name = elementType(className);
        if (name.isEmpty()) {
            return true;
        }
        if (matchesAny(denied, name)) {
            return false;
        }
        return isAlwaysAllowed(name) || matchesAny(allowed, name);
    }

    private static boolean isAlwaysAllowed(final String name) {
        final int lastDot = name.lastIndexOf('.');
        return (lastDot > 0 && PACKAGES.contains(name.substring(0, lastDot)))
                || matchesAny(PACKAGES_WITH_CHILDREN, name);
    }

    private static boolean matchesAny(final List<String> entries, final String name) {
        for (final String entry : entries) {
            if (entry.equals(EVERYTHING) || matches(entry, name)) {
                return true;
            }
        }
        return false;
    }

    /** {@code a.b} covers itself, the package's {@code a.b.C} and the class's {@code a.b$C}. */
    private static boolean matches(final String entry, final String name) {
        if (!name.startsWith(entry)) {
            return false;
        }
        if (name.length() == entry.length()) {
            return true;
        }
        final char next = name.charAt(entry.length());
        return next == '.' || next == '$';
    }

    /** {@code [[Lcom.acme.Order;} is about {@code com.acme.Order}, {@code [I} about nothing. */
    private static String elementType(final String className) {
        if (!className.startsWith("[")) {
            return className;
        }
        final int dimensions = className.lastIndexOf('[') + 1;
        final boolean ofObjects = className.startsWith("L", dimensions) && className.endsWith(";");
        return ofObjects ? className.substring(dimensions + 1, className.length() - 1) : "";
    }

    private static List<String> entries(final String list) {
        final List<String> entries = new ArrayList<>();
        for (final String entry : list.split(",", -1)) {
            if (!entry.isBlank()) {
                entries.add(entry.strip());
            }
        }
        return entries;
    }
}
