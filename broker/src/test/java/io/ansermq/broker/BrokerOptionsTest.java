package io.ansermq.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.store.FlushLevel;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BrokerOptionsTest {

    @Test
    void shouldHaveADefaultThatCanBeReadForEveryOption() {
        final BrokerOptions.Builder builder = BrokerOptions.builder();
        for (final OptionSpec spec : BrokerOptions.specs()) {
            if (!spec.name().endsWith("*")) {
                builder.set(spec.name(), spec.defaultText());
            }
            assertThat(spec.description()).endsWith(".");
        }
        assertThat(builder.build().asMap())
                .isEqualTo(BrokerOptions.builder().build().asMap());
    }

    @ParameterizedTest
    @CsvSource({"4096,4096", "64KiB,65536", "2MiB,2097152", "1 MiB,1048576", "512b,512"})
    void shouldReadSizes(final String text, final int bytes) {
        assertThat(BrokerOptions.builder().set("send-window", text).build().sendWindowBytes())
                .isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "10s,10000", "2m,120000", "1h,3600000"})
    void shouldReadDurations(final String text, final int ms) {
        assertThat(BrokerOptions.builder().set("heartbeat", text).build().heartbeatMs())
                .isEqualTo(ms);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "-1s", "10", "10 parsecs", "99999999999s"})
    void shouldNameTheOptionWhoseValueCannotBeRead(final String text) {
        assertThatThrownBy(() -> BrokerOptions.builder().set("heartbeat", text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("heartbeat")
                .hasMessageContaining("10s");
    }

    @Test
    void shouldNameAnUnknownOptionAndTheNearestKnownOne() {
        assertThatThrownBy(() -> BrokerOptions.builder().set("segmant-size", "1MiB"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'segmant-size'")
                .hasMessageContaining("'segment-size'");
    }

    @Test
    void shouldTakeAFlushLevelForOneDestination() {
        final BrokerOptions options = BrokerOptions.builder()
                .setAll(Map.of("flush", "async", "flush.orders", "sync"))
                .build();
        assertThat(options.flush("orders")).isEqualTo(FlushLevel.DURABLE);
        assertThat(options.flush("other")).isEqualTo(FlushLevel.WRITTEN);
    }

    @Test
    void shouldRefuseAMessageSizeThatTheStagingMemoryCannotHold() {
        assertThatThrownBy(() ->
                        BrokerOptions.builder().set("max-message-size", "64MiB").build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("staging-size");
    }

    @Test
    void shouldChooseAPolicyByNameThenByTheLongestPattern() {
        final BrokerOptions options = BrokerOptions.builder()
                .set("max-deliveries", "5")
                .set("max-deliveries.orders", "1")
                .set("max-deliveries.orders.*", "2")
                .set("max-deliveries.*.audit", "3")
                .set("redelivery-delay.orders.*", "2s")
                .set("redelivery-delay-multiplier", "1.5")
                .set("dead-letter-queue.*.audit", "none")
                .set("expiry-queue.orders.*", "old-*")
                .build();
        assertThat(options.policy("bills").maxDeliveries()).isEqualTo(5);
        assertThat(options.policy("orders").maxDeliveries()).isEqualTo(1);
        assertThat(options.policy("orders.eu").maxDeliveries()).isEqualTo(2);
        assertThat(options.policy("orders.audit").maxDeliveries())
                .as("orders. is longer than .audit")
                .isEqualTo(2);
        assertThat(options.policy("bills.audit").maxDeliveries()).isEqualTo(3);
        assertThat(options.policy("bills.audit").deadLetterQueue()).isEmpty();
        assertThat(options.policy("orders.eu").redeliveryDelayMs()).isEqualTo(2000);
        assertThat(options.policy("orders.eu").redeliveryFactor()).isEqualTo(1.5);
        assertThat(options.policy("orders.eu").deadLetterQueue()).isEqualTo("DLQ.orders.eu");
        assertThat(options.policy("orders.eu").expiryQueue()).isEqualTo("old-orders.eu");
        assertThat(options.policy("bills").expiryQueue()).isEmpty();
    }

    @Test
    void shouldMoveNothingOutOfADeadLetterQueue() {
        assertThat(BrokerOptions.builder().build().policy("DLQ.orders").maxDeliveries())
                .isZero();
    }

    @Test
    void shouldKeepMessagesAsLongAsIsSaidForTheirTopic() {
        final BrokerOptions options = BrokerOptions.builder()
                .set("retention", "72h")
                .set("retention.audit.*", "720h")
                .set("retention.audit.debug", "1h")
                .build();
        assertThat(options.retentionMs("orders", 5))
                .as("what administrators said meanwhile")
                .isEqualTo(5);
        assertThat(options.retentionMs("audit.logins", 5)).isEqualTo(30L * 24 * 3_600_000);
        assertThat(options.retentionMs("audit.debug", 5)).isEqualTo(3_600_000);
    }
}
