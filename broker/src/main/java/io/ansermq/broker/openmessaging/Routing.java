package io.ansermq.broker.openmessaging;

import io.ansermq.broker.core.BrokerLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.core.RecordPlaces;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribed;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.TransactionHeader.Commit;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.remoting.protocol.TransactionId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One routing at work: a durable subscription of the source with the routing's expression as its selector, whose messages
 * are copied to the destination in transactions that acknowledge them. So each message is routed exactly once, whatever
 * happens in between. Owned by the core agent.
 */
final class Routing extends BrokerLink {
    private static final Logger LOG = LoggerFactory.getLogger(Routing.class);

    private static final int CONSUMER = 1;
    private static final int CREDIT_MESSAGES = 128;
    private static final int CREDIT_BYTES = 1 << 20;
    /** How long it waits before it tries again what the broker has refused. */
    private static final long RETRY_MS = 1_000;

    private final CoreDesk desk;
    private final String name;
    private final int source;
    private final int target;
    private final long session;
    private RecordPlaces waiting = new RecordPlaces();
    private long lastTag;
    private long sequence;

    /** What is being copied; null when nothing is. */
    private @Nullable RecordPlaces underWay;

    private boolean subscribed;
    private boolean failed;

    /** That of the turn. */
    private long nowEpochMs;

    private long retryEpochMs;

    /** @param session a number that no transaction of another has */
    Routing(
            final CoreDesk desk,
            final String name,
            final DestinationState source,
            final DestinationState target,
            final String expression,
            final long session) {
        this.desk = desk;
        this.name = name;
        this.source = source.id();
        this.target = target.id();
        this.session = session;
        desk.request(
                this,
                new Subscribe(
                        CONSUMER,
                        source.id(),
                        SubscriptionType.SHARED_DURABLE,
                        subscription(name),
                        expression.isBlank() ? null : expression,
                        false,
                        CREDIT_MESSAGES,
                        CREDIT_BYTES));
    }

    /** What the subscription of a routing is called. */
    static String subscription(final String routing) {
        return "routing " + routing;
    }

    /** Copies what has come; returns 0 when there was nothing to do. */
    int doWork(final long turnEpochMs) {
        nowEpochMs = turnEpochMs;
        if (isIdle()) {
            return 0;
        }
        final DestinationState to = desk.destination(target);
        if (to == null || desk.destination(source) == null) {
            return fail("its source or destination is gone");
        }
        final RecordPlaces batch = waiting;
        waiting = new RecordPlaces();
        final CompositeByteBuf records = Unpooled.compositeBuffer(Math.max(16, batch.count()));
        int count = 0;
        int bytes = 0;
        for (int i = 0; i < batch.count(); i++) {
            final int lane = Math.min(batch.lane(i), to.lanes() - 1);
            final ByteBuf copy = desk.copy(batch.position(i), batch.size(i), to, lane, null);
            bytes += batch.size(i);
            // One that cannot be read is settled with the others: nobody can read it.
            if (copy != null) {
                records.addComponent(true, copy);
                count++;
            }
        }
        underWay = batch;
        final List<RecordRun> runs = count == 0 ? List.of() : List.of(new RecordRun(target, count));
        desk.request(
                this,
                new Commit(
                        TransactionId.local(session, ++sequence),
                        true,
                        runs,
                        List.of(new ConsumerAck(CONSUMER, batch.count(), bytes, lastTag, ranges(batch)))),
                count == 0 ? release(records) : records);
        return batch.count();
    }

    private static @Nullable ByteBuf release(final ByteBuf empty) {
        empty.release();
        return null;
    }

    private static List<OffsetRange> ranges(final RecordPlaces batch) {
        final List<OffsetRange> ranges = new ArrayList<>(batch.count());
        for (int i = 0; i < batch.count(); i++) {
            ranges.add(new OffsetRange(batch.lane(i), batch.offset(i), batch.offset(i)));
        }
        return ranges;
    }

    private int fail(final String why) {
        failed = true;
        LOG.error("routing '{}' has stopped: {}; correct it, or delete it", name, why);
        return 1;
    }

    /** Whether there is nothing to copy now; what waits to be tried again has its turn when the core looks at its clock. */
    boolean isIdle() {
        return failed || underWay != null || waiting.count() == 0 || nowEpochMs < retryEpochMs;
    }

    @Override
    public void answer(final int opaque, final ControlHeader header) {
        if (header instanceof Failure failure) {
            refused(failure);
        } else if (header instanceof Subscribed) {
            subscribed = true;
        } else {
            underWay = null;
        }
    }

    private void refused(final Failure failure) {
        if (!subscribed) {
            fail(failure.text());
        } else if (underWay != null) {
            LOG.warn("routing '{}' tries again: {}", name, failure.text());
            underWay = null;
            waiting = new RecordPlaces();
            retryEpochMs = nowEpochMs + RETRY_MS;
            desk.request(this, new Release(CONSUMER, lastTag));
        }
    }

    @Override
    public void deliver(
            final int consumer,
            final long tag,
            final int lane,
            final long offset,
            final long position,
            final int size,
            final int deliveries) {
        lastTag = tag;
        waiting.add(lane, offset, position, size);
    }

    @Override
    public String remote() {
        return "routing '" + name + "'";
    }

    @Override
    public void refused(final long firstSequence, final int count, final int error, final String text) {
        // As above.
    }
}
