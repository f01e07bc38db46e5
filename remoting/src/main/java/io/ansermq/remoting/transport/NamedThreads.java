package io.ansermq.remoting.transport;

import java.util.concurrent.ThreadFactory;

/**
 * Makes threads that all have one name. Thread safe.
 *
 * @param daemon whether the JVM may end while one of them runs
 */
public record NamedThreads(String name, boolean daemon) implements ThreadFactory {

    @Override
    public Thread newThread(final Runnable task) {
        final Thread thread = new Thread(task, name);
        thread.setDaemon(daemon);
        return thread;
    }
}
