package io.ansermq.tools.demo;

import io.ansermq.tools.console.Quantity;
import io.ansermq.tools.console.TextTable;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;

/**
 * What came of it.
 *
 * @param routes finished
 * @param latencies in microseconds, of all receipts
 * @param elapsedNs from the first send to the last receipt
 */
record DemoResult(List<Route> routes, Histogram latencies, long elapsedNs) {

    /** Whether every message came to everyone it was for, once. */
    boolean complete() {
        return lost() == 0 && doubled() == 0;
    }

    private long lost() {
        return sum(Route::expected) - sum(Route::received);
    }

    private long doubled() {
        return sum(Route::doubled);
    }

    /** The table of destinations, rates and latencies. */
    String text() {
        final TextTable table = new TextTable("", "", "", ">sent", ">received", ">lost", ">doubled");
        for (final Route route : routes) {
            final Route.Plan plan = route.plan();
            table.row(
                    plan.kind().name().toLowerCase(Locale.ROOT),
                    plan.name(),
                    plan.senders() + " producers, " + plan.receivers() + ' '
                            + plan.kind().receivers(),
                    Quantity.count(route.sent()),
                    Quantity.count(route.received()),
                    Quantity.count(route.expected() - route.received()),
                    Quantity.count(route.doubled()));
        }
        table.row(
                "total",
                "",
                "",
                Quantity.count(sum(Route::sent)),
                Quantity.count(sum(Route::received)),
                Quantity.count(lost()),
                Quantity.count(doubled()));
        return table.text() + System.lineSeparator() + rates() + times();
    }

    private String rates() {
        final double seconds = elapsedNs / 1e9;
        return String.format(
                Locale.ROOT,
                "rate      %,.0f messages/s sent, %,.0f messages/s received, over %.1f s%n",
                sum(Route::sent) / seconds,
                sum(Route::received) / seconds,
                seconds);
    }

    private String times() {
        return "latency   p50 " + percentile(50) + ", p99 " + percentile(99) + ", p99.9 " + percentile(99.9) + ", max "
                + Quantity.latency(latencies.getMaxValue()) + " (send to receipt, a cold JVM included)"
                + System.lineSeparator();
    }

    private String percentile(final double percent) {
        return Quantity.latency(latencies.getValueAtPercentile(percent));
    }

    private long sum(final ToLongFunction<Route> figure) {
        return routes.stream().mapToLong(figure).sum();
    }
}
