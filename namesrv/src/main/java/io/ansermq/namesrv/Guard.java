package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import org.jspecify.annotations.Nullable;

/** Says who may ask a name server for what. Thread safe; asked on the name server's loop. */
@FunctionalInterface
public interface Guard {

    /** Lets everybody do everything. */
    Guard OPEN = (request, from) -> null;

    /** Why this request from there is refused; null when it is not. */
    @Nullable
    String refusal(RemotingCommand request, Connection from);

    /** Whether a request changes what others are told, beyond what a broker says of itself. */
    static boolean isAdministration(final int code) {
        return AdminAnswers.isChange(code);
    }
}
