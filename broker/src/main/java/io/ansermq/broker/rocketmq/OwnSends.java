package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.BrokerLink;
import io.ansermq.broker.core.CoreDesk;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.netty.buffer.ByteBuf;
import org.agrona.collections.Long2ObjectHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Messages that the broker itself sends on behalf of RocketMQ clients, such as retries. Owned by the core agent. */
final class OwnSends extends BrokerLink {

    /** Is told how a send ended. */
    interface Outcome {
        /** The message has its place. */
        void stored(int lane, long offset, long position);

        /** It was refused. */
        void refused(String text);
    }

    private static final Logger LOG = LoggerFactory.getLogger(OwnSends.class);

    private final CoreDesk desk;
    private final Long2ObjectHashMap<Outcome> outcomes = new Long2ObjectHashMap<>();
    private long lastSequence;

    OwnSends(final CoreDesk desk) {
        this.desk = desk;
    }

    /** Sends one record; takes over its reference. */
    void send(final int destination, final ByteBuf message, final Outcome outcome) {
        outcomes.put(++lastSequence, outcome);
        desk.send(this, new Send(lastSequence, 1, destination), message);
    }

    @Override
    public void stored(final long sequence, final int lane, final long offset, final long position) {
        final Outcome outcome = outcomes.remove(sequence);
        if (outcome != null) {
            guarded(() -> outcome.stored(lane, offset, position));
        }
    }

    @Override
    public void refused(final long firstSequence, final int count, final int error, final String text) {
        for (long sequence = firstSequence; sequence < firstSequence + count; sequence++) {
            final Outcome outcome = outcomes.remove(sequence);
            if (outcome != null) {
                guarded(() -> outcome.refused(text));
            }
        }
    }

    /** Core stores messages for everybody: it must not feel what goes wrong behind one of them. */
    private static void guarded(final Runnable outcome) {
        try {
            outcome.run();
        } catch (final RuntimeException e) {
            LOG.error("what follows a message of the broker's own failed", e);
        }
    }
}
