package io.ansermq.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class CpuMeterTest {

    @Test
    void shouldCountAllButIdleAndWaitingForDisks() {
        assertThat(CpuMeter.busyTicks("cpu  1 2 4 1000 2000 8 16 32 64 128\ncpu0 1 2 4\n"))
                .isEqualTo(1 + 2 + 4 + 8 + 16 + 32);
    }

    @Test
    void shouldChargeOthersWithWhatIsLeft() {
        final CpuMeter.Sample before = new CpuMeter.Sample(0, 100, 200, 1_000);

        final CpuMeter.Use use = new CpuMeter.Sample(1_000, 300, 600, 2_000).since(before);

        assertThat(use).isEqualTo(new CpuMeter.Use(1_000, 200, 400, 0.4));
    }

    @Test
    void shouldNotInventTheCpuOfAnUnknownBroker() {
        final CpuMeter meter = new CpuMeter(OptionalLong.empty());

        final CpuMeter.Use use = meter.sample().since(meter.sample());

        assertThat(use.brokerNs()).isNaN();
        assertThat(use.clientNs()).isNotNaN();
    }
}
