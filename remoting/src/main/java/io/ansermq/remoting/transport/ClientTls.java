package io.ansermq.remoting.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** TLS 1.3 and 1.2 at the end that connects; a connection is open when the handshake is over. Immutable, thread safe. */
public final class ClientTls implements Encryption {

    private final SslContext context;

    private ClientTls(final SslContext context) {
        this.context = context;
    }

    /**
     * Reads the files.
     *
     * @param trusted who may have signed the server's certificate; null for those that Java trusts
     * @param own the private key and certificates of this end, for servers that ask for them; null for none
     * @param verifyHost whether the certificate must name the host that is connected to
     * @param trustAll for experiments: takes any certificate, so that anybody can be in the middle
     * @throws IOException in one clear line when a file cannot be used
     */
    public static ClientTls load(
            final @Nullable KeyFile trusted,
            final @Nullable KeyFile own,
            final boolean verifyHost,
            final boolean trustAll)
            throws IOException {
        final SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .protocols("TLSv1.3", "TLSv1.2")
                .endpointIdentificationAlgorithm(verifyHost && !trustAll ? "HTTPS" : null);
        if (trustAll) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
        } else if (trusted != null) {
            builder.trustManager(trusted.trust());
        }
        if (own != null) {
            builder.keyManager(own.keys());
        }
        return new ClientTls(builder.build());
    }

    @Override
    public void install(final Channel channel, final SocketAddress remote) {
        final SslHandler handler = remote instanceof InetSocketAddress inet
                ? context.newHandler(channel.alloc(), inet.getHostString(), inet.getPort())
                : context.newHandler(channel.alloc());
        channel.pipeline().addFirst(handler, new Gate());
    }

    /** Lets nobody know that the channel is active before the handshake is over. */
    private static final class Gate extends ChannelInboundHandlerAdapter {

        @Override
        public void channelActive(final ChannelHandlerContext context) {
            // Told later, or never.
        }

        @Override
        public void userEventTriggered(final ChannelHandlerContext context, final Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake) {
                final String problem = handshake.isSuccess()
                        ? TlsFailure.ownProblem(context.pipeline()
                                .get(SslHandler.class)
                                .engine()
                                .getSession()
                                .getLocalCertificates())
                        : null;
                if (problem != null) {
                    // In TLS 1.3 the server judges it later, and all it says is that it does not like it.
                    context.fireExceptionCaught(new IOException(problem + ": renew the one in the key store"));
                } else if (handshake.isSuccess()) {
                    context.fireChannelActive();
                    context.pipeline().remove(this);
                } else {
                    context.fireExceptionCaught(new IOException(textOf(handshake.cause()), handshake.cause()));
                }
            }
        }

        @Override
        public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
            // What breaks a handshake is in its completion event, and clearer there.
        }

        private static String textOf(final Throwable cause) {
            if (cause instanceof ClosedChannelException) {
                return "the peer closed the connection in the TLS handshake: does it speak TLS there?";
            }
            return "the TLS handshake failed: " + TlsFailure.textOf(cause)
                    + "; check the certificates of both sides and the host name";
        }
    }
}
