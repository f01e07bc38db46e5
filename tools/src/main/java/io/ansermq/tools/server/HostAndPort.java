package io.ansermq.tools.server;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

/** Addresses as texts, {@code host:port} or {@code [ipv6]:port}. Stateless. */
final class HostAndPort {

    private HostAndPort() {}

    /** The address as it is. */
    static String text(final InetSocketAddress address) {
        return text(address.getAddress(), address.getPort());
    }

    /**
     * Where others reach it: for a broker that listens on all addresses the first one that leads here from elsewhere.
     *
     * @throws IOException the machine's interfaces cannot be listed
     */
    static String reachable(final InetSocketAddress address) throws IOException {
        final InetAddress host = address.getAddress();
        return text(host.isAnyLocalAddress() ? firstOutside() : host, address.getPort());
    }

    private static InetAddress firstOutside() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address && !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                .findFirst()
                .orElseGet(InetAddress::getLoopbackAddress);
    }

    private static String text(final InetAddress address, final int port) {
        final String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? '[' + host + ']' : host) + ':' + port;
    }
}
