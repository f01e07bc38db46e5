package io.ansermq.store.commitlog;

import org.jspecify.annotations.Nullable;

/**
 * What nobody wants any more, and when it may go. Thread safe.
 *
 * <p>That a message is no longer wanted follows from records: its acknowledgements. As long as these are not durable a loss of
 * power takes them back, and the message would be wanted again. So a position is granted when everything is durable
 * that was committed when the position was given.
 */
final class Releases {
    private long granted;
    private @Nullable Wish first;

    /** The newest wish; the ones between are contained in it. */
    private @Nullable Wish last;

    private record Wish(long position, long reason) {}

    /** Nothing below a position is wanted, which follows from what is committed. */
    synchronized void wish(final long position, final long committed) {
        final Wish wish = new Wish(position, committed);
        if (first == null) {
            first = wish;
        } else {
            last = wish;
        }
    }

    /** Everything below may go. */
    synchronized long granted(final long durable) {
        while (first != null && first.reason <= durable) {
            granted = Math.max(granted, first.position);
            first = last;
            last = null;
        }
        return granted;
    }
}
