package io.ansermq.tck.history;

import java.util.ArrayList;
import java.util.List;

/** What one producer did. Thread safe, because completions of asynchronous sends come on a thread of the provider. */
public final class ProducerLog {
    private final String producer;
    private final List<Sent> sends = new ArrayList<>();

    ProducerLog(String producer) {
        this.producer = producer;
    }

    /** The producer's name, which its messages carry. */
    public String producer() {
        return producer;
    }

    /**
     * A send begins; to be called before the provider sees the message.
     *
     * @return the sequence number that the message must carry: 1 and up
     */
    public synchronized long started(String destination, int priority, boolean persistent, long digest) {
        final long sequence = sends.size() + 1L;
        sends.add(new Sent(producer, sequence, destination, priority, persistent, digest, Sent.Outcome.UNKNOWN));
        return sequence;
    }

    /** The broker said that it has the message of this sequence number. */
    public synchronized void answered(long sequence) {
        final int index = Math.toIntExact(sequence - 1);
        sends.set(index, sends.get(index).with(Sent.Outcome.ANSWERED));
    }

    synchronized List<Sent> sends() {
        return List.copyOf(sends);
    }
}
