package io.ansermq.broker.security;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How long the answer to a failed login waits: the longer, the more have failed from that address lately, so that guessing
 * passwords is slow and nobody else is. Thread safe; never blocks.
 */
final class FailedLogins {

    static final long STEP_MS = 10;
    static final long MAX_MS = 1_000;
    static final int MAX_ADDRESSES = 10_000;
    private static final int MAX_COUNT = (int) (MAX_MS / STEP_MS);
    private static final long FORGET_NS = TimeUnit.MINUTES.toNanos(1);

    private record Failures(int count, long lastNs) {}

    private final LongSupplier nanoClock;

    /** The address that has failed longest ago comes first. Guarded by this. */
    private final Map<InetAddress, Failures> byAddress = new LinkedHashMap<>();

    FailedLogins(final LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** Another login has failed; returns the milliseconds that its answer is to wait. */
    synchronized long failed(final SocketAddress remote) {
        if (!(remote instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return 0; // inside the broker's own process
        }
        final long nowNs = nanoClock.getAsLong();
        final Failures before = byAddress.remove(inet.getAddress());
        final int count =
                before == null || nowNs - before.lastNs() > FORGET_NS ? 1 : Math.min(before.count() + 1, MAX_COUNT);
        byAddress.put(inet.getAddress(), new Failures(count, nowNs));
        if (byAddress.size() > MAX_ADDRESSES) {
            byAddress.remove(byAddress.keySet().iterator().next());
        }
        return count * STEP_MS;
    }
}
