package io.ansermq.ra;

/**
 * Runs things with this adapter's class loader as the thread's. What is made meanwhile, threads above all, keeps a reference to
 * the context class loader that it finds; the one of an application must not be kept beyond the application.
 */
final class Loading {
    private Loading() {}

    /** What may fail with one kind of exception. */
    @FunctionalInterface
    interface Call<T, E extends Exception> {
        T run() throws E;
    }

    /** Runs it and puts the thread's class loader back. */
    static <T, E extends Exception> T asAdapter(final Call<T, E> call) throws E {
        final Thread thread = Thread.currentThread();
        final ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(Loading.class.getClassLoader());
        try {
            return call.run();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
