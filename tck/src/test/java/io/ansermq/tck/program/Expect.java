package io.ansermq.tck.program;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Assertions of the programs, which have no test library. */
final class Expect {
    private Expect() {}

    static void equal(String what, @Nullable Object expected, @Nullable Object actual) {
        if (!Objects.deepEquals(expected, actual)) {
            throw new AssertionError(what + " should be " + show(expected) + " and is " + show(actual));
        }
    }

    static void that(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }

    static <T> T present(String what, @Nullable T value) {
        if (value == null) {
            throw new AssertionError("there is no " + what);
        }
        return value;
    }

    private static String show(@Nullable Object value) {
        if (value == null) {
            return "null";
        }
        final String text = value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString();
        final String shortened = text.length() <= 100 ? text : text.substring(0, 100) + "...";
        return shortened + " (" + value.getClass().getSimpleName() + ")";
    }
}
