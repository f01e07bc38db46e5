package io.ansermq.remoting.transport;

import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * TLS 1.3 and 1.2 at the end that is connected to. With {@code required} every connection must be encrypted; without, a
 * connection's first bytes decide, so that encrypted and plain clients share one port: what begins a TLS handshake would
 * be a frame of more than 300 MiB. Thread safe.
 *
 * <p>Certificates can be replaced while it is in use, see {@link #refresh}: new connections get the new ones.
 */
public final class ServerTls implements Encryption {

    /** Whether the other side has to say who it is (mutual TLS). */
    public enum ClientCertificate {
        /** Not asked for. */
        NONE(ClientAuth.NONE),
        /** Asked for, and checked when there is one. */
        WANTED(ClientAuth.OPTIONAL),
        /** Without one there is no connection. */
        REQUIRED(ClientAuth.REQUIRE);

        private final ClientAuth auth;

        ClientCertificate(final ClientAuth auth) {
            this.auth = auth;
        }
    }

    private final boolean required;
    private final KeyFile own;
    private final @Nullable KeyFile trusted;
    private final ClientCertificate clientCertificate;
    private volatile SslContext context;
    private String stamp;

    private ServerTls(
            final boolean required,
            final KeyFile own,
            final @Nullable KeyFile trusted,
            final ClientCertificate clientCertificate)
            throws IOException {
        this.required = required;
        this.own = own;
        this.trusted = trusted;
        this.clientCertificate = clientCertificate;
        stamp = stampOfFiles();
        context = read();
    }

    /**
     * Reads the files.
     *
     * @param required whether plain connections are refused
     * @param own the server's private key and certificates
     * @param trusted who may have signed the certificates of clients; null for those that Java trusts
     * @throws IOException in one clear line when a file cannot be used
     */
    public static ServerTls load(
            final boolean required,
            final KeyFile own,
            final @Nullable KeyFile trusted,
            final ClientCertificate clientCertificate)
            throws IOException {
        return new ServerTls(required, own, trusted, clientCertificate);
    }

    /**
     * Looks whether the files have changed, and reads them again if so; connections that are open stay as they are. Reads
     * files: not for event loops.
     *
     * @return whether they had changed
     * @throws IOException in one clear line when they cannot be used: then those read before stay in use
     */
    public synchronized boolean refresh() throws IOException {
        final String now = stampOfFiles();
        if (now.equals(stamp)) {
            return false;
        }
        stamp = now;
        context = read();
        return true;
    }

    private String stampOfFiles() {
        return own.stamp() + (trusted == null ? "" : trusted.stamp());
    }

    private SslContext read() throws IOException {
        final SslContextBuilder builder = SslContextBuilder.forServer(own.keys())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .clientAuth(clientCertificate.auth);
        if (trusted != null) {
            builder.trustManager(trusted.trust());
        }
        return builder.build();
    }

    @Override
    public void install(final Channel channel, final SocketAddress remote) {
        final SslContext now = context;
        channel.pipeline().addFirst(required ? now.newHandler(channel.alloc()) : new OptionalSslHandler(now));
    }
}
