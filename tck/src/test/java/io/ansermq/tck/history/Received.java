package io.ansermq.tck.history;

/**
 * One hand-over of a message to an application.
 *
 * @param at            the moment on the history's own clock, which counts events
 * @param consumer      which consumer, one name for each connection it had
 * @param brokerLife    how often the broker had been killed when that consumer connected
 * @param destination   where it was received
 * @param producer      who sent it, as the message says
 * @param sequence      the producer's number, as the message says
 * @param priority      JMSPriority
 * @param digest        computed from what arrived, as {@link Sent#digest()} was from what was sent
 * @param redelivered   JMSRedelivered
 * @param deliveryCount JMSXDeliveryCount
 * @param settlement    what the consumer knows of its acknowledgement
 */
public record Received(
        long at,
        String consumer,
        int brokerLife,
        String destination,
        String producer,
        long sequence,
        int priority,
        long digest,
        boolean redelivered,
        int deliveryCount,
        Settlement settlement) {

    /** What a consumer knows of an acknowledgement when its run is over. */
    public enum Settlement {
        /** Never acknowledged: the broker owes it to somebody. */
        HELD,
        /** The acknowledgement was on its way when the connection went: the message may come again or not. */
        IN_DOUBT,
        /** The broker confirmed the acknowledgement: nobody may get the message again. */
        CONFIRMED
    }

    Received with(Settlement known) {
        return new Received(
                at,
                consumer,
                brokerLife,
                destination,
                producer,
                sequence,
                priority,
                digest,
                redelivered,
                deliveryCount,
                known);
    }
}
