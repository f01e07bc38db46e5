package io.ansermq.tools.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads of one round: started together, joined together, and the first failure of any is the round's. Thread safe. */
final class Workers {

    /** How long nothing may move before a round is given up. */
    static final long STALL_MS = 30_000;

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);

    /** What a worker does. */
    interface Work {
        /** Runs to its end; {@code worker} counts from 0. */
        void run(int worker) throws Exception;
    }

    private Workers() {}

    /** Starts so many threads. */
    static Workers start(final String name, final int count, final Work work) {
        final Workers workers = new Workers();
        for (int index = 0; index < count; index++) {
            final int worker = index;
            final Thread thread = new Thread(() -> workers.run(worker, work), "load-" + name + '-' + worker);
            thread.setDaemon(true);
            workers.threads.add(thread);
        }
        workers.threads.forEach(Thread::start);
        return workers;
    }

    /** For threads that are not ours, such as a provider's callbacks: the round has failed. */
    void fail(final Throwable cause) {
        failure.compareAndSet(null, cause);
        failed.countDown();
    }

    /** Lets them work for a while, less when one fails. */
    void await(final long timeMs) throws InterruptedException {
        failed.await(timeMs, TimeUnit.MILLISECONDS);
    }

    /** Whether the round has failed. */
    boolean hasFailed() {
        return failed.getCount() == 0;
    }

    /**
     * Waits for all of them.
     *
     * @throws LoadException one has failed, or is not done {@link #STALL_MS} from now
     */
    void join() throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(STALL_MS);
        for (final Thread thread : threads) {
            final long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime());
            if (!hasFailed()) {
                thread.join(Math.max(1, leftMs));
            }
            if (thread.isAlive() && !hasFailed()) {
                fail(new LoadException(thread.getName() + " has not finished after " + STALL_MS + " ms"));
            }
        }
        check();
    }

    /** Throws what a worker failed with, if one did. */
    void check() {
        final Throwable cause = failure.get();
        if (cause != null) {
            throw new LoadException("The load failed: " + cause.getMessage(), cause);
        }
    }

    private void run(final int worker, final Work work) {
        try {
            work.run(worker);
        } catch (final Throwable cause) {
            fail(cause);
        }
    }
}
