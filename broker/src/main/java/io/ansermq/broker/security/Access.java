package io.ansermq.broker.security;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import org.jspecify.annotations.Nullable;

/**
 * What one connection may do: asked once for each request, before anything of it is done. Thread safe; quick enough for
 * event loops and core.
 *
 * <p>An answer holds as long as {@link #generation} is the same object, so whoever asks often may remember it. Each
 * refusal that is given out is one line of the audit log, so whoever asks must mean it.
 */
public interface Access {

    /** For what the broker does by itself. */
    Access UNLIMITED = new Access() {
        @Override
        public @Nullable String user() {
            return null;
        }

        @Override
        public @Nullable String refusal(
                final Permission permission, final @Nullable DestinationKind kind, final String name) {
            return null;
        }

        @Override
        public boolean allows(final Permission permission, final @Nullable DestinationKind kind, final String name) {
            return true;
        }

        @Override
        public @Nullable String refusalToAdminister(final String action) {
            return null;
        }

        @Override
        public Object generation() {
            return this;
        }
    };

    /** Of a connection that has not been let in. */
    Access NONE = new Access() {
        @Override
        public @Nullable String user() {
            return null;
        }

        @Override
        public String refusal(final Permission permission, final @Nullable DestinationKind kind, final String name) {
            return "this connection has not been let in";
        }

        @Override
        public boolean allows(final Permission permission, final @Nullable DestinationKind kind, final String name) {
            return false;
        }

        @Override
        public String refusalToAdminister(final String action) {
            return "this connection has not been let in";
        }

        @Override
        public Object generation() {
            return this;
        }
    };

    /** Who logged in; null for a client that named nobody. */
    @Nullable
    String user();

    /**
     * Why this is not allowed, for the client to read, with what an administrator can do about it; null when it is.
     *
     * @param kind null for a RocketMQ topic, which is a queue as well as a topic: allowed if either is
     * @param name the destination's name in Jakarta Messaging
     */
    @Nullable
    String refusal(Permission permission, @Nullable DestinationKind kind, String name);

    /** Whether something is allowed, for lists that show only what is: nobody is told and nothing written. */
    boolean allows(Permission permission, @Nullable DestinationKind kind, String name);

    /**
     * Why something that concerns the broker as a whole is not allowed; null when it is.
     *
     * @param action as in "user ann may not ..."
     */
    @Nullable
    String refusalToAdminister(String action);

    /**
     * Something was done that administrators want to know of later: writes that down.
     *
     * @param action as in "user ann did ..."
     */
    default void did(final String action) {
        // The broker itself is nobody's concern.
    }

    /** Another object when the rules have changed. */
    Object generation();
}
