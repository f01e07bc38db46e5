package io.ansermq.tck.history;

/**
 * One send of a producer.
 *
 * @param producer    who sent it; its sends begin one after the other, so that its sequence is an order
 * @param sequence    the producer's own number of the message, ascending
 * @param destination where it went
 * @param priority    the JMS priority it was sent with
 * @param persistent  whether the delivery mode was PERSISTENT
 * @param digest      a number computed from the content
 * @param outcome     what the producer learnt
 */
public record Sent(
        String producer,
        long sequence,
        String destination,
        int priority,
        boolean persistent,
        long digest,
        Outcome outcome) {

    /** What a producer knows of a send when its run is over. */
    public enum Outcome {
        /** The send returned, or its completion was told: the broker has the message. */
        ANSWERED,
        /** The send was under way when the broker or the connection went: it may be stored or not. */
        UNKNOWN
    }

    Sent with(Outcome learnt) {
        return new Sent(producer, sequence, destination, priority, persistent, digest, learnt);
    }
}
