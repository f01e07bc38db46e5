package io.ansermq.broker.rocketmq;

import io.ansermq.remoting.protocol.Json;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.SystemClock;
import io.netty.buffer.ByteBufUtil;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads requests and has them carried out. Thread safe; called on event loops. */
final class Requests {

    private final RocketMqState state;
    private final Sends sends;
    private final Replies replies;
    private final ConsumerRequests consumers;
    private final OffsetRequests offsets;
    private final LookUpRequests lookUps;
    private final AdminRequests admin;

    Requests(final RocketMqSettings settings, final RocketMqState state) {
        this.state = state;
        this.sends = new Sends(settings, state, new Delays(SystemClock.EPOCH_MS));
        this.replies = new Replies(state);
        this.consumers = new ConsumerRequests(state);
        this.offsets = new OffsetRequests(state);
        this.lookUps = new LookUpRequests(state);
        this.admin = new AdminRequests(state);
    }

    /** @throws RefusedException when it cannot be read */
    void handle(final RocketMqSession session, final RemotingCommand command) {
        final Fields fields = new Fields(command.extFields());
        switch (RequestCodes.restore(command.code())) {
            case RequestCodes.SEND_MESSAGE -> sends.accept(session, command, SendHeader.ofWords(fields));
            case RequestCodes.SEND_MESSAGE_V2, RequestCodes.SEND_BATCH_MESSAGE ->
                sends.accept(session, command, SendHeader.ofLetters(fields));
            case RequestCodes.PULL_MESSAGE, RequestCodes.LITE_PULL_MESSAGE ->
                session.toCore(command, (reply, now) -> consumers.pull(reply, fields, now));
            case RequestCodes.HEART_BEAT -> {
                final Map<String, @Nullable Object> data = json(command);
                session.toCore(command, (reply, now) -> state.clients().heartbeat(reply, data, now));
            }
            case RequestCodes.UNREGISTER_CLIENT ->
                session.toCore(command, (reply, now) -> {
                    state.clients()
                            .unregister(
                                    fields.text("clientID"),
                                    fields.optional("producerGroup"),
                                    fields.optional("consumerGroup"));
                    reply.ok();
                });
            case RequestCodes.CHECK_CLIENT_CONFIG -> {
                final Map<String, @Nullable Object> data = json(command);
                session.toCore(command, (reply, now) -> consumers.checkConfig(reply, data));
            }
            case RequestCodes.GET_CONSUMER_LIST_BY_GROUP ->
                session.toCore(command, (reply, now) -> consumers.list(reply, fields));
            case RequestCodes.LOCK_BATCH_MQ -> {
                final Map<String, @Nullable Object> data = json(command);
                session.toCore(command, (reply, now) -> consumers.lock(reply, data, now));
            }
            case RequestCodes.UNLOCK_BATCH_MQ -> {
                final Map<String, @Nullable Object> data = json(command);
                session.toCore(command, (reply, now) -> consumers.unlock(reply, data));
            }
            case RequestCodes.QUERY_CONSUMER_OFFSET ->
                session.toCore(command, (reply, now) -> offsets.query(reply, fields));
            case RequestCodes.UPDATE_CONSUMER_OFFSET ->
                session.toCore(command, (reply, now) -> offsets.update(reply, fields));
            case RequestCodes.GET_MAX_OFFSET -> session.toCore(command, (reply, now) -> offsets.max(reply, fields));
            case RequestCodes.GET_MIN_OFFSET -> session.toCore(command, (reply, now) -> offsets.min(reply, fields));
            case RequestCodes.SEARCH_OFFSET_BY_TIMESTAMP ->
                session.toCore(command, (reply, now) -> offsets.search(reply, fields));
            case RequestCodes.GET_EARLIEST_MSG_STORETIME ->
                session.toCore(command, (reply, now) -> offsets.earliest(reply, fields));
            case RequestCodes.VIEW_MESSAGE_BY_ID ->
                session.toCore(command, (reply, now) -> lookUps.byPosition(reply, fields));
            case RequestCodes.POP_MESSAGE ->
                session.toCore(command, (reply, now) -> state.pops().pop(reply, fields, now));
            case RequestCodes.ACK_MESSAGE ->
                session.toCore(command, (reply, now) -> state.pops().acknowledge(reply, fields));
            case RequestCodes.CHANGE_MESSAGE_INVISIBLETIME ->
                session.toCore(command, (reply, now) -> state.pops().change(reply, fields, now));
            case RequestCodes.NOTIFICATION ->
                session.toCore(command, (reply, now) -> state.pops().notification(reply, fields, now));
            case RequestCodes.BATCH_ACK_MESSAGE -> {
                final List<PopHandle> handles = PopHandle.ofBatch(json(command));
                session.toCore(command, (reply, now) -> state.pops().acknowledgeAll(reply, handles));
            }
            case RequestCodes.RECALL_MESSAGE ->
                session.toCore(command, (reply, now) -> state.recalls().recall(reply, fields));
            case RequestCodes.QUERY_ASSIGNMENT -> {
                final Map<String, @Nullable Object> data = json(command);
                session.toCore(command, (reply, now) -> state.assignments().query(reply, data));
            }
            case RequestCodes.SET_MESSAGE_REQUEST_MODE -> {
                final Map<String, @Nullable Object> data = json(command);
                session.toCore(command, (reply, now) -> state.assignments().setMode(reply, data));
            }
            case RequestCodes.SEND_REPLY_MESSAGE -> replies.accept(session, command, SendHeader.ofWords(fields));
            case RequestCodes.SEND_REPLY_MESSAGE_V2 -> replies.accept(session, command, SendHeader.ofLetters(fields));
            case RequestCodes.END_TRANSACTION -> endTransaction(session, command, fields);
            case RequestCodes.QUERY_MESSAGE -> session.toCore(command, (reply, now) -> lookUps.byKey(reply, fields));
            case RequestCodes.CONSUMER_SEND_MSG_BACK ->
                session.toCore(command, (reply, now) -> state.retries().sendBack(reply, fields, now));
            default -> {
                if (!admin.handle(session, command, fields)) {
                    throw new RefusedException(
                            ResponseCodes.REQUEST_CODE_NOT_SUPPORTED,
                            "request code " + command.code() + " is not supported by this broker");
                }
            }
        }
    }

    private static void endTransaction(
            final RocketMqSession session, final RemotingCommand command, final Fields fields) {
        final int decision = fields.integer("commitOrRollback");
        if (decision == MessageLayout.SYS_FLAG_TRANSACTION_COMMIT
                || decision == MessageLayout.SYS_FLAG_TRANSACTION_ROLLBACK) {
            session.endHalf(fields.number("commitLogOffset"), decision == MessageLayout.SYS_FLAG_TRANSACTION_COMMIT);
        }
        session.write(command, Answer.OK);
    }

    static Map<String, @Nullable Object> json(final RemotingCommand command) {
        return Json.object(ByteBufUtil.getBytes(command.body()));
    }
}
