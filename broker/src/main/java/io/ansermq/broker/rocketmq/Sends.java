package io.ansermq.broker.rocketmq;

import io.ansermq.broker.security.Permission;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Takes messages of RocketMQ producers: checks them, makes records of them and passes these to core like any other send.
 * Thread safe; works on event loops.
 */
final class Sends {

    static final String REGION = "DefaultRegion";

    /** Bytes of a message in a batch besides body and properties. */
    private static final int BATCHED_BYTES = 5 * Integer.BYTES + Short.BYTES;

    private static final int AUTO_CREATED_QUEUES = 8;

    /** RocketMQ 5.0.0 as clients say it. */
    private static final int VERSION_5 = 413;

    /** The property with the queue that a message of a priority topic wants: the higher the sooner. */
    private static final String PRIORITY = "_SYS_MSG_PRIORITY_";

    private final RocketMqSettings settings;
    private final RocketMqState state;
    private final Delays delays;
    /** What each message gets, for the client's trace and for replies. */
    private final String stamp;

    Sends(final RocketMqSettings settings, final RocketMqState state, final Delays delays) {
        this.settings = settings;
        this.state = state;
        this.delays = delays;
        final String traced = PropertyText.with(PropertyText.with("", "MSG_REGION", REGION), "TRACE_ON", "true");
        this.stamp = PropertyText.with(traced, "CLUSTER", settings.cluster());
    }

    /** Handles SEND_MESSAGE in all its forms. */
    void accept(final RocketMqSession session, final RemotingCommand request, final SendHeader header) {
        final String wrong = SystemNames.whyNoTopic(header.topic());
        if (!wrong.isEmpty()) {
            throw new RefusedException(
                    header.topic().length() > SystemNames.MAX_TOPIC_CHARS
                            ? ResponseCodes.MESSAGE_ILLEGAL
                            : ResponseCodes.SYSTEM_ERROR,
                    wrong);
        }
        final String name = target(header, request.version());
        final TopicConfig topic = state.topics().find(name);
        if (topic == null || topic.destination() == 0) {
            createFirst(session, request, header, name);
            return;
        }
        if (header.queueId() >= topic.queues()) {
            throw new RefusedException(
                    ResponseCodes.INVALID_PARAMETER,
                    "the topic " + topic.topic() + " has " + topic.queues() + " queues, there is no queue "
                            + header.queueId());
        }
        if (header.batch()) {
            sendBatch(session, request, header, topic);
        } else {
            sendOne(session, request, header, topic);
        }
    }

    /** Where it goes: a message that was tried too often goes to the dead letters of its group. */
    private String target(final SendHeader header, final int version) {
        final String topic = header.topic();
        if (SystemNames.isRetry(topic)) {
            final String group = topic.substring(SystemNames.RETRY_PREFIX.length());
            final int max = header.maxReconsumeTimes() >= 0
                    ? header.maxReconsumeTimes()
                    : state.groups().config(group).retryMaxTimes();
            // Clients of 4.x say how often it was tried, later ones count the try that this is for.
            final int tries = version < VERSION_5 ? header.reconsumeTimes() + 1 : header.reconsumeTimes();
            if (tries > max) {
                return SystemNames.DLQ_PREFIX + group;
            }
        }
        return topic;
    }

    private void createFirst(
            final RocketMqSession session, final RemotingCommand request, final SendHeader header, final String text) {
        final boolean ofGroup = SystemNames.isOfGroup(text);
        if (!ofGroup && !state.config().autoCreate()) {
            throw new RefusedException(
                    ResponseCodes.TOPIC_NOT_EXIST,
                    "there is no topic " + text + "; create it first, or start the broker with auto-create=true");
        }
        final int queues = Math.max(1, Math.min(header.defaultQueues(), AUTO_CREATED_QUEUES));
        final TopicConfig config = TopicConfig.of(text, ofGroup ? 1 : queues, TopicConfig.READ_WRITE);
        request.body().retain();
        session.toCore(request, (reply, nowEpochMs) -> {
            if (!ofGroup && !mayCreate(session, reply, text)) {
                session.afterwards(request::release);
                return;
            }
            final String why = state.ensureTopic(config);
            if (why == null) {
                state.desk().whenStored(() -> session.afterwards(() -> session.again(request)));
            } else {
                reply.refuse(ResponseCodes.SYSTEM_ERROR, why);
                session.afterwards(request::release);
            }
        });
    }

    private boolean mayCreate(final RocketMqSession session, final Reply reply, final String topic) {
        return reply.guarded(
                () -> {
                    state.rights().require(session.access(), Permission.CREATE, topic);
                    return true;
                },
                false);
    }

