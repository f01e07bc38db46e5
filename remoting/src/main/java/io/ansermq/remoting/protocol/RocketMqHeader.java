package io.ansermq.remoting.protocol;

import io.netty.buffer.ByteBuf;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The fields of a RocketMQ header, whichever form they were read from. */
record RocketMqHeader(
        int code,
        LanguageCode language,
        int version,
        int opaque,
        int flag,
        @Nullable String remark,
        Map<String, String> extFields) {

    RemotingCommand toCommand(final SerializeType type, final ByteBuf body) {
        return RemotingCommand.rocketMq(type, code, language, version, opaque, flag, remark, extFields, body);
    }
}
