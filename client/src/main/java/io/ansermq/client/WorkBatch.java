package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.HeapBuffers;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Work of one transaction that the broker does not know yet: messages to send, in their order, and what was received. It
 * goes out with {@link BrokerSession#commit}, {@link BrokerSession#prepare} or {@link BrokerSession#sendAhead}, and is used
 * once.
 *
 * <p>Not thread safe. Garbage when it is not used: nothing has to be released.
 */
public final class WorkBatch {

    private static final int INITIAL_BYTES = 1024;

    private final ByteBuf records = HeapBuffers.INSTANCE.heapBuffer(INITIAL_BYTES);
    private final List<RecordRun> runs = new ArrayList<>();
    private final List<ConsumerAck> acks = new ArrayList<>();

    /** On which connection of the session something was received, or 0. */
    private int linkNumber;

    /** Nothing yet. */
    public WorkBatch() {}

    /** Adds a message behind the others; the arrays of {@code message} are the caller's again. */
    public void add(final Destination destination, final OutgoingMessage message) {
        MessageLayout.encode(
                records,
                message.lane(),
                0,
                message.sysFlag(),
                message.bornEpochMs(),
                message.bodyCrc(),
                message.body(),
                0,
                message.bodyLength(),
                destination.topic(),
                message.properties());
        final int last = runs.size() - 1;
        if (last >= 0 && runs.get(last).destination() == destination.number()) {
            runs.set(last, new RecordRun(destination.number(), runs.get(last).count() + 1));
        } else {
            runs.add(new RecordRun(destination.number(), 1));
        }
    }

    /** Adds offsets that the transaction has received by this subscriber and that are to be acknowledged with it. */
    public void received(final Subscriber subscriber, final List<OffsetRange> ranges) {
        linkNumber = subscriber.linkNumber();
        acks.add(new ConsumerAck(subscriber.number(), 0, 0, 0, List.copyOf(ranges)));
    }

    /** Adds all that another batch has received. */
    public void receivedToo(final WorkBatch other) {
        acks.addAll(other.acks);
        linkNumber = other.linkNumber == 0 ? linkNumber : other.linkNumber;
    }

    /** How many bytes of messages there are. */
    public int bytes() {
        return records.readableBytes();
    }

    /** How many destinations in a row there are, and consumers. */
    public int parts() {
        return runs.size() + acks.size();
    }

    /** Whether there is nothing at all. */
    public boolean isEmpty() {
        return runs.isEmpty() && acks.isEmpty();
    }

    int linkNumber() {
        return linkNumber;
    }

    ByteBuf records() {
        return records;
    }

    List<RecordRun> runs() {
        return List.copyOf(runs);
    }

    List<ConsumerAck> acks() {
        return List.copyOf(acks);
    }
}
