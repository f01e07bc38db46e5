package io.ansermq.tools.bench;

import java.util.List;

/**
 * What to run and for how long. Immutable.
 *
 * @param workloads run in this order in every round
 * @param messageBytes size of a message's body, at least 8
 * @param rounds how often each workload is measured; the tables show medians, so 3 or more mean something
 * @param warmupMs length of the unmeasured run of each workload before the first round
 * @param measureMs length of the measured part of a round
 * @param backlogMessages how many messages a drain finds waiting
 */
public record LoadOptions(
        List<Workload> workloads, int messageBytes, int rounds, long warmupMs, long measureMs, int backlogMessages) {

    /** Checks the bounds. */
    public LoadOptions {
        workloads = List.copyOf(workloads);
        requireAtLeast("the message size in bytes", Long.BYTES, messageBytes);
        requireAtLeast("the number of rounds", 1, rounds);
        requireAtLeast("the warm-up in ms", 0, warmupMs);
        requireAtLeast("the measured time in ms", 1, measureMs);
        requireAtLeast("the backlog", 1, backlogMessages);
    }

    private static void requireAtLeast(final String name, final long least, final long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is " + value + ", and must be at least " + least);
        }
    }
}
