package io.ansermq.ra;

import jakarta.resource.spi.ConnectionRequestInfo;
import org.jspecify.annotations.Nullable;

/**
 * What an application asked for. Immutable; servers compare it to find out what may be shared.
 *
 * @param user the user that the application names, or null for the configured one
 * @param password the user's password
 * @param clientId the client identifier, or null for the configured one
 * @param domain which of the three APIs sessions are for
 */
record RaConnectionRequest(
        @Nullable String user,
        @Nullable String password,
        @Nullable String clientId,
        RaDomain domain) implements ConnectionRequestInfo {

    @Override
    public String toString() {
        return "request of " + (user == null ? "the configured user" : user);
    }
}
