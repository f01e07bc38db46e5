package io.ansermq.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelaysTest {

    private static final long NOW = 1_000_000;
    private final Delays delays = new Delays(() -> NOW);

    @ParameterizedTest
    @CsvSource({
        "DELAY,1,1001000",
        "DELAY,3,1010000",
        "DELAY,18,8200000",
        "DELAY,99,8200000",
        "TIMER_DELAY_SEC,5,1005000",
        "TIMER_DELAY_MS,5,1000005",
        "TIMER_DELIVER_MS,1000007,1000007"
    })
    void shouldSayWhenAMessageIsDue(final String name, final String value, final String dueEpochMs) {
        final String properties = delays.apply(PropertyText.with("", name, value));

        assertThat(PropertyText.find(properties, "JMSDeliveryTime")).isEqualTo(dueEpochMs);
        assertThat(PropertyText.find(properties, "DELAY")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"DELAY,0", "TIMER_DELIVER_MS,5", "TIMER_DELAY_MS,0"})
    void shouldDeliverAtOnceWhatIsDueAlready(final String name, final String value) {
        final String properties = delays.apply(PropertyText.with("", name, value));

        assertThat(PropertyText.find(properties, "JMSDeliveryTime")).isNull();
    }

    @ParameterizedTest
    @CsvSource({"TIMER_DELAY_SEC,3456001", "TIMER_DELAY_SEC,9223372036854775807", "TIMER_DELAY_MS,x", "DELAY,''"})
    void shouldRefuseWhatIsTooFarAwayOrNoNumber(final String name, final String value) {
        assertThatThrownBy(() -> delays.apply(PropertyText.with("", name, value)))
                .isInstanceOf(RefusedException.class);
    }

    @Test
    void shouldLeaveOtherMessagesAlone() {
        final String text = PropertyText.with("", "KEYS", "DELAYED");

        assertThat(delays.apply(text)).isSameAs(text);
    }
}
