package io.ansermq.store;

import org.jspecify.annotations.Nullable;

/** The store cannot go on. The text is one line for the operator: what is wrong, where, and what to do next. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreException(final String message) {
        super(message);
    }

    public StoreException(final String message, final @Nullable Throwable cause) {
        super(message, cause);
    }
}
