package io.ansermq.tools.demo;

import io.ansermq.tools.console.CommandFailure;
import io.ansermq.tools.console.FailureText;
import io.ansermq.tools.console.ProgressLine;
import io.ansermq.tools.console.Quantity;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Sends and receives everything that the options ask for, and shows how far it is. Confined to the main thread. */
final class Demo {

    /** How long nothing may come before what is missing counts as lost. */
    private static final long STALL_MS = 15_000;

    /** How long to look for messages that come once more, after all have come. */
    private static final long LINGER_MS = 200;

    private final Latencies latencies = new Latencies();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final CountDownLatch failed = new CountDownLatch(1);
    private final ProgressLine progress;
    private final long intervalMs;
    private final List<Route> routes;

    Demo(final DemoOptions options, final ProgressLine progress, final long intervalMs) {
        this.progress = progress;
        this.intervalMs = intervalMs;
        final int bytes = options.bodyBytes();
        this.routes = List.of(
                route(new Route.Plan(Route.Kind.QUEUE, "demo.orders", 4, 4, options.queueMessages(), bytes)),
                route(new Route.Plan(Route.Kind.TOPIC, "demo.prices", 2, 3, options.topicMessages(), bytes)));
    }

    private Route route(final Route.Plan plan) {
        return new Route(plan, latencies, this::fail);
    }

    private void fail(final Throwable cause) {
        failure.compareAndSet(null, cause);
        failed.countDown();
    }

    /**
     * Runs to the end, or until nothing moves any more.
     *
     * @throws CommandFailure a client failed
     */
    DemoResult run(final ConnectionFactory factory) throws JMSException, InterruptedException {
        try {
            for (final Route route : routes) {
                route.open(factory);
            }
            final long startNs = System.nanoTime();
            routes.forEach(Route::start);
            final long endNs = watch(startNs);
            failed.await(LINGER_MS, TimeUnit.MILLISECONDS);
            check();
            latencies.interval();
            return new DemoResult(routes, latencies.total(), endNs - startNs);
        } finally {
            progress.end();
            for (final Route route : routes) {
                route.close();
            }
        }
    }

    /** Returns when the last message came. */
    private long watch(final long startNs) throws InterruptedException {
        long before = 0;
        long beforeNs = startNs;
        long movedNs = startNs;
        while (true) {
            final boolean over = failed.await(intervalMs, TimeUnit.MILLISECONDS);
            final long nowNs = System.nanoTime();
            final long received = sum(Route::received);
            progress.show(line(nowNs - startNs, received, (received - before) * 1e9 / (nowNs - beforeNs)));
            if (received > before) {
                movedNs = nowNs;
            }
            final boolean stalled = nowNs - movedNs > TimeUnit.MILLISECONDS.toNanos(STALL_MS);
            if (over || stalled || received == sum(Route::expected)) {
                return movedNs;
            }
            before = received;
            beforeNs = nowNs;
        }
    }

    private void check() {
        final Throwable cause = failure.get();
        if (cause != null) {
            throw CommandFailure.failed("the demo failed: " + FailureText.of(cause), cause);
        }
    }

    /** Short enough for a terminal of 80 columns. */
    private String line(final long elapsedNs, final long received, final double perSecond) {
        final Histogram latest = latencies.interval();
        return String.format(
                Locale.ROOT,
                "%5.1f s %3d%%  sent %,7d  received %,7d  %,6.0f/s  p50 %s  p99 %s",
                elapsedNs / 1e9,
                100 * received / sum(Route::expected),
                sum(Route::sent),
                received,
                perSecond,
                Quantity.latency(latest.getValueAtPercentile(50)),
                Quantity.latency(latest.getValueAtPercentile(99)));
    }

    private long sum(final ToLongFunction<Route> figure) {
        return routes.stream().mapToLong(figure).sum();
    }
}
