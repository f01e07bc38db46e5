package io.ansermq.broker.selector;

/** A value of three-valued logic, as SQL-92 has it. */
enum Truth {
    FALSE,
    /** A value that it depends on is null. */
    UNKNOWN,
    TRUE;

    static Truth of(final boolean value) {
        return value ? TRUE : FALSE;
    }

    Truth not() {
        return switch (this) {
            case FALSE -> TRUE;
            case UNKNOWN -> UNKNOWN;
            case TRUE -> FALSE;
        };
    }
}
