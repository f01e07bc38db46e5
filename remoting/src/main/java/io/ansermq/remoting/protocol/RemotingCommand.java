package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One frame as a value: a request, its answer, or a one-way notice, with a body.
 *
 * <p>A command of our own protocol ({@link SerializeType#KRYO}) carries a {@link ControlHeader}; one of RocketMQ's
 * protocol carries a code and text fields. Immutable but for the body, whose reference belongs to whoever holds the
 * command: the one that reads a command or writes it away releases it, once.
 */
public final class RemotingCommand {

    /** {@link #flag()} bit: this is an answer. */
    public static final int FLAG_RESPONSE = 1;

    /** {@link #flag()} bit: no answer is wanted. */
    public static final int FLAG_ONEWAY = 1 << 1;

    /** The RocketMQ version our commands state: 5.5.0. Peers switch behaviour by it. */
    public static final int ROCKETMQ_VERSION = 513;

    private final SerializeType serializeType;
    private final int code;
    private final LanguageCode language;
    private final int version;
    private final int opaque;
    private final int flag;
    private final @Nullable String remark;
    private final Map<String, String> extFields;
    private final @Nullable ControlHeader control;
    private final ByteBuf body;

    private RemotingCommand(
            final SerializeType serializeType,
            final int code,
            final LanguageCode language,
            final int version,
            final int opaque,
            final int flag,
            final @Nullable String remark,
            final Map<String, String> extFields,
            final @Nullable ControlHeader control,
            final ByteBuf body) {
        this.serializeType = serializeType;
        this.code = code;
        this.language = language;
        this.version = version;
        this.opaque = opaque;
        this.flag = flag;
        this.remark = remark;
        this.extFields = extFields;
        this.control = control;
        this.body = body;
    }

    /** A command of our own protocol without a body. {@code opaque} is 0 when nothing is to answer it. */
    public static RemotingCommand control(final ControlHeader header, final int opaque) {
        return control(header, opaque, HeapBuffers.EMPTY);
    }

    /** A command of our own protocol; takes over the reference of {@code body}. */
    public static RemotingCommand control(final ControlHeader header, final int opaque, final ByteBuf body) {
        final int flag = opaque == 0 ? FLAG_ONEWAY : isAnswer(header) ? FLAG_RESPONSE : 0;
        return new RemotingCommand(
                SerializeType.KRYO,
                header.code(),
                LanguageCode.JAVA,
                ROCKETMQ_VERSION,
                opaque,
                flag,
                null,
                Map.of(),
                header,
                body);
    }

    /**
     * A request of RocketMQ's protocol with a JSON header and no opaque number yet; takes over the reference of
     * {@code body}.
     */
    public static RemotingCommand request(final int code, final Map<String, String> extFields, final ByteBuf body) {
        return rocketMq(SerializeType.JSON, code, LanguageCode.JAVA, ROCKETMQ_VERSION, 0, 0, null, extFields, body);
    }

    /**
     * The answer to a request of RocketMQ's protocol, in the header form and with the opaque number of that request;
     * takes over the reference of {@code body}.
     */
    public static RemotingCommand response(
            final RemotingCommand request,
            final int code,
            final @Nullable String remark,
            final Map<String, String> extFields,
            final ByteBuf body) {
        return rocketMq(
                request.serializeType,
                code,
                LanguageCode.JAVA,
                ROCKETMQ_VERSION,
                request.opaque,
                FLAG_RESPONSE,
                remark,
                extFields,
                body);
    }

    static RemotingCommand rocketMq(
            final SerializeType serializeType,
            final int code,
            final LanguageCode language,
            final int version,
            final int opaque,
            final int flag,
            final @Nullable String remark,
            final Map<String, String> extFields,
            final ByteBuf body) {
        if (serializeType == SerializeType.KRYO) {
            throw new IllegalArgumentException("a RocketMQ command has a JSON or ROCKETMQ header");
        }
        return new RemotingCommand(serializeType, code, language, version, opaque, flag, remark, extFields, null, body);
    }

    /** This command with another opaque number; the two share one reference of the body. */
    public RemotingCommand withOpaque(final int newOpaque) {
        return control != null
                ? control(control, newOpaque, body)
                : rocketMq(serializeType, code, language, version, newOpaque, flag, remark, extFields, body);
    }

    /** This RocketMQ command with its header in another form; the two share one reference of the body. */
    public RemotingCommand withSerializeType(final SerializeType newSerializeType) {
        return rocketMq(newSerializeType, code, language, version, opaque, flag, remark, extFields, body);
    }

    /** This RocketMQ command marked as wanting no answer; the two share one reference of the body. */
    public RemotingCommand oneWay() {
        return rocketMq(serializeType, code, language, version, opaque, flag | FLAG_ONEWAY, remark, extFields, body);
    }

    /** How the header is written. */
    public SerializeType serializeType() {
        return serializeType;
    }

    /** The {@link ControlHeader#code()}, or RocketMQ's request or response code. */
    public int code() {
        return code;
    }

    /** The language of the sender; {@link LanguageCode#JAVA} in our own protocol. */
    public LanguageCode language() {
        return language;
    }

    /** The RocketMQ version number of the sender; {@link #ROCKETMQ_VERSION} in our own protocol. */
    public int version() {
        return version;
    }

    /** The number that an answer repeats; 0 in our own protocol when nothing answers. */
    public int opaque() {
        return opaque;
    }

    /** {@link #FLAG_RESPONSE} and {@link #FLAG_ONEWAY}; derived from header and opaque number in our own protocol. */
    public int flag() {
        return flag;
    }

    /** Whether this answers a request of the other side. */
    public boolean isResponse() {
        return (flag & FLAG_RESPONSE) != 0;
    }

    /** Whether the sender wants no answer. */
    public boolean isOneWay() {
        return (flag & FLAG_ONEWAY) != 0;
    }

    /** The text of a RocketMQ answer, often why a request was refused. */
    public @Nullable String remark() {
        return remark;
    }

    /** The fields of a RocketMQ header; empty in our own protocol. */
    public Map<String, String> extFields() {
        return extFields;
    }

    /** The header of our own protocol; null exactly for RocketMQ commands. */
    public @Nullable ControlHeader control() {
        return control;
    }

    /** The body, empty when there is none. The reference belongs to the holder of this command. */
    public ByteBuf body() {
        return body;
    }

    /** Gives back the body's reference; the body must not be used afterwards. */
    public void release() {
        body.release();
    }

    @Override
    public String toString() {
        final StringBuilder text = new StringBuilder(64);
        if (control != null) {
            // Not the header itself: it may hold a password.
            text.append(control.getClass().getSimpleName());
        } else {
            text.append(serializeType)
                    .append(isResponse() ? " response " : " request ")
                    .append(code);
        }
        return text.append(" #")
                .append(opaque)
                .append(", body ")
                .append(body.readableBytes())
                .append(" B")
                .toString();
    }

    private static boolean isAnswer(final ControlHeader header) {
        return switch (header.code()) {
            case ConnectionHeader.Connected.CODE,
                    ConnectionHeader.Challenge.CODE,
                    DestinationHeader.DestinationOpened.CODE,
                    ConsumingHeader.Subscribed.CODE,
                    ConsumingHeader.AckDone.CODE,
                    ConnectionHeader.Done.CODE,
                    ConnectionHeader.Failure.CODE,
                    ConnectionHeader.Pong.CODE,
                    ConnectionHeader.Status.CODE,
                    SendingHeader.PartPut.CODE,
                    ResumeHeader.Resumed.CODE,
                    SendingHeader.Part.CODE,
                    ConnectionHeader.Routes.CODE,
                    TransactionHeader.Prepared.CODE,
                    TransactionHeader.TransactionStatus.CODE,
                    TransactionHeader.Recovered.CODE,
                    TransactionHeader.Transactions.CODE,
                    DeadLetterHeader.DeadLetters.CODE,
                    DeadLetterHeader.DeadLettersSettled.CODE,
                    AdminHeader.Inspected.CODE,
                    SharedQueueHeader.SharedQueueOpened.CODE,
                    SharedQueueHeader.LaneRead.CODE,
                    SharedQueueHeader.Resources.CODE -> true;
            default -> false;
        };
    }
}
