package io.ansermq.ra;

import org.jspecify.annotations.Nullable;

/**
 * Who a connection belongs to: what two requests must have in common to share one.
 *
 * @param user the user, or null for nobody
 * @param password the user's password
 * @param clientId the client identifier, or null
 */
record Login(
        @Nullable String user,
        @Nullable String password,
        @Nullable String clientId) {

    /** Without the password. */
    @Override
    public String toString() {
        return (user == null ? "nobody" : user) + (clientId == null ? "" : " with client ID " + clientId);
    }
}
