package io.ansermq.remoting.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Consumers, and messages on their way to them and back. */
public sealed interface ConsumingHeader extends ControlHeader {

    /** Whose messages a consumer takes, see {@link Subscribe}. */
    enum SubscriptionType {
        /** All consumers of a queue compete for its messages. */
        QUEUE,
        /** Sees the messages of a queue that nobody has taken, and takes none. */
        BROWSER,
        /** A subscription of a topic for this consumer alone, which ends with it. */
        VOLATILE,
        /** A named subscription that consumers of several connections share; it ends with the last of them. */
        SHARED,
        /** A named subscription with one consumer at a time, which stays when there is none. */
        DURABLE,
        /** A named subscription that consumers share, which stays when there is none. */
        SHARED_DURABLE,
        /**
         * A consumer group: as {@link #SHARED_DURABLE}, but its name is one of its destination alone, queues have them too,
         * and a new one begins with the oldest message that is kept.
         */
        GROUP
    }

    /**
     * C to B: a consumer on a destination, with its first credit. {@code consumer} is chosen by the client, unique and
     * never reused on its connection. {@code name} is that of the subscription, for the types that have one; together
     * with the connection's client ID it says which. {@code selector} is the text of a message selector; with
     * {@code noLocal} messages sent over the same connection (or by the same client ID) are not delivered. A new
     * subscription of a topic gets every message that is sent after the answer. Answered by {@link Subscribed} or
     * {@link ConnectionHeader.Failure}.
     */
    record Subscribe(
            int consumer,
            int destination,
            SubscriptionType type,
            @Nullable String name,
            @Nullable String selector,
            boolean noLocal,
            int creditMessages,
            int creditBytes)
            implements ConsumingHeader {
        public static final int CODE = 0x5008;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. Deliveries of this consumer come after this answer. */
    record Subscribed(int consumer) implements ConsumingHeader {
        public static final int CODE = 0x5009;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: {@code count} records follow as the body. Deliveries of one consumer are numbered without gaps from 1
     * by the broker; the first record here is number {@code firstTag}. Lane and offset are in each record (queue id and
     * queue offset); its reconsume-times field is the number of earlier deliveries, 0 for a first one.
     */
    record Deliver(int consumer, long firstTag, int count) implements ConsumingHeader {
        public static final int CODE = 0x500A;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: delivery number {@code tag} of this consumer never comes: its message is damaged on the broker's disk. The
     * broker grants its credit again.
     */
    record Skipped(int consumer, long tag) implements ConsumingHeader {
        public static final int CODE = 0x5050;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: more credit for a consumer, and the tag of the last delivery that was handed to the application. */
    record Flow(int consumer, int creditMessages, int creditBytes, long handedTag) implements ConsumingHeader {
        public static final int CODE = 0x500B;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** A run of offsets of one lane, both ends included. */
    record OffsetRange(int lane, long first, long last) {}

    /** What one consumer acknowledges, with credit and the handed hint of {@link Flow} riding along. */
    record ConsumerAck(int consumer, int creditMessages, int creditBytes, long handedTag, List<OffsetRange> ranges) {}

    /**
     * C to B: acknowledgements of any number of consumers. With {@code confirm} it is answered by {@link AckDone} once
     * the acknowledgements are stored at the broker's flush level; without, nothing answers.
     */
    record Ack(boolean confirm, List<ConsumerAck> acks) implements ConsumingHeader {
        public static final int CODE = 0x500C;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C. {@code refused} counts the offsets of this {@link Ack} that were no longer their consumers' to acknowledge. Who must
     * know of which consumers sends a frame for these alone.
     */
    record AckDone(int refused) implements ConsumingHeader {
        public static final int CODE = 0x500D;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: gives back everything this consumer has leased and not acknowledged, to be delivered again in order,
     * ahead of newer messages. Those with a tag up to {@code handedTag} were seen by the application (their delivery
     * count goes up), later ones were not, and the broker grants the credit of these again; that of the former is the
     * client's to give back, as ever. Answered by {@link ConnectionHeader.Done}: deliveries that arrive before the answer belong to the
     * released ones and are to be ignored, those after it are new.
     */
    record Release(int consumer, long handedTag) implements ConsumingHeader {
        public static final int CODE = 0x500E;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the consumer is gone. Leased messages with a tag up to {@code handedTag} count as seen, later ones do
     * not; all become available again. Deliveries under way are to be ignored by the client. Answered by {@link ConnectionHeader.Done}.
     */
    record CloseConsumer(int consumer, long handedTag) implements ConsumingHeader {
        public static final int CODE = 0x500F;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: deliver now what this consumer may have within its credit; answered by {@link ConnectionHeader.Done} after those
     * deliveries, so that a client with an empty buffer knows that nothing is available ({@code receiveNoWait}).
     */
    record Fetch(int consumer) implements ConsumingHeader {
        public static final int CODE = 0x5019;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: one message for a consumer without prefetch. Sets its credit to one message of at most {@code creditBytes}
     * (and one that is longer), delivers it if there is one, and takes the credit away again before {@link ConnectionHeader.Done}: what
     * was not there by then does not come later.
     */
    record Pull(int consumer, int creditBytes) implements ConsumingHeader {
        public static final int CODE = 0x5058;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: the application takes nothing of what waits for it: gives back the deliveries from {@code fromTag} on, which it
     * has not seen, to their places as if they had not been delivered, and with them all credit that the consumer has. Answered
     * by {@link ConnectionHeader.Done}: deliveries that arrive before the answer belong to those given back and are to be ignored.
     */
    record ReleaseUnseen(int consumer, long fromTag) implements ConsumingHeader {
        public static final int CODE = 0x5065;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: this consumer's message was not handed over because its time was over; it is settled, and goes to the expiry
     * queue of its destination if there is one. Nothing answers.
     */
    record Expired(int consumer, int lane, long offset) implements ConsumingHeader {
        public static final int CODE = 0x5034;

        @Override
        public int code() {
            return CODE;
        }
    }
}
