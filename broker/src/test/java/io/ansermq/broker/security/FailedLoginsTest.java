package io.ansermq.broker.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.local.LocalAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FailedLoginsTest {

    private long nowNs = -5;
    private final FailedLogins failures = new FailedLogins(() -> nowNs);

    @Test
    void shouldLetOnlyTheAddressWaitThatFails() {
        long last = 0;
        for (int i = 0; i < 10_000; i++) {
            final long delayMs = failures.failed(address("10.0.0.1"));
            assertThat(delayMs).isBetween(Math.max(1, last), FailedLogins.MAX_MS);
            last = delayMs;
        }
        assertThat(last).isEqualTo(FailedLogins.MAX_MS);
        assertThat(failures.failed(address("10.0.0.2"))).isEqualTo(FailedLogins.STEP_MS);
    }

    @Test
    void shouldForgetAfterAMinute() {
        failures.failed(address("10.0.0.1"));
        assertThat(failures.failed(address("10.0.0.1"))).isEqualTo(2 * FailedLogins.STEP_MS);
        nowNs += TimeUnit.MINUTES.toNanos(1) + 1;
        assertThat(failures.failed(address("10.0.0.1"))).isEqualTo(FailedLogins.STEP_MS);
    }

    @Test
    void shouldKeepTheLatestAddressesOnly() {
        failures.failed(address("10.1.0.0"));
        for (int i = 0; i < FailedLogins.MAX_ADDRESSES; i++) {
            failures.failed(address("10.0." + i / 256 + "." + i % 256));
        }
        assertThat(failures.failed(address("10.1.0.0"))).isEqualTo(FailedLogins.STEP_MS);
        assertThat(failures.failed(address("10.0.39.15"))).isEqualTo(2 * FailedLogins.STEP_MS);
    }

    @Test
    void shouldNotDelayWhoIsInTheSameProcess() {
        assertThat(failures.failed(new LocalAddress("inside"))).isZero();
    }

    private static SocketAddress address(final String host) {
        return new InetSocketAddress(host, 1);
    }
}
