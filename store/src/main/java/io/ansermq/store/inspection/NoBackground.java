package io.ansermq.store.inspection;

import io.ansermq.store.files.Background;

/** Nothing is prepared in the background: nothing is written. */
final class NoBackground implements Background {
    @Override
    public void register(final Task task) {}

    @Override
    public void wake() {}

    @Override
    public void atEnd(final Runnable action) {
        action.run();
    }
}
