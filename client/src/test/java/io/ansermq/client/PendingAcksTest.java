package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingAcksTest {
    private static final int CONSUMER = 3;

    private final PendingAcks acks = new PendingAcks(CONSUMER, CreditWindow.fixed(10), 1_000);

    @Test
    void shouldGiveCreditBackWhenHalfOfTheMessagesAreHanded() {
        for (int tag = 1; tag <= 4; tag++) {
            assertThat(acks.handed(tag, 10)).isFalse();
        }
        assertThat(acks.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 0, 0, 4, List.of()));
        assertThat(acks.handed(5, 10)).isTrue();
        assertThat(acks.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 5, 50, 5, List.of()));
        assertThat(acks.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 0, 0, 5, List.of()));
    }

    @Test
    void shouldGiveCreditBackWhenHalfOfTheBytesAreHanded() {
        assertThat(acks.handed(1, 499)).isFalse();
        assertThat(acks.handed(2, 1)).isTrue();
        assertThat(acks.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 2, 500, 2, List.of()));
    }

    @Test
    void shouldGiveCreditBackForEachMessageWhenThePrefetchIsOne() {
        final PendingAcks single = new PendingAcks(CONSUMER, CreditWindow.fixed(1), 1);
        assertThat(single.handed(1, 5_000)).isTrue();
        assertThat(single.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 1, 5_000, 1, List.of()));
    }

    @Test
    void shouldGiveLessThanALumpWhenAsked() {
        acks.handed(1, 10);
        acks.giveCreditNow();
        assertThat(acks.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 1, 10, 1, List.of()));
    }

    @Test
    void shouldEarnNoCreditWithWhatWasGivenBack() {
        acks.handed(1, 10);
        acks.released(8);
        assertThat(acks.handed(8, 990)).isFalse();
        assertThat(acks.handedTag()).isEqualTo(1);
        assertThat(acks.handed(9, 490)).isTrue();
        assertThat(acks.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 2, 500, 9, List.of()));
    }

    @Test
    void shouldSendMoreBytesThanACreditCanSayInSeveralParts() {
        final PendingAcks large = new PendingAcks(CONSUMER, CreditWindow.fixed(1_000), Integer.MAX_VALUE);
        large.handed(1, Integer.MAX_VALUE);
        large.handed(2, 100);
        assertThat(large.take(1)).isEqualTo(new ConsumerAck(CONSUMER, 2, Integer.MAX_VALUE, 2, List.of()));
        large.handed(3, Integer.MAX_VALUE);
        assertThat(large.take(1).creditBytes()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void shouldKeepLanesApart() {
        acks.acknowledge(0, 1, 1);
        acks.acknowledge(9, 2, 2);
        acks.acknowledge(0, 2, 2);
        acks.acknowledge(12, 7, 8);
        assertThat(acks.rangeCount()).isEqualTo(3);
        assertThat(acks.take(100).ranges())
                .containsExactly(new OffsetRange(0, 1, 2), new OffsetRange(9, 2, 2), new OffsetRange(12, 7, 8));
        assertThat(acks.rangeCount()).isZero();
    }

    @Test
    void shouldLeaveRangesBeyondTheLimitForTheNextFrame() {
        acks.acknowledge(0, 1, 1);
        acks.acknowledge(0, 3, 3);
        acks.acknowledge(1, 5, 5);
        assertThat(acks.take(2).ranges()).containsExactly(new OffsetRange(0, 1, 1), new OffsetRange(0, 3, 3));
        assertThat(acks.rangeCount()).isEqualTo(1);
        assertThat(acks.take(2).ranges()).containsExactly(new OffsetRange(1, 5, 5));
    }

    @Test
    void shouldNameALaneThatCannotBe() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> acks.acknowledge(65_536, 1, 1))
                .withMessageContaining("65536");
    }
}
