package io.ansermq.ra;

import io.ansermq.remoting.transport.RemotingClient;
import jakarta.resource.spi.BootstrapContext;
import jakarta.resource.spi.UnavailableException;
import jakarta.resource.spi.work.Work;
import jakarta.resource.spi.work.WorkException;
import jakarta.resource.spi.work.WorkManager;
import java.util.Timer;
import java.util.TimerTask;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's threads and its timer: the adapter has none of its own. Thread safe. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    /** Before a server that has no thread to spare is asked again. */
    private static final long REJECTED_RETRY_MS = 500;

    /** The longest wait for the threads of connections, which are closed and end by themselves. */
    private static final long STOP_WAIT_MS = 2_000;

    private final BootstrapContext context;
    private final WorkManager works;

    /** Guarded by itself being made once under this object's monitor. */
    private @Nullable Timer timer;

    private boolean stopped;

    Threads(final BootstrapContext context) {
        this.context = context;
        works = context.getWorkManager();
    }

    /** Runs it soon, and returns at once. */
    void run(final Work work) throws WorkException {
        works.scheduleWork(new Leaving(work), WorkManager.INDEFINITE, null, null);
    }

    /** Leaves nothing of this adapter's in the server's thread, which outlives the adapter. */
    private record Leaving(Work work) implements Work {
        @Override
        public void run() {
            try {
                work.run();
            } finally {
                RemotingClient.forgetThread();
            }
        }

        @Override
        public void release() {
            work.release();
        }
    }

    /** Runs it soon, or when the server has a thread for it. */
    void runSurely(final Work work) {
        try {
            run(work);
        } catch (WorkException e) {
            LOG.debug("the server has no thread for {}: {}", work, e.getMessage());
            later(REJECTED_RETRY_MS, work);
        }
    }

    /** Runs it as work after so many milliseconds; not at all when the adapter stops before. */
    Pending later(final long delayMs, final Runnable task) {
        return later(delayMs, work(task));
    }

    Pending later(final long delayMs, final Work work) {
        final TimerTask task = new TimerTask() {
            @Override
            public void run() {
                runSurely(work);
            }
        };
        synchronized (this) {
            if (!stopped) {
                timer().schedule(task, delayMs);
            }
        }
        return task::cancel;
    }

    /** Something that has been put off. */
    @FunctionalInterface
    interface Pending {
        /** Leaves it undone, unless it has begun. */
        void cancel();
    }

    static Work work(final Runnable task) {
        return new Work() {
            @Override
            public void run() {
                task.run();
            }

            @Override
            public void release() {
                // Nothing of ours waits for long.
            }
        };
    }

    private Timer timer() {
        Timer made = timer;
        if (made == null) {
            try {
                made = context.createTimer();
            } catch (UnavailableException e) {
                LOG.debug("the server has no timer", e);
                made = new Timer("anser-resource-adapter", true);
            }
            timer = made;
        }
        return made;
    }

    /** Ends what runs for this adapter, in bounded time; its connections have been closed before. */
    void stop() {
        synchronized (this) {
            stopped = true;
            if (timer != null) {
                timer.cancel();
            }
        }
        try {
            if (!RemotingClient.endThreads(STOP_WAIT_MS)) {
                LOG.debug("connections are open still; their threads end with them");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RemotingClient.forgetThread();
        LastRecord.forget();
    }
}
