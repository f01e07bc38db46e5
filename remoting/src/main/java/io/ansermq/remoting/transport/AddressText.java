package io.ansermq.remoting.transport;

import io.netty.channel.local.LocalAddress;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Addresses for people. */
final class AddressText {

    private AddressText() {}

    /** {@code host:port}, or the name of an address in this JVM. */
    static String of(final SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet.isUnresolved()
                    ? inet.getHostString() + ":" + inet.getPort()
                    : NetUtil.toSocketAddressString(inet);
        }
        return address instanceof LocalAddress local ? local.id() : String.valueOf(address);
    }
}
