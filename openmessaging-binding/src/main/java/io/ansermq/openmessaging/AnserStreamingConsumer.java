package io.ansermq.openmessaging;

import io.ansermq.client.SharedQueues;
import io.openmessaging.KeyValue;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.consumer.StreamingIterator;

/**
 * Reads streams: the messages of one lane of a queue, in the order in which they were stored, whether consumers have them
 * or not, for as long as the broker keeps them. Nothing is taken from anybody. Thread safe; its iterators are not.
 */
final class AnserStreamingConsumer extends Service implements StreamingConsumer {

    AnserStreamingConsumer(final AnserAccessPoint accessPoint, final KeyValue attributes) {
        super(accessPoint, attributes, "streaming consumer");
    }

    @Override
    public StreamingIterator seekToBeginning(final String streamName) {
        return iterator(streamName, 0);
    }

    @Override
    public StreamingIterator seekToEnd(final String streamName) {
        return iterator(streamName, Long.MAX_VALUE);
    }

    /** Positions are those that iterators tell: the number of a message in its stream. */
    @Override
    public StreamingIterator seek(final String streamName, final String position) {
        if (position == null || !position.strip().matches("[0-9]{1,18}")) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "'" + position + "' is no position of a stream: nextPosition() and previousPosition() tell some");
        }
        return iterator(streamName, Long.parseLong(position.strip()));
    }

    private StreamingIterator iterator(final String streamName, final long offset) {
        final String queue = QueueNames.queueOf(streamName);
        final int lane = QueueNames.laneOf(streamName);
        final SharedQueues.Opened opened = open(queue);
        if (lane >= opened.lanes()) {
            throw Errors.of(
                    ErrorCode.NOT_FOUND,
                    "queue '" + queue + "' has no stream " + lane + ", only 0 to " + (opened.lanes() - 1));
        }
        return new LaneIterator(this, queue, opened, lane, offset);
    }
}
