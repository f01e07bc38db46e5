package io.ansermq.tck.history;

/** What Jakarta Messaging asks of a run, whatever was killed in it (sections 3.4.7, 3.4.10, 6.2.9, 6.2.10 and 8.7). */
public enum Rule {
    /** An answered persistent send is received by somebody. */
    NOTHING_LOST("an answered persistent send must be received"),
    /** A message that was handed over and never acknowledged comes again. */
    NOTHING_FORGOTTEN("a persistent message that nobody acknowledged must come again"),
    /** Only what was sent is received. */
    NOTHING_INVENTED("a received message must have been sent"),
    /** Destination, priority and content are those of the send. */
    NOTHING_ALTERED("a message must arrive as it was sent"),
    /** A confirmed acknowledgement is for ever. */
    ACKNOWLEDGED_ONCE("an acknowledged message must not come again"),
    /** A second hand-over needs a reason: the broker died, or the first consumer left without acknowledging. */
    NOT_DOUBLED("a message must not come twice while nothing failed"),
    /** A second hand-over says so. */
    REDELIVERY_FLAGGED("a message that comes again must carry JMSRedelivered"),
    /** A first hand-over in a run where nothing failed yet is no redelivery. */
    FLAG_HAS_A_REASON("JMSRedelivered must not be set while nothing failed"),
    /** JMSXDeliveryCount and JMSRedelivered tell the same. */
    COUNT_AGREES("JMSXDeliveryCount must be above 1 exactly when JMSRedelivered is set"),
    /** What one producer sent to one destination with one priority is first handed over in that order. */
    ORDER_KEPT("first deliveries of one producer must come in the order sent");

    private final String text;

    Rule(String text) {
        this.text = text;
    }

    /** The rule as a sentence. */
    public String text() {
        return text;
    }
}
