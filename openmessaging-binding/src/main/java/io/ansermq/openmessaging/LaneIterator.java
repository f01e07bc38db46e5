package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.Delivery;
import io.ansermq.client.SharedQueues;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.consumer.StreamingIterator;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Stands between two messages of a stream. What it has read ahead or back stays here, so that going to and fro does not
 * ask the broker each time. Not thread safe.
 */
final class LaneIterator implements StreamingIterator {
    private static final int READ_AHEAD = 64;

    private final AnserStreamingConsumer consumer;
    private final String queue;
    private final SharedQueues.Opened opened;
    private final int lane;

    /** What lies before and behind the place where this stands, nearest first. */
    private final Deque<Delivery> before = new ArrayDeque<>();

    private final Deque<Delivery> behind = new ArrayDeque<>();

    /** The first offset that is behind this place. */
    private long place;

    LaneIterator(
            final AnserStreamingConsumer consumer,
            final String queue,
            final SharedQueues.Opened opened,
            final int lane,
            final long wanted) {
        this.consumer = consumer;
        this.queue = queue;
        this.opened = opened;
        this.lane = lane;
        final SharedQueues.LaneMessages ends = read(0, false, 0);
        place = Math.max(ends.start(), Math.min(wanted, ends.end()));
    }

    @Override
    public KeyValue attributes() {
        return consumer.attributes();
    }

    @Override
    public boolean hasNext() {
        if (behind.isEmpty()) {
            readOn();
        }
        return !behind.isEmpty();
    }

    private void readOn() {
        SharedQueues.LaneMessages found = read(place, false, READ_AHEAD);
        // A stretch of nothing to see is passed over in steps; the broker tells where it stopped by what is missing.
        while (found.messages().isEmpty() && place < found.end() && skipTo(found)) {
            found = read(place, false, READ_AHEAD);
        }
        behind.addAll(found.messages());
    }

    /** Moves on behind a stretch in which there is nothing; false at the end. */
    private boolean skipTo(final SharedQueues.LaneMessages found) {
        final long next = Math.min(found.end(), Math.max(place, found.start()) + SharedQueues.READ_STEPS);
        final boolean moved = next > place;
        place = next;
        before.clear();
        return moved && place < found.end();
    }

    @Override
    public Message next() {
        if (!hasNext()) {
            throw Errors.of(ErrorCode.NO_MESSAGE, "stream '" + name() + "' has no more messages now: ask hasNext()");
        }
        final Delivery delivery = behind.removeFirst();
        before.addFirst(delivery);
        if (before.size() > READ_AHEAD) {
            before.removeLast();
        }
        place = delivery.offset() + 1;
        return message(delivery);
    }

    @Override
    public boolean hasPrevious() {
        // Here too a stretch of nothing to see is passed over in steps.
        long from = place;
        while (before.isEmpty() && from > 0) {
            final SharedQueues.LaneMessages found = read(from, true, READ_AHEAD);
            found.messages().forEach(before::addFirst);
            from = Math.min(from, found.end()) - SharedQueues.READ_STEPS;
            if (from <= found.start()) {
                break;
            }
        }
        return !before.isEmpty();
    }

    @Override
    public Message previous() {
        if (!hasPrevious()) {
            throw Errors.of(
                    ErrorCode.NO_MESSAGE,
                    "stream '" + name() + "' begins here: what was before is not kept any more; ask hasPrevious()");
        }
        final Delivery delivery = before.removeFirst();
        behind.addFirst(delivery);
        if (behind.size() > 2 * READ_AHEAD) {
            behind.removeLast();
        }
        place = delivery.offset();
        return message(delivery);
    }

    @Override
    public String nextPosition() {
        if (!hasNext()) {
            throw Errors.of(ErrorCode.NO_MESSAGE, "stream '" + name() + "' has no more messages now: ask hasNext()");
        }
        return Long.toString(behind.element().offset());
    }

    @Override
    public String previousPosition() {
        if (!hasPrevious()) {
            throw Errors.of(ErrorCode.NO_MESSAGE, "stream '" + name() + "' begins here: ask hasPrevious()");
        }
        return Long.toString(before.element().offset());
    }

    private Message message(final Delivery delivery) {
        return MessageDecoder.decode(delivery, queue, opened.ranked());
    }

    private String name() {
        return QueueNames.stream(queue, lane);
    }

    private SharedQueues.LaneMessages read(final long offset, final boolean backward, final int maxMessages) {
        try {
            return consumer.shared().read(opened.destination(), lane, offset, backward, maxMessages);
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }
}
