package io.ansermq.remoting.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What clients of OpenMessaging ask beyond what consumers and producers do. */
public sealed interface SharedQueueHeader extends ControlHeader {

    // ---- Shared queues, which are queue and topic at once, as OpenMessaging has them: 0x5080 to 0x508F

    /**
     * C to B: a queue whose consumer groups each get every message, and whose messages stay for the retention time; answered
     * by {@link SharedQueueOpened} or {@link ConnectionHeader.Failure}. A queue of Jakarta Messaging or a topic of RocketMQ of this name is
     * taken as it is.
     *
     * @param name its name
     * @param create whether it is made when it does not exist
     * @param streams how many equal lanes a new one gets; 0 for a lane for each priority
     */
    record OpenSharedQueue(String name, boolean create, int streams) implements SharedQueueHeader {
        public static final int CODE = 0x5080;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** B to C. {@code topic} as in {@link DestinationHeader.DestinationOpened}; {@code ranked}: its lanes are priorities. */
    record SharedQueueOpened(int destination, String topic, int lanes, boolean ranked) implements SharedQueueHeader {
        public static final int CODE = 0x5081;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: messages of a lane by their offsets, whether consumers have them or not; answered by {@link LaneRead}.
     *
     * @param offset the first one wanted; with {@code backward} the first one not wanted
     * @param backward whether the messages before the offset are wanted
     * @param maxMessages the most that are wanted; 0 asks for the ends alone
     */
    record ReadLane(int destination, int lane, long offset, boolean backward, int maxMessages)
            implements SharedQueueHeader {
        public static final int CODE = 0x5082;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: {@code count} records follow as the body, in ascending order of their offsets, which have gaps where
     * nothing is to be seen. {@code start} is the oldest offset there is, {@code end} one past the newest.
     */
    record LaneRead(long start, long end, int count) implements SharedQueueHeader {
        public static final int CODE = 0x5083;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: this connection can say what became of half messages of a producer group; answered by {@link ConnectionHeader.Done}. It is
     * then told of them by {@link CheckTransaction} until it ends.
     */
    record OfferChecks(String producerGroup) implements SharedQueueHeader {
        public static final int CODE = 0x5084;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: what became of this half message, whose record follows as the body? The answer, if there is one, is a
     * {@link TransactionHeader.Commit} or {@link TransactionHeader.Rollback}.
     */
    record CheckTransaction(TransactionId transaction, String producerGroup) implements SharedQueueHeader {
        public static final int CODE = 0x5085;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** What is managed by name. */
    enum ResourceKind {
        NAMESPACE,
        QUEUE,
        ROUTING
    }

    /**
     * C to B: makes a namespace, queue or routing ({@code create}), or changes those of its attributes that are given.
     * Answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}: {@link ErrorCodes#DESTINATION} when it, or what it lies in, does not
     * exist, {@link ErrorCodes#ILLEGAL_STATE} when it is to be made and exists.
     */
    record PutResource(ResourceKind kind, String name, boolean create, Map<String, String> attributes)
            implements SharedQueueHeader {
        public static final int CODE = 0x5086;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: ends a namespace, queue or routing; answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}. */
    record RemoveResource(ResourceKind kind, String name) implements SharedQueueHeader {
        public static final int CODE = 0x5087;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: all of one kind, in the order of their names; answered by {@link Resources}. */
    record ListResources(ResourceKind kind, @Nullable String after) implements SharedQueueHeader {
        public static final int CODE = 0x5088;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** One of {@link Resources}. */
    record Resource(String name, Map<String, String> attributes) {}

    /** B to C; {@code more} when the list goes on behind the last one. */
    record Resources(List<Resource> resources, boolean more) implements SharedQueueHeader {
        public static final int CODE = 0x5089;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: puts a message with other properties, and perhaps in another lane, in the place of one that waits in a shared
     * queue. Answered by {@link ConnectionHeader.Done}, or {@link ConnectionHeader.Failure} with {@link ErrorCodes#DESTINATION} when no such message waits.
     *
     * @param messageId its unique id
     * @param toLane the lane plus 1; 0 for the one that it is in
     * @param properties new values by name; an empty one takes the property away
     */
    record UpdateMessage(int destination, String messageId, int toLane, Map<String, String> properties)
            implements SharedQueueHeader {
        public static final int CODE = 0x508A;

        @Override
        public int code() {
            return CODE;
        }
    }
}
