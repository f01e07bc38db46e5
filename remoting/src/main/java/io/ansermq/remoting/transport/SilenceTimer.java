package io.ansermq.remoting.transport;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a {@link SilenceWatch} when its time has come and has the answer carried out. Not thread safe; confined to one
 * event loop. Costs a reading of the clock per batch of reads or writes, and a timer event per interval at most.
 */
final class SilenceTimer implements Runnable {

    private final ScheduledExecutorService eventLoop;
    private final LongSupplier nanoClock;
    private final Actions actions;
    private @Nullable SilenceWatch watch;
    private @Nullable Future<?> timer;

    SilenceTimer(final ScheduledExecutorService eventLoop, final LongSupplier nanoClock, final Actions actions) {
        this.eventLoop = eventLoop;
        this.nanoClock = nanoClock;
        this.actions = actions;
    }

    /** From now on by heartbeats, whatever was before. */
    void heartbeat(final long intervalMs) {
        start(SilenceWatch.heartbeat(TimeUnit.MILLISECONDS.toNanos(intervalMs), nanoClock.getAsLong()));
    }

    /** From now on by an idle timeout, whatever was before. */
    void idleTimeout(final long timeoutMs) {
        start(SilenceWatch.idleTimeout(TimeUnit.MILLISECONDS.toNanos(timeoutMs), nanoClock.getAsLong()));
    }

    void sent() {
        if (watch != null) {
            watch.sent(nanoClock.getAsLong());
        }
    }

    void received() {
        if (watch != null) {
            watch.received(nanoClock.getAsLong());
        }
    }

    void stop() {
        watch = null;
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }

    private void start(final SilenceWatch newWatch) {
        stop();
        watch = newWatch;
        schedule(newWatch);
    }

    private void schedule(final SilenceWatch current) {
        final long delayNs = current.untilNextActionNs(nanoClock.getAsLong());
        timer = eventLoop.schedule(this, delayNs, TimeUnit.NANOSECONDS);
    }

    /** The timer has come; one that was cancelled does not. */
    @Override
    public void run() {
        final SilenceWatch current = watch;
        if (current == null) {
            return;
        }
        if (!actions.isListening()) {
            // Who does not listen cannot call the peer silent.
            current.received(nanoClock.getAsLong());
        }
        switch (current.act(nanoClock.getAsLong())) {
            case CLOSE -> actions.silent(TimeUnit.NANOSECONDS.toMillis(current.closeAfterNs()));
            case PING -> {
                // Counts as sent at once, though it leaves with the next flush: one ping per silence is enough.
                current.sent(nanoClock.getAsLong());
                actions.ping();
                schedule(current);
            }
            case NOTHING -> schedule(current);
        }
    }

    /** What the timer has done. */
    interface Actions {
        /** Whether anything from the peer would be read at all. */
        boolean isListening();

        /** Send something that the peer answers. */
        void ping();

        /** The peer was silent for too long. */
        void silent(long silenceMs);
    }
}