    private void sendOne(
            final RocketMqSession session,
            final RemotingCommand request,
            final SendHeader header,
            final TopicConfig topic) {
        final byte[] body = ByteBufUtil.getBytes(request.body());
        check(body.length);
        final String uniqueId = PropertyText.find(header.properties(), "UNIQ_KEY");
        // The sender of a message that is tried again has said when; it is not tried again.
        final boolean dead = SystemNames.isDead(topic.topic());
        final String properties =
                dead ? Delays.without(stamped(header.properties())) : delays.apply(stamped(header.properties()));
        final ByteBuf out = session.connection().alloc().buffer(256 + body.length + properties.length());
        boolean sent = false;
        try {
            RecordMaker.append(
                    out,
                    topic.topicUtf8(),
                    queue(header, topic),
                    header,
                    header.flag(),
                    body,
                    properties,
                    session.bornHost());
            sent = true;
        } finally {
            if (!sent) {
                out.release();
            }
        }
        final boolean half = (header.sysFlag() & MessageLayout.SYS_FLAG_TRANSACTION_MASK)
                == MessageLayout.SYS_FLAG_TRANSACTION_PREPARED;
        if (half) {
            session.sendHalf(request, topic.destination(), Halves.nextNumber(), uniqueId, out);
        } else {
            final PendingSend pending = new PendingSend(request, 1, out.readableBytes(), uniqueId, System.nanoTime());
            final String due = PropertyText.find(properties, Delays.DUE);
            if (due != null && uniqueId != null && due.matches("[0-9]{1,18}")) {
                pending.recallable(topic.topic(), settings.brokerName(), Long.parseLong(due));
            }
            session.send(pending, topic.destination(), 1, out);
        }
    }

    /** A batch: size, magic, checksum, flag, body length i32 each, body, properties length i16, properties; repeated. */
    private void sendBatch(
            final RocketMqSession session,
            final RemotingCommand request,
            final SendHeader header,
            final TopicConfig topic) {
        final ByteBuf in = request.body();
        check(in.readableBytes());
        final ByteBuf out = session.connection().alloc().buffer(256 + 2 * in.readableBytes());
        int count = 0;
        try {
            final int queue = queue(header, topic);
            for (int at = in.readerIndex(); at < in.writerIndex(); at += in.getInt(at)) {
                appendBatched(in, at, out, queue, header, topic, session.bornHost());
                count++;
            }
        } catch (final RuntimeException e) {
            out.release();
            throw e;
        }
        if (count == 0) {
            out.release();
            throw new RefusedException(ResponseCodes.MESSAGE_ILLEGAL, "a batch without messages");
        }
        final String uniqueId = PropertyText.find(header.properties(), "UNIQ_KEY");
        session.send(
                new PendingSend(request, count, out.readableBytes(), uniqueId, System.nanoTime()),
                topic.destination(),
                count,
                out);
    }

    private void appendBatched(
            final ByteBuf in,
            final int at,
            final ByteBuf out,
            final int queue,
            final SendHeader header,
            final TopicConfig topic,
            final long bornHost) {
        final int left = in.writerIndex() - at;
        final int size = left < BATCHED_BYTES ? -1 : in.getInt(at);
        final int bodyLength = size < BATCHED_BYTES || size > left ? -1 : in.getInt(at + 4 * Integer.BYTES);
        if (bodyLength < 0 || bodyLength > size - BATCHED_BYTES) {
            throw new RefusedException(ResponseCodes.MESSAGE_ILLEGAL, "the batch is not a row of messages");
        }
        final int bodyAt = at + 5 * Integer.BYTES;
        final int propertiesAt = bodyAt + bodyLength + Short.BYTES;
        final int propertiesLength = in.getUnsignedShort(bodyAt + bodyLength);
        if (propertiesLength != at + size - propertiesAt) {
            throw new RefusedException(ResponseCodes.MESSAGE_ILLEGAL, "the lengths in the batch do not add up");
        }
        RecordMaker.append(
                out,
                topic.topicUtf8(),
                queue,
                header,
                in.getInt(at + 3 * Integer.BYTES),
                ByteBufUtil.getBytes(in, bodyAt, bodyLength),
                stamped(in.toString(propertiesAt, propertiesLength, StandardCharsets.UTF_8)),
                bornHost);
    }

    private void check(final int bodyBytes) {
        if (bodyBytes > settings.maxMessageBytes()) {
            throw new RefusedException(
                    ResponseCodes.MESSAGE_ILLEGAL,
                    "the message has " + bodyBytes + " bytes, max-message-size is " + settings.maxMessageBytes());
        }
    }

    /** What RocketMQ's broker adds to each message, for the client's trace and for replies. */
    private String stamped(final String properties) {
        return PropertyText.find(properties, "MSG_REGION") == null ? PropertyText.join(properties, stamp) : properties;
    }

    private static int queue(final SendHeader header, final TopicConfig topic) {
        final String priority = topic.isByPriority() ? PropertyText.find(header.properties(), PRIORITY) : null;
        if (priority != null && priority.matches("[0-9]{1,9}")) {
            return Math.min(Integer.parseInt(priority), topic.writeQueues() - 1);
        }
        return header.queueId() >= 0
                ? header.queueId()
                : ThreadLocalRandom.current().nextInt(Math.max(1, topic.writeQueues()));
    }
}
