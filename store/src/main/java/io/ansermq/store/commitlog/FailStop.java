package io.ansermq.store.commitlog;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The store's one-way switch to "stopped". After a failed write or force nobody knows what the device holds: nothing may
 * be committed any more, and nothing is tried again. Thread safe.
 */
final class FailStop {
    private final AtomicReference<@Nullable Throwable> cause = new AtomicReference<>();
    private volatile Consumer<Throwable> listener = failure -> {};

    /** Who is told, once. */
    void listener(final Consumer<Throwable> onFailure) {
        listener = onFailure;
    }

    /** Stops the store for good; only the first cause counts. */
    void fail(final Throwable failure) {
        if (cause.compareAndSet(null, failure)) {
            listener.accept(failure);
        }
    }

    boolean failed() {
        return cause.get() != null;
    }
}
