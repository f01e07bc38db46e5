package io.ansermq.remoting.transport;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.util.collection.IntObjectHashMap;
import io.netty.util.collection.IntObjectMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The requests of a connection that wait for an answer. Not thread safe; confined to one event loop.
 *
 * <p>There is one timer for all requests and not one each: nearly all are answered long before their time is up, so it
 * is cheaper to look at those left when the earliest deadline of a while ago has come.
 */
final class PendingRequests implements Runnable {

    private final ScheduledExecutorService eventLoop;
    private final LongSupplier nanoClock;
    private final String remote;
    private final IntObjectMap<Request> byOpaque = new IntObjectHashMap<>();
    private @Nullable Future<?> timer;
    private long timerDueNs;

    PendingRequests(final ScheduledExecutorService eventLoop, final LongSupplier nanoClock, final String remote) {
        this.eventLoop = eventLoop;
        this.nanoClock = nanoClock;
        this.remote = remote;
    }

    void add(final Request request) {
        byOpaque.put(request.command().opaque(), request);
        if (timer == null || request.deadlineNs() - timerDueNs < 0) {
            startTimer(request.deadlineNs());
        }
    }

    void remove(final Request request) {
        byOpaque.remove(request.command().opaque());
    }

    /** Completes the request that this answers; false when there is none. */
    boolean answer(final RemotingCommand answer) {
        final Request request = byOpaque.remove(answer.opaque());
        if (request == null) {
            return false;
        }
        request.answer(answer);
        return true;
    }

    /** Fails all requests. */
    void failAll(final IOException cause) {
        stopTimer();
        final List<Request> failed = new ArrayList<>(byOpaque.values());
        byOpaque.clear();
        failed.forEach(request -> request.completeExceptionally(cause));
    }

    /** Fails those whose time is up. */
    @Override
    public void run() {
        timer = null;
        final long nowNs = nanoClock.getAsLong();
        final List<Request> expired = new ArrayList<>();
        @Nullable Request earliest = null;
        final Iterator<Request> requests = byOpaque.values().iterator();
        while (requests.hasNext()) {
            final Request request = requests.next();
            if (request.deadlineNs() - nowNs <= 0) {
                requests.remove();
                expired.add(request);
            } else if (earliest == null || request.deadlineNs() - earliest.deadlineNs() < 0) {
                earliest = request;
            }
        }
        if (earliest != null) {
            startTimer(earliest.deadlineNs());
        }
        // Last: whatever hangs on a request may start another one.
        for (final Request request : expired) {
            request.completeExceptionally(new TimeoutException(
                    "no answer from " + remote + " within " + request.timeoutMs() + " ms to " + request.command()));
        }
    }

    private void startTimer(final long dueNs) {
        stopTimer();
        timerDueNs = dueNs;
        final long delayNs = Math.max(0, dueNs - nanoClock.getAsLong());
        timer = eventLoop.schedule(this, delayNs, TimeUnit.NANOSECONDS);
    }

    private void stopTimer() {
        if (timer != null) {
            timer.cancel(false);
            timer = null;
        }
    }
}
