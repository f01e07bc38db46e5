package io.ansermq.tools.server;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Addresses as texts, {@code host:port} or {@code [ipv6]:port}. Stateless. */
final class HostAndPort {

    private HostAndPort() {}

    /** The address as it is. */
    static String text(final InetSocketAddress address) {
        return text(address.getAddress(), address.getPort());
    }

    private static String text(final InetAddress address, final int port) {
        final String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
