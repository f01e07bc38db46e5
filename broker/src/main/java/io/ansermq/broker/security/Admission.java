package io.ansermq.broker.security;

import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.security.Scram;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.SystemClock;
import io.ansermq.remoting.transport.TlsFailure;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may connect. Thread safe, and quick enough for event loops: what is slow about passwords is the clients' to
 * compute ({@link Scram}).
 */
public final class Admission {

    private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

    private final UserFile users;
    private final Anonymous anonymous;
    private final CertificateUser certificates;
    private final AccessControl access;
    private final Audit audit;
    private final Executor files;
    private final FailedLogins failures = new FailedLogins(SystemClock.NANOS);

    /**
     * Lets in who is in the file, whom a certificate names, and from where {@code anonymous} says.
     *
     * @param access says what they may do then
     * @param files runs what reads files
     */
    public Admission(
            final UserFile users,
            final Anonymous anonymous,
            final CertificateUser certificates,
            final AccessControl access,
            final Audit audit,
            final Executor files) {
        this.users = users;
        this.anonymous = anonymous;
        this.certificates = certificates;
        this.files = files;
        this.access = access;
        this.audit = audit;
    }

    /** What a client that was let in may do. */
    public Access accessOf(final @Nullable String user, final SocketAddress remote) {
        return access.of(user, remote);
    }

    /**
     * What a client that names no user may do: what the user of its certificate may, or what anonymous ones may from where
     * it is; null when it is not let in, which is then written down. On the connection's event loop.
     */
    public @Nullable Access withoutLogin(final Connection from) {
        final X500Principal certificate = from.peerCertificate();
        final String user = certificate == null ? null : certificates.userOf(certificate);
        if (user == null && !anonymous.admits(from.remoteAddress())) {
            audit.refused("-", from.remoteAddress(), "action=connect reason='no user named, see the option anonymous'");
            return null;
        }
        return access.of(user, from.remoteAddress());
    }

    /**
     * What the client of RocketMQ may do that signed a request with a user's keys; null when the signature is not that
     * user's. The file of users is as it was when it was last read.
     *
     * @param user the access key
     */
    public @Nullable Access signedBy(final String user, final RemotingCommand request, final SocketAddress remote) {
        final Scram.Verifier verifier = users.find(user);
        return verifier != null && AccessKeys.isSigned(request, AccessKeys.secretKey(verifier))
                ? access.of(user, remote)
                : null;
    }

    /** A signature from there was wrong: writes that down and returns how many milliseconds the answer is to wait. */
    public long badSignature(final String user, final SocketAddress remote) {
        audit.refused(Audit.quoted(user), remote, "action=login reason='wrong signature'");
        return failures.failed(remote);
    }

    /** A connection came to nothing before anything was said on it: what is wrong with its encryption is written down. */
    public void refusedEncryption(final SocketAddress remote, final Throwable cause) {
        if (!TlsFailure.isByPeer(cause)) {
            audit.refused("-", remote, "action=connect reason=" + Audit.quoted(String.valueOf(cause.getMessage())));
        }
    }

    /** The login of a user from there has failed: writes that down and returns how many milliseconds the answer is to wait. */
    public long failed(final Login login, final SocketAddress remote) {
        audit.refused(
                Audit.quoted(login.user()),
                remote,
                login.known ? "action=login reason='wrong password'" : "action=login reason='unknown user'");
        return failures.failed(remote);
    }

    /** A login under way. Confined to one event loop. */
    public static final class Login {
        private final String user;
        private final Scram.Verifier verifier;
        private final boolean known;
        private final String nonce = Scram.nonce();

        private Login(final String user, final Scram.Verifier verifier, final boolean known) {
            this.user = user;
            this.verifier = verifier;
            this.known = known;
        }

        public String user() {
            return user;
        }

        /** What the client is told to compute with. */
        public String salt() {
            return verifier.salt();
        }

        /** What the client is told to compute with. */
        public int iterations() {
            return verifier.iterations();
        }

        /** What the client is told to compute with. */
        public String nonce() {
            return nonce;
        }

        /** What proves to the client that this broker knows its password's keys; null when its own proof is wrong. */
        public @Nullable String prove(final String clientNonce, final String proof) {
            final Scram.Exchange exchange =
                    new Scram.Exchange(user, verifier.salt(), verifier.iterations(), nonce, clientNonce);
            final boolean right = Scram.isProof(verifier, exchange, proof);
            return right && known ? Scram.signature(verifier, exchange) : null;
        }
    }

    /**
     * Begins the login of a user who may or may not exist, as the file of users is now; {@code then} is called by another
     * thread.
     */
    public void begin(final String user, final Consumer<Login> then) {
        files.execute(() -> {
            try {
                users.refresh();
            } catch (IOException e) {
                LOG.error("the users stay as they were: {}", e.getMessage());
            }
            then.accept(login(user));
        });
    }

    private Login login(final String user) {
        final Scram.Verifier verifier = users.find(user);
        return verifier == null
                ? new Login(
                        user,
                        new Scram.Verifier(
                                saltOf(user),
                                Scram.ITERATIONS,
                                Nobody.VERIFIER.storedKey(),
                                Nobody.VERIFIER.serverKey()),
                        false)
                : new Login(user, verifier, true);
    }

    /** Always the same for a name, as that of a user would be. */
    private String saltOf(final String user) {
        return Scram.signature(Nobody.VERIFIER, new Scram.Exchange(user, Nobody.VERIFIER.salt(), 1, "", ""))
                        .substring(0, 22)
                + "==";
    }

    /**
     * Stands in for a user that does not exist, so that the answer to a wrong name looks like that to a wrong password. Made when
     * somebody logs in for the first time: loading what hashes takes time that a start without users has no use for.
     */
    private static final class Nobody {
        static final Scram.Verifier VERIFIER = Scram.verifier(Scram.nonce(), 1);

        private Nobody() {}
    }
}
