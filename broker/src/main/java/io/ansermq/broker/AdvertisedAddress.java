package io.ansermq.broker;

import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;

/** Where clients reach a broker. Stateless. */
final class AdvertisedAddress {

    private static final String PORT = ":\\d{1,5}$";

    private AdvertisedAddress() {}

    /**
     * The address that others are told.
     *
     * @param text host or host:port; empty for the address that is listened on
     * @param bound the address that is listened on; returned as it is inside the JVM
     */
    static SocketAddress of(final String text, final SocketAddress bound) {
        if (!(bound instanceof InetSocketAddress inet)) {
            return bound;
        }
        if (!text.isEmpty()) {
            final boolean hasPort = text.matches(".*" + PORT);
            final int port = hasPort ? Integer.parseInt(text.substring(text.lastIndexOf(':') + 1)) : inet.getPort();
            final InetSocketAddress address = new InetSocketAddress(text.replaceFirst(PORT, ""), port);
            if (address.isUnresolved()) {
                throw new IllegalArgumentException("option advertise: the host of '" + text + "' is unknown");
            }
            return address;
        }
        final InetAddress host = inet.getAddress();
        return host != null && host.isAnyLocalAddress() ? new InetSocketAddress(firstOutside(), inet.getPort()) : inet;
    }

    private static InetAddress firstOutside() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(each ->
                            each instanceof Inet4Address && !each.isLoopbackAddress() && !each.isLinkLocalAddress())
                    .findFirst()
                    .orElseGet(InetAddress::getLoopbackAddress);
        } catch (final SocketException e) {
            throw new UncheckedIOException("cannot list the network interfaces of this machine", e);
        }
    }
}
