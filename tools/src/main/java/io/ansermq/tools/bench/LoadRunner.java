package io.ansermq.tools.bench;

import jakarta.jms.JMSException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Runs workloads against one or more brokers and takes the figures.
 *
 * <p>Rounds are interleaved: each runs every workload against every target before the next begins, so that a slow hour
 * of the machine is shared by all of them and ratios stay true. Sent messages stay in their queues, whose names begin
 * with {@code bench.}. One run at a time.
 */
public final class LoadRunner {

    private final String queuePrefix;
    private final Consumer<String> progress;

    /**
     * A runner.
     *
     * @param runName part of every queue's name; must be new to the brokers, or an earlier run's messages are found
     * @param progress gets one line per round, on the calling thread
     */
    public LoadRunner(final String runName, final Consumer<String> progress) {
        this.queuePrefix = "bench." + runName + '.';
        this.progress = progress;
    }

    /**
     * Runs everything, blocking.
     *
     * @throws LoadException a round failed; the text names it
     * @throws InterruptedException the calling thread was interrupted; workers end by themselves
     */
    public LoadReport run(final List<LoadTarget> targets, final LoadOptions options) throws InterruptedException {
        if (options.warmupMs() > 0) {
            for (final Workload workload : options.workloads()) {
                for (final LoadTarget target : targets) {
                    run(workload, warmup(target, workload, options));
                }
            }
        }
        final List<RoundResult> results = new ArrayList<>();
        for (int number = 1; number <= options.rounds(); number++) {
            for (final Workload workload : options.workloads()) {
                for (final LoadTarget target : targets) {
                    results.add(run(workload, round(target, workload, options, number)));
                }
            }
        }
        return new LoadReport(options, results);
    }

    private RoundResult run(final Workload workload, final Round round) throws InterruptedException {
        final String name = (round.number() == 0 ? "warm-up" : "round " + round.number())
                + ' '
                + workload.id()
                + ' '
                + round.target().name();
        try {
            final RoundResult result = workload.run(round);
            progress.accept(name + ": " + line(result));
            return result;
        } catch (final JMSException | LoadException e) {
            throw new LoadException(name + ": " + e.getMessage(), e);
        }
    }

    private Round warmup(final LoadTarget target, final Workload workload, final LoadOptions options) {
        return new Round(
                target,
                0,
                queue(workload, 0),
                options.messageBytes(),
                options.warmupMs(),
                Math.max(1, options.backlogMessages() / 2));
    }

    private Round round(final LoadTarget target, final Workload workload, final LoadOptions options, final int number) {
        return new Round(
                target,
                number,
                queue(workload, number),
                options.messageBytes(),
                options.measureMs(),
                options.backlogMessages());
    }

    private String queue(final Workload workload, final int number) {
        return queuePrefix + workload.id().replace('@', '-').toLowerCase(Locale.ROOT) + '.' + number;
    }

    private static String line(final RoundResult result) {
        final StringBuilder text = new StringBuilder();
        text.append(Figures.text(result.rate())).append(" messages/s");
        if (!Double.isNaN(result.latencyUs(50))) {
            text.append(", p50 ").append(Figures.text(result.latencyUs(50)));
            text.append(" us, p99 ").append(Figures.text(result.latencyUs(99))).append(" us");
        }
        text.append(", CPU us/msg broker ").append(Figures.text(result.brokerUsPerMessage()));
        text.append(", client ").append(Figures.text(result.clientUsPerMessage()));
        text.append(", foreign cores ").append(Figures.text(result.cpu().foreignCores()));
        return result.note().isEmpty()
                ? text.toString()
                : text.append(" (").append(result.note()).append(')').toString();
    }
}
