package io.ansermq.broker.security;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.net.SocketAddress;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says what those who were let in may do, by the roles of their users. Thread safe; does no I/O.
 *
 * <p>As long as no role says anything about destinations, everybody may use all of them; the broker itself is
 * administered by members of {@link Roles#ADMIN}, and by clients without a user from where the option
 * {@code anonymous-admin} says, who may do everything else as well.
 */
public final class AccessControl {

    private final Supplier<Roles> roles;
    private final Anonymous administrators;
    private final Audit audit;

    /**
     * Access by roles.
     *
     * @param roles the roles in force; another object when they have changed
     * @param administrators from where clients without a user may do everything
     */
    public AccessControl(final Supplier<Roles> roles, final Anonymous administrators, final Audit audit) {
        this.roles = roles;
        this.administrators = administrators;
        this.audit = audit;
    }

    /**
     * What a connection may do.
     *
     * @param user null for a client that names nobody
     */
    public Access of(final @Nullable String user, final SocketAddress remote) {
        return new Rights(user, remote, user == null && administrators.admits(remote));
    }

    private final class Rights implements Access {
        private final @Nullable String user;
        private final SocketAddress remote;
        private final boolean local;

        private Rights(final @Nullable String user, final SocketAddress remote, final boolean local) {
            this.user = user;
            this.remote = remote;
            this.local = local;
        }

        @Override
        public @Nullable String user() {
            return user;
        }

        @Override
        public Object generation() {
            return roles.get();
        }

        @Override
        public boolean allows(final Permission permission, final @Nullable DestinationKind kind, final String name) {
            final Roles now = roles.get();
            return mayAdminister(now) || !now.concernDestinations() || now.allow(user, permission, kind, name);
        }

        @Override
        public @Nullable String refusal(
                final Permission permission, final @Nullable DestinationKind kind, final String name) {
            if (allows(permission, kind, name)) {
                return null;
            }
            final String what = kind == null ? "any" : kind.name().toLowerCase(Locale.ROOT);
            refused("permission=" + permission.text() + " destination=" + what + ' ' + Audit.quoted(name));
            return who() + " may not " + verb(permission) + ' ' + (kind == null ? "topic" : what) + " '" + name + "': "
                    + advice(permission.text() + ' ' + what + ' ' + name);
        }

        @Override
        public @Nullable String refusalToAdminister(final String action) {
            if (mayAdminister(roles.get())) {
                return null;
            }
            refused("permission=" + Permission.ADMINISTER.text() + " action=" + Audit.quoted(action));
            return who() + " may not " + action + ": only members of the role '" + Roles.ADMIN + "' may"
                    + (user == null
                            ? ", so log in as one, or start the broker with another anonymous-admin"
                            : "; 'anser role assign " + Roles.ADMIN + ' ' + user + "' makes this user one");
        }

        @Override
        public void did(final String action) {
            audit.done(user == null ? "-" : Audit.quoted(user), remote, "action=" + Audit.quoted(action));
        }

        private boolean mayAdminister(final Roles now) {
            return local || now.isAdministrator(user);
        }

        private String who() {
            return user == null ? "a client without a user" : "user '" + user + "'";
        }

        private void refused(final String what) {
            audit.refused(user == null ? "-" : Audit.quoted(user), remote, what);
        }

        private String advice(final String missing) {
            final Set<String> own = roles.get().rolesOf(user == null ? Roles.EVERYBODY : user);
            final String role = own.isEmpty() ? "ROLE" : own.iterator().next();
            return (user == null ? "log in as a user who may, or an" : "an") + " administrator can allow it with 'anser"
                    + " role grant " + role + ' ' + missing + "'"
                    + (own.isEmpty()
                            ? " and 'anser role assign ROLE " + (user == null ? "\"" + Roles.EVERYBODY + "\"" : user)
                                    + "'"
                            : "");
        }

        private String verb(final Permission permission) {
            return switch (permission) {
                case SEND -> "send to";
                case CONSUME -> "consume from";
                default -> permission.text();
            };
        }
    }
}
