package io.ansermq.remoting.protocol;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Administration of destinations, subscriptions, consumers and connections. */
public sealed interface AdminHeader extends ControlHeader {

    // ---- Administration: 0x5070 to 0x507F

    /** What an administrator may look at. */
    enum Subject {
        DESTINATIONS,
        SUBSCRIPTIONS,
        CONSUMERS,
        CONNECTIONS,
        /** Destinations as RocketMQ's clients see them. */
        TOPICS,
        /** The queues of topics. */
        TOPIC_QUEUES,
        /** Groups of RocketMQ's consumers. */
        GROUPS,
        /** How far groups are, queue by queue. */
        GROUP_PROGRESS
    }

    /**
     * C to B, for administrators: what there is; answered by {@link Inspected} or {@link ConnectionHeader.Failure}.
     *
     * @param pattern only destinations of such a name, in which {@code *} stands for any text; for connections, of such a
     *     client ID or address; for groups and their progress, groups of such a name
     * @param after where to go on: {@link Inspected#next}, 0 at first
     */
    record Inspect(Subject subject, String pattern, int after) implements AdminHeader {
        public static final int CODE = 0x5070;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * B to C: some of what there is. Each row has fields by name in display order: counts as digits, times with a name that
     * ends in {@code Ms}, absent ones empty. {@code next} is 0 when there are no more.
     */
    record Inspected(List<Map<String, String>> rows, int next) implements AdminHeader {
        public static final int CODE = 0x5071;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: nothing is delivered from a destination any more, or again; what consumers have they keep. For good, also over
     * restarts. Answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}.
     */
    record SetPaused(DestinationKind kind, String name, boolean paused) implements AdminHeader {
        public static final int CODE = 0x5072;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: takes messages that no consumer has now out of a queue or a subscription, from a place on; answered by
     * {@link DeadLetterHeader.DeadLettersSettled} when that is stored, or {@link ConnectionHeader.Failure}.
     *
     * @param name of the queue, or of the topic that the subscription is on
     * @param subscription its name; null for a queue
     * @param clientId of the subscription; null for none
     * @param target where they go to ({@code queue://name}, {@code topic://name}); null to throw them away
     * @param messageId only this one; null for all
     */
    record TakeOut(
            DestinationKind kind,
            String name,
            @Nullable String clientId,
            @Nullable String subscription,
            @Nullable String target,
            @Nullable String messageId,
            int lane,
            long offset)
            implements AdminHeader {
        public static final int CODE = 0x5073;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: a durable subscription without consumers gets again what was sent from a time on, as far as it is kept, and
     * keeps what it has not settled. Answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}.
     */
    record Rewind(@Nullable String clientId, String subscription, long epochMs) implements AdminHeader {
        public static final int CODE = 0x5074;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B, for administrators: ends another connection; answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}. */
    record CloseConnection(long connectionId) implements AdminHeader {
        public static final int CODE = 0x5075;

        @Override
        public int code() {
            return CODE;
        }
    }

    /** C to B: ends a durable subscription of any client, if it has no consumers; answered by {@link ConnectionHeader.Done} or {@link ConnectionHeader.Failure}. */
    record DeleteSubscription(@Nullable String clientId, String subscription) implements AdminHeader {
        public static final int CODE = 0x5076;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: makes a destination, also where clients cannot make any by naming it; answered by {@link DestinationHeader.DestinationOpened} or
     * {@link ConnectionHeader.Failure}.
     */
    record CreateDestination(DestinationKind kind, String name) implements AdminHeader {
        public static final int CODE = 0x5077;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B, for administrators: a group of RocketMQ's consumers goes on with the first message that was stored at a time or
     * later, or behind all messages when there is none. Answered by {@link Inspected}, with a row for each queue, or
     * {@link ConnectionHeader.Failure}.
     *
     * @param queueNumber 0 for all queues of the topic, else one more than the queue
     */
    record ResetGroup(String group, String topic, int queueNumber, long epochMs) implements AdminHeader {
        public static final int CODE = 0x5078;

        @Override
        public int code() {
            return CODE;
        }
    }

    /**
     * C to B: single messages, with what is in them; answered by {@link Inspected} or {@link ConnectionHeader.Failure}.
     *
     * @param topic of the messages; empty for an offset id, which needs none
     * @param key one of their keys, or null
     * @param id their unique id, which is that of their JMSMessageID, or their offset id, or null
     */
    record FindMessages(
            String topic, @Nullable String key, @Nullable String id) implements AdminHeader {
        public static final int CODE = 0x5079;

        @Override
        public int code() {
            return CODE;
        }
    }
}
