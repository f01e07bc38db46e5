package io.ansermq.store.files;

import java.io.IOException;

/** Work that the {@code aux} agent does for others: preparing files, forcing, deleting. Thread safe. */
public interface Background {
    /** Adds a task for as long as the store is open. */
    void register(Task task);

    /** Makes the agent look at its tasks again. */
    void wake();

    /**
     * Has something done when no task runs any more, and none will: giving back what tasks use. Done at once when that is
     * already so.
     */
    void atEnd(Runnable action);

    /** A piece of background work, always called on one thread. */
    @FunctionalInterface
    interface Task {
        /**
         * Does one bounded step.
         *
         * @return whether it did something, so that it should be called again soon
         * @throws IOException stops the store: what fails harmlessly is handled by the task
         */
        boolean doWork() throws IOException;
    }
}
