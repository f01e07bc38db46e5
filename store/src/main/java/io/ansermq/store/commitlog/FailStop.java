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
    private volatile @Nullable Consumer<Throwable> listener;

    /** Who is told, once. */
    void listener(final Consumer<Throwable> onFailure) {
        listener = onFailure;
    }

    /** Stops the store for good; only the first cause counts. */
    void fail(final Throwable failure) {
        final Consumer<Throwable> told = listener;
        if (cause.compareAndSet(null, failure) && told != null) {
            told.accept(failure);
        }
    }

    boolean failed() {
        return cause.get() != null;
    }
}
