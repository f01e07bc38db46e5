package io.ansermq.broker.core;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** The 8-byte host fields of a record: IPv4 address and port. Stateless. */
public final class HostField {

    private static final long LOOPBACK = 0x7f000001L << 32;

    private HostField() {}

    /** The field of an address; loopback without a port for one that has no IPv4 form (in-JVM, IPv6). */
    public static long of(final SocketAddress address) {
        if (address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address ip) {
            final byte[] b = ip.getAddress();
            final long host = ((b[0] & 0xffL) << 24) | ((b[1] & 0xffL) << 16) | ((b[2] & 0xffL) << 8) | (b[3] & 0xffL);
            return (host << 32) | inet.getPort();
        }
        return LOOPBACK;
    }
}
