package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.DestinationState;
import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a RocketMQ client may ask for. A topic is the destination behind it; what concerns groups or the broker as a whole is
 * for administrators. Sends are checked where all sends are. Owned by the core agent.
 */
final class Rights {

    /** To take messages from a topic, or to know or say how far one is. */
    private static final Set<Integer> CONSUMERS = Set.of(
            RequestCodes.PULL_MESSAGE,
            RequestCodes.LITE_PULL_MESSAGE,
            RequestCodes.POP_MESSAGE,
            RequestCodes.NOTIFICATION,
            RequestCodes.ACK_MESSAGE,
            RequestCodes.CHANGE_MESSAGE_INVISIBLETIME,
            RequestCodes.QUERY_CONSUMER_OFFSET,
            RequestCodes.UPDATE_CONSUMER_OFFSET,
            RequestCodes.GET_MAX_OFFSET,
            RequestCodes.GET_MIN_OFFSET,
            RequestCodes.SEARCH_OFFSET_BY_TIMESTAMP,
            RequestCodes.GET_EARLIEST_MSG_STORETIME);

    /**
     * What every client does that was let in; what they say is checked, where it names a topic, by those who read it. Who
     * may end a transaction is core's to say, which knows where it sends to.
     */
    private static final Set<Integer> EVERYBODY = Set.of(
            RequestCodes.SEND_MESSAGE,
            RequestCodes.SEND_MESSAGE_V2,
            RequestCodes.SEND_BATCH_MESSAGE,
            RequestCodes.SEND_REPLY_MESSAGE,
            RequestCodes.SEND_REPLY_MESSAGE_V2,
            RequestCodes.END_TRANSACTION,
            RequestCodes.HEART_BEAT,
            RequestCodes.UNREGISTER_CLIENT,
            RequestCodes.CHECK_CLIENT_CONFIG,
            RequestCodes.GET_CONSUMER_LIST_BY_GROUP,
            RequestCodes.LOCK_BATCH_MQ,
            RequestCodes.UNLOCK_BATCH_MQ,
            RequestCodes.QUERY_ASSIGNMENT,
            RequestCodes.BATCH_ACK_MESSAGE,
            RequestCodes.CONSUMER_SEND_MSG_BACK,
            RequestCodes.VIEW_MESSAGE_BY_ID);

    private final RocketMqState state;

    Rights(final RocketMqState state) {
        this.state = state;
    }

    /** @throws RefusedException with what the client lacks */
    void check(final Access access, final int code, final Fields fields) {
        if (EVERYBODY.contains(code)) {
            return;
        }
        if (CONSUMERS.contains(code)) {
            require(access, Permission.CONSUME, fields.text("topic", ""));
            return;
        }
        final String topic = fields.text("topic", "");
        switch (code) {
            case RequestCodes.RECALL_MESSAGE -> require(access, Permission.SEND, topic);
            case RequestCodes.QUERY_MESSAGE -> requireLooking(access, topic);
            case RequestCodes.UPDATE_AND_CREATE_TOPIC ->
                require(access, state.topics().find(topic) == null ? Permission.CREATE : Permission.MANAGE, topic);
            case RequestCodes.DELETE_TOPIC_IN_BROKER -> require(access, Permission.MANAGE, topic);
            default -> {
                final String refusal = access.refusalToAdminister("use request " + code + " of RocketMQ's tools");
                if (refusal != null) {
                    throw new RefusedException(ResponseCodes.NO_PERMISSION, refusal);
                }
            }
        }
    }

    /** @throws RefusedException unless this is allowed */
    void require(final Access access, final Permission permission, final String topic) {
        final String refusal = access.refusal(permission, kind(topic), name(topic));
        if (refusal != null) {
            throw new RefusedException(ResponseCodes.NO_PERMISSION, refusal);
        }
    }

    /** @throws RefusedException unless messages of a topic may be looked at, or taken, which shows them too */
    void requireLooking(final Access access, final String topic) {
        if (!access.allows(Permission.CONSUME, kind(topic), name(topic))) {
            require(access, Permission.BROWSE, topic);
        }
    }

    private @Nullable DestinationKind kind(final String topic) {
        final DestinationState destination = state.desk().destination(topic);
        return destination == null ? null : destination.kindForAccess();
    }

    private String name(final String topic) {
        final DestinationState destination = state.desk().destination(topic);
        return destination == null ? topic : destination.name();
    }
}
