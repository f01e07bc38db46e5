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
 * be a frame of more than 300 MiB. Immutable and thread safe.
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
    private final SslContext context;

    private ServerTls(final boolean required, final SslContext context) {
        this.required = required;
        this.context = context;
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
        final SslContextBuilder builder = SslContextBuilder.forServer(own.keys())
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .clientAuth(clientCertificate.auth);
        if (trusted != null) {
            builder.trustManager(trusted.trust());
        }
        return new ServerTls(required, builder.build());
    }

    @Override
    public void install(final Channel channel, final SocketAddress remote) {
        channel.pipeline().addFirst(required ? context.newHandler(channel.alloc()) : new OptionalSslHandler(context));
    }
}
