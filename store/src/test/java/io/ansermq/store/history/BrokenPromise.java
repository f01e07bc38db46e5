package io.ansermq.store.history;

/** The store did not keep what it owes. */
class BrokenPromise extends AssertionError {
    private static final long serialVersionUID = 1L;

    BrokenPromise(final String what) {
        super(what);
    }

    /** A message that the store says is damaged: nothing wrong was handed out. */
    static final class Unreadable extends BrokenPromise {
        private static final long serialVersionUID = 1L;

        Unreadable(final String what) {
            super(what);
        }
    }

    BrokenPromise(final String what, final Throwable cause) {
        super(what, cause);
    }
}
