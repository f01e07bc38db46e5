package io.ansermq.broker.rocketmq;

import io.ansermq.broker.security.Access;
import io.ansermq.broker.security.AccessKeys;
import io.ansermq.broker.security.Admission;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Asks the users of a broker who may ask its name server for what: clients that the broker lets in are told routes, and its
 * administrators may change what others are told. Thread safe.
 */
public final class NameServerRights {

    private final Admission admission;

    public NameServerRights(final Admission admission) {
        this.admission = admission;
    }

    /**
     * Why a request to a name server is refused; null when it is not.
     *
     * @param administration whether it changes what others are told
     */
    public @Nullable String refusal(
            final RemotingCommand request, final Connection from, final boolean administration) {
        final String user = request.extFields().get(AccessKeys.ACCESS_KEY);
        final Access access =
                user == null ? admission.withoutLogin(from) : admission.signedBy(user, request, from.remoteAddress());
        if (access == null) {
            if (user != null) {
                admission.badSignature(user, from.remoteAddress());
            }
            return user == null
                    ? "a user is needed: give the client an AclClientRPCHook with a user's keys"
                    : "the signature is not that of user '" + user + "'";
        }
        return administration
                ? access.refusalToAdminister("use request " + request.code() + " of RocketMQ's tools on a name server")
                : null;
    }
}
