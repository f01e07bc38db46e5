package io.ansermq.client;

import io.ansermq.remoting.protocol.MessageLayout;

/**
 * A message to send. It is copied into the session's send buffer during {@link BrokerSession#send}; afterwards the
 * arrays belong to the caller again.
 *
 * @param lane the priority lane, 0 to 9
 * @param sysFlag RocketMQ's flags and our own, see {@link MessageLayout}
 * @param bornEpochMs when the message was made, wall clock
 * @param body holds the body from index 0
 * @param bodyLength how many bytes of {@code body} are the body
 * @param bodyCrc CRC32 of the body, as the record carries it
 * @param properties the property block in the record's text form, UTF-8
 */
// A carrier for the moment of sending, compared by nobody: copies of its arrays would be allocations per message.
@SuppressWarnings("ArrayRecordComponent")
public record OutgoingMessage(
        int lane, int sysFlag, long bornEpochMs, byte[] body, int bodyLength, int bodyCrc, byte[] properties) {

    /** Checks what would otherwise be found out by the broker or, worse, by a reader. */
    public OutgoingMessage {
        if (lane < 0 || lane >= MessageLayout.LANES) {
            throw new IllegalArgumentException("lane " + lane + " is none of the " + MessageLayout.LANES);
        }
        if (bodyLength < 0 || bodyLength > body.length) {
            throw new IllegalArgumentException(
                    "body length " + bodyLength + " is outside the array of " + body.length + " bytes");
        }
        if (properties.length > MessageLayout.MAX_PROPERTIES_BYTES) {
            throw new IllegalArgumentException("message properties take " + properties.length + " bytes, the limit is "
                    + MessageLayout.MAX_PROPERTIES_BYTES + ": move large values into the body");
        }
    }
}
