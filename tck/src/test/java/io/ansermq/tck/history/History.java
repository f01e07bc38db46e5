package io.ansermq.tck.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The record of one run: who sent what and learnt what, who received and acknowledged what, and when the broker was
 * killed. Thread safe; each producer and consumer writes a log of its own, and {@link #story()} is for the time when
 * all have ended.
 *
 * <p>The kills cut the run into <em>lives</em> of the broker. A consumer's connection belongs to one life, whatever
 * the moment at which its thread came round to writing down what it got; that is why the life is an argument of
 * {@link #consumerOpened} and not read from a clock.
 */
public final class History {
    private final AtomicLong clock = new AtomicLong();
    private final List<ProducerLog> producers = new ArrayList<>();
    private final List<ConsumerLog> consumers = new ArrayList<>();
    private int kills;

    /** A producer comes, for the whole run. */
    public synchronized ProducerLog producer(String name) {
        final ProducerLog log = new ProducerLog(name);
        producers.add(log);
        return log;
    }

    /**
     * A consumer has connected.
     *
     * @param name       unique to this connection
     * @param brokerLife the number of kills before it connected
     * @param auto       whether the provider acknowledges by itself, and the application does not
     */
    public synchronized ConsumerLog consumerOpened(String name, int brokerLife, boolean auto) {
        final ConsumerLog log = new ConsumerLog(clock, name, brokerLife, auto);
        consumers.add(log);
        return log;
    }

    /** The broker was killed. */
    public synchronized void brokerKilled() {
        kills++;
    }

    /** What happened, once everybody has ended and what was left in the destinations has been received too. */
    public synchronized Story story() {
        return new Story(
                producers.stream().flatMap(log -> log.sends().stream()).toList(),
                consumers.stream().flatMap(log -> log.receives().stream()).toList(),
                consumers.stream()
                        .map(ConsumerLog::departed)
                        .filter(Objects::nonNull)
                        .toList(),
                kills);
    }

    /**
     * A finished run.
     *
     * @param sends      of all producers, each one's in its order
     * @param receives   of all consumers, each one's in its order
     * @param departures of consumers that left while the broker stayed
     * @param kills      how often the broker was killed
     */
    public record Story(List<Sent> sends, List<Received> receives, List<Departed> departures, int kills) {}
}
