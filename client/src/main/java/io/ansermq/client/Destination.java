package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;

/**
 * A destination as the broker of one session numbers it. Obtained from {@link BrokerSession#open}; of no use on another
 * session.
 *
 * @param number the broker's number, carried by every frame
 * @param kind queue or topic
 * @param name the name that the application uses
 * @param topic the topic text in UTF-8 that each record for this destination carries; not to be changed
 */
// Equality leaves the array out.
@SuppressWarnings("ArrayRecordComponent")
public record Destination(int number, DestinationKind kind, String name, byte[] topic) {

    /** Same destination of the same session; the topic text follows from the number. */
    @Override
    public boolean equals(final Object other) {
        return other instanceof Destination that
                && number == that.number
                && kind == that.kind
                && name.equals(that.name);
    }

    @Override
    public int hashCode() {
        return number;
    }

    /** As a user would say it: {@code queue 'orders'}. */
    @Override
    public String toString() {
        return (kind == DestinationKind.QUEUE ? "queue '" : "topic '") + name + "'";
    }
}
