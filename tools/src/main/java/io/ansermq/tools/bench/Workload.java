package io.ansermq.tools.bench;

import jakarta.jms.JMSException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One way to load a broker, after the list in {@code docs/performance.md}. Immutable; runs one round at a time.
 */
public sealed interface Workload permits SyncSend, AsyncSend, Drain, FixedRate, Transacted, XaSend {

    /** The short name for command lines and tables, for instance {@code W1x8}. */
    String id();

    /** What is done, in a few words for a table. */
    String title();

    /**
     * Loads the round's broker, blocking until all workers are done.
     *
     * @return the figures of the measured part
     * @throws JMSException the provider failed
     * @throws LoadException messages were lost, or nothing moved for {@link Workers#STALL_MS}
     * @throws InterruptedException the calling thread was interrupted
     */
    RoundResult run(Round round) throws JMSException, InterruptedException;

    /** Synchronous and asynchronous sends, drains, and fixed rates: W1 to W4. */
    static List<Workload> standard() {
        return List.of(
                new SyncSend(1),
                new SyncSend(8),
                new AsyncSend(1000),
                new Drain(1, 0),
                new Drain(8, 0),
                new Drain(1, 100),
                new FixedRate(5_000),
                new FixedRate(20_000));
    }

    /** Transactions: W5 and W10. */
    static List<Workload> transactions() {
        return List.of(
                new Transacted(Transacted.Kind.SEND),
                new Transacted(Transacted.Kind.RECEIVE),
                new Transacted(Transacted.Kind.RECEIVE_AND_SEND),
                new XaSend());
    }

    /** All of them. */
    static List<Workload> all() {
        return Stream.concat(standard().stream(), transactions().stream()).toList();
    }

    /**
     * The workload of that name, whatever the case of its letters.
     *
     * @throws IllegalArgumentException there is none; the text lists those there are
     */
    static Workload named(final String id) {
        return all().stream()
                .filter(workload -> workload.id().equalsIgnoreCase(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no workload '" + id + "'; there are "
                        + all().stream().map(Workload::id).collect(Collectors.joining(", "))));
    }
}
