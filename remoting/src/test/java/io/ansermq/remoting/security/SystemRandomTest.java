package io.ansermq.remoting.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SystemRandomTest {
    @Test
    void shouldNeverGiveTheSameNumberTwice() {
        final Set<Long> seen = new HashSet<>();
        long all = 0;
        for (int i = 0; i < 1_000; i++) {
            final long number = SystemRandom.INSTANCE.nextLong();
            assertThat(seen.add(number)).isTrue();
            all |= number;
        }

        assertThat(all).as("every bit is set now and then").isEqualTo(-1L);
    }

    @Test
    void shouldFillBytes() {
        final byte[] one = new byte[21];
        final byte[] other = new byte[21];
        SystemRandom.INSTANCE.nextBytes(one);
        SystemRandom.INSTANCE.nextBytes(other);

        assertThat(one).isNotEqualTo(other);
    }
}
