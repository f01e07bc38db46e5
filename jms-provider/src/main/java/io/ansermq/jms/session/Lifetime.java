package io.ansermq.jms.session;

import jakarta.jms.IllegalStateException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Whether an object of the API may still be used: until it is closed, or what it belongs to is. Every method of a
 * connection, session, producer or consumer but {@code close} asks here first (Jakarta Messaging 3.1, sections 6.1.8 and
 * 6.2.15). Thread safe.
 */
final class Lifetime {
    private final String what;
    private final @Nullable Lifetime owner;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** The lifetime of something that belongs to nothing. */
    Lifetime(final String what) {
        this(what, null);
    }

    /** A lifetime that ends with its owner's at the latest. */
    Lifetime(final String what, final @Nullable Lifetime owner) {
        this.what = what;
        this.owner = owner;
    }

    /** Throws when this or something above it is closed. */
    void requireOpen() throws IllegalStateException {
        for (Lifetime each = this; each != null; each = each.owner) {
            if (each.closed.get()) {
                throw new IllegalStateException("the " + each.what + " is closed");
            }
        }
    }

    boolean isOpen() {
        for (Lifetime each = this; each != null; each = each.owner) {
            if (each.closed.get()) {
                return false;
            }
        }
        return true;
    }

    /** Ends it; true for the first call. */
    boolean close() {
        return closed.compareAndSet(false, true);
    }
}
