package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/** What administrators and their tools ask of the broker as a whole. Read on event loops, carried out by core. */
final class AdminRequests {

    private final RocketMqState state;
    private final TopicAdmin topics;
    private final GroupAdmin groups;
    private final RuntimeInfo runtime;

    AdminRequests(final RocketMqState state) {
        this.state = state;
        this.topics = new TopicAdmin(state);
        this.groups = new GroupAdmin(state);
        this.runtime = new RuntimeInfo(state);
    }

    /** Whether it was one of these. */
    boolean handle(final RocketMqSession session, final RemotingCommand command, final Fields fields) {
        final Reply.Work work = work(command, fields);
        if (work != null) {
            session.toCore(command, work);
        }
        return work != null;
    }

    private Reply.@Nullable Work work(final RemotingCommand command, final Fields fields) {
        return switch (command.code()) {
            case RequestCodes.UPDATE_AND_CREATE_TOPIC -> (reply, now) -> topics.update(reply, fields);
            case RequestCodes.DELETE_TOPIC_IN_BROKER -> (reply, now) -> topics.delete(reply, fields);
            case RequestCodes.GET_ALL_TOPIC_CONFIG -> (reply, now) -> topics.all(reply, fields);
            case RequestCodes.GET_TOPIC_CONFIG -> (reply, now) -> topics.config(reply, fields);
            case RequestCodes.GET_TOPIC_STATS_INFO -> (reply, now) -> topics.stats(reply, fields);
            case RequestCodes.GET_SYSTEM_TOPIC_LIST_FROM_BROKER -> (reply, now) -> topics.system(reply);
            case RequestCodes.QUERY_CONSUME_QUEUE -> (reply, now) -> topics.consumeQueue(reply, fields);
            case RequestCodes.UPDATE_AND_CREATE_SUBSCRIPTION_GROUP -> {
                final GroupConfig config = GroupConfig.ofJson(ByteBufUtil.getBytes(command.body()));
                yield (reply, now) -> groups.update(reply, config);
            }
            case RequestCodes.GET_ALL_SUBSCRIPTION_GROUP_CONFIG -> (reply, now) -> groups.all(reply, fields);
            case RequestCodes.GET_SUBSCRIPTIONGROUP_CONFIG -> (reply, now) -> groups.config(reply, fields);
            case RequestCodes.DELETE_SUBSCRIPTION_GROUP -> (reply, now) -> groups.delete(reply, fields);
            case RequestCodes.GET_CONSUMER_CONNECTION_LIST -> (reply, now) -> groups.consumers(reply, fields);
            case RequestCodes.GET_PRODUCER_CONNECTION_LIST -> (reply, now) -> groups.producers(reply, fields);
            case RequestCodes.GET_CONSUME_STATS -> (reply, now) -> groups.progress(reply, fields);
            case RequestCodes.QUERY_TOPIC_CONSUME_BY_WHO -> (reply, now) -> groups.ofTopic(reply, fields);
            case RequestCodes.QUERY_TOPICS_BY_CONSUMER -> (reply, now) -> groups.topicsOf(reply, fields);
            case RequestCodes.QUERY_SUBSCRIPTION_BY_CONSUMER -> (reply, now) -> groups.subscription(reply, fields);
            case RequestCodes.INVOKE_BROKER_TO_RESET_OFFSET -> (reply, now) -> groups.reset(reply, fields);
            case RequestCodes.GET_BROKER_RUNTIME_INFO -> (reply, now) -> runtime.table(reply, now);
            case RequestCodes.GET_BROKER_CONFIG ->
                (reply, now) -> reply.send(state.config().answer());
            case RequestCodes.UPDATE_BROKER_CONFIG -> {
                final byte[] changes = ByteBufUtil.getBytes(command.body());
                yield (reply, now) -> configure(reply, changes);
            }
            case RequestCodes.VIEW_BROKER_STATS_DATA ->
                (reply, now) -> reply.send(
                        Answer.json(state.stats().toJson(fields.text("statsName"), fields.text("statsKey"))));
            case RequestCodes.GET_CONSUMER_RUNNING_INFO, RequestCodes.CONSUME_MESSAGE_DIRECTLY -> {
                final byte[] body = ByteBufUtil.getBytes(command.body());
                yield (reply, now) -> forward(reply, fields, body);
            }
            default -> null;
        };
    }

    /** Open updates of the configuration were RocketMQ's CVE-2023-33246: ours come from users with a name alone. */
    private void configure(final Reply reply, final byte[] changes) {
        if (reply.session().access().user() == null) {
            reply.refuse(
                    ResponseCodes.NO_PERMISSION,
                    "the configuration is changed by a user with the role admin alone, who signs the request");
            return;
        }
        state.config().change(state.desk(), state.config().changes(changes));
        state.desk().whenStored(reply::ok);
    }

    /** Hands a request on to a consumer and its answer back. */
    private void forward(final Reply reply, final Fields fields, final byte[] body) {
        final String clientId = fields.text("clientId");
        final Clients.Group group = state.clients().consumers(fields.text("consumerGroup"));
        final Clients.Member member = group == null ? null : group.members.get(clientId);
        if (member == null) {
            reply.refuse(
                    ResponseCodes.SYSTEM_ERROR,
                    "the consumer " + clientId + " of group " + fields.text("consumerGroup") + " is not there");
            return;
        }
        final byte[] handed = reply.request().code() == RequestCodes.CONSUME_MESSAGE_DIRECTLY && body.length == 0
                ? record(fields.text("msgId"))
                : body;
        final RemotingCommand request = RemotingCommand.request(
                reply.request().code(), reply.request().extFields(), Unpooled.wrappedBuffer(handed));
        reply.session().afterwards(() -> reply.session().relay(reply, member.session.connection(), request));
    }

    /** The message with this offset id, as the consumer is given it. */
    private byte[] record(final String offsetId) {
        final StoredMessage message = StoredMessage.at(state.desk(), MessageIds.position(offsetId));
        if (message == null) {
            throw new RefusedException(ResponseCodes.SYSTEM_ERROR, "there is no message with the id " + offsetId);
        }
        return message.bytes();
    }
}
