package io.ansermq.tools.bench;

import org.jspecify.annotations.Nullable;

/** A load run could not go on; the text is one line that says what happened and what to do. */
public final class LoadException extends RuntimeException {

    /** A failure of its own. */
    public LoadException(final String message) {
        super(message);
    }

    /** A failure with what the provider or the system reported. */
    public LoadException(final String message, final @Nullable Throwable cause) {
        super(message, cause);
    }
}
