package io.ansermq.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SendTimesTest {

    private final SendTimes times = new SendTimes();

    @Test
    void shouldSayZeroBeforeTheFirstSend() {
        assertThat(times.percentileMs(0.99)).isZero();
        assertThat(described())
                .containsEntry("putMessageTimesTotal", "0")
                .containsEntry("putMessageAverageSize", "0.0")
                .containsEntry("putMessageFailedTimes", "0");
    }

    @Test
    void shouldCountMessagesBytesAndRefusals() {
        times.stored(32, 3_200, 1_000_000);
        times.stored(1, 100, 2_500_000_000L);
        times.refused();
        assertThat(described())
                .containsEntry("putMessageTimesTotal", "33")
                .containsEntry("putMessageSizeTotal", "3300")
                .containsEntry("putMessageAverageSize", "100.0")
                .containsEntry("putMessageEntireTimeMax", "2500")
                .containsEntry("putMessageFailedTimes", "1");
        assertThat(described().get("putMessageDistributeTime")).contains("[0~10ms]:1 ", "[2~3s]:1 ", "[1~2s]:0 ");
    }

    @Test
    void shouldTellPercentilesAtMostAQuarterTooHigh() {
        for (int micros = 1; micros <= 100_000; micros++) {
            times.stored(1, 1, micros * 1_000L);
        }
        assertThat(times.percentileMs(0.5)).isBetween(50.0, 62.5);
        assertThat(times.percentileMs(0.99)).isBetween(99.0, 124.0);
        assertThat(times.percentileMs(0.00002)).isBetween(0.002, 0.003);
    }

    private Map<String, String> described() {
        final Map<String, String> table = new TreeMap<>();
        times.describe(table);
        return table;
    }
}
