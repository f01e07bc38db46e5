package io.ansermq.broker.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final int ALICE = 1;
    private static final int BOB = 2;
    private static final long ALL = Long.MAX_VALUE;

    private final Ledger ledger = new Ledger(5 << 16 | 2, 0, true);
    private final RangeSet accepted = new RangeSet();
    private final RangeSet counted = new RangeSet();
    private long nextTag = 1;

    @Test
    void shouldDeliverInOrder() {
        messages(3);
        assertThat(ledger.lease(ALICE, 1)).isZero();
        assertThat(ledger.lease(BOB, 1)).isEqualTo(1);
        assertThat(ledger.lease(ALICE, 2)).isEqualTo(2);
        assertThat(ledger.lease(ALICE, 3)).isEqualTo(Ledger.NONE);
        assertThat(ledger.inFlight()).isEqualTo(3);
        assertThat(ledger.backlog()).isEqualTo(3);
        assertThat(ledger.deliveries(0)).isZero();
    }

    @Test
    void shouldHaveNothingUntilAMessageIsApplied() {
        ledger.highWater(100);
        assertThat(ledger.available()).isFalse();
        ledger.extend(1);
        ledger.extend(0);
        assertThat(ledger.available()).isTrue();
        assertThat(ledger.end()).isEqualTo(1);
    }

    @Test
    void shouldNotDeliverAtOrAboveTheHighWater() {
        ledger.extend(10);
        assertThat(ledger.available()).isFalse();
        ledger.highWater(1);
        assertThat(ledger.lease(ALICE, 1)).isZero();
        assertThat(ledger.lease(ALICE, 2)).isEqualTo(Ledger.NONE);
        ledger.highWater(2);
        assertThat(ledger.lease(ALICE, 2)).isEqualTo(1);
    }

    @Test
    void shouldWantAHighWaterOnceIn1024Deliveries() {
        assertThat(ledger.wantedHighWater()).isEqualTo(1536);
        assertThat(ledger.wantedHighWater()).as("asked again").isEqualTo(Ledger.NONE);
        ledger.highWater(1536);
        ledger.extend(5_000);
        lease(ALICE, 1023);
        assertThat(ledger.wantedHighWater()).isEqualTo(Ledger.NONE);
        lease(ALICE, 1);
        assertThat(ledger.wantedHighWater()).isEqualTo(1024 + 1536);
        lease(ALICE, 512);
        assertThat(ledger.available()).as("beyond what is recorded").isFalse();
    }

    @Test
    void shouldNeedNoHighWaterWhenNotKept() {
        final Ledger volatileOne = new Ledger(1, 40, false);
        volatileOne.extend(41);
        assertThat(volatileOne.wantedHighWater()).isEqualTo(Ledger.NONE);
        assertThat(volatileOne.lease(ALICE, 1)).isEqualTo(40);
    }

    @Test
    void shouldAcceptAnAcknowledgementAsOneRun() {
        messages(64);
        lease(ALICE, 64);
        assertThat(acknowledge(ALICE, 0, 63)).isZero();
        assertThat(accepted).hasToString("[0-63]");
        assertThat(ledger.inFlight()).isZero();
        assertThat(ledger.floor()).as("nothing is done before it is recorded").isZero();
        assertThat(ledger.available()).isFalse();

        ledger.done(0, 63);
        assertThat(ledger.floor()).isEqualTo(64);
        assertThat(ledger.backlog()).isZero();
    }

    @Test
    void shouldRefuseWhatAnotherConsumerHas() {
        messages(5);
        lease(ALICE, 2);
        lease(BOB, 2);
        lease(ALICE, 1);
        assertThat(acknowledge(ALICE, 0, 4)).isEqualTo(2);
        assertThat(accepted).hasToString("[0-1, 4]");
        assertThat(ledger.inFlight()).isEqualTo(2);
    }

    @Test
    void shouldRefuseWhatWasNeverDelivered() {
        messages(5);
        lease(ALICE, 2);
        assertThat(acknowledge(ALICE, 1, 7)).isEqualTo(6);
        assertThat(accepted).hasToString("[1]");
        assertThat(acknowledge(ALICE, 2, ALL)).as("saturates").isEqualTo(ALL - 2);
        assertThat(acknowledge(ALICE, Long.MIN_VALUE, -1)).isZero();
    }

    @Test
    void shouldAcceptWhatWasReleasedMeanwhile() {
        messages(3);
        lease(ALICE, 3);
        ledger.release(ALICE, ALL, counted);
        assertThat(acknowledge(BOB, 1, 1)).isZero();
        assertThat(accepted).hasToString("[1]");
        assertThat(lease(BOB, 3)).containsExactly(0, 2, Ledger.NONE);
    }

    @Test
    void shouldSayNothingAboutWhatIsDoneOrSettling() {
        messages(4);
        lease(ALICE, 4);
        acknowledge(ALICE, 0, 1);
        ledger.done(0, 0);
        accepted.clear();
        assertThat(acknowledge(ALICE, 0, 1)).isZero();
        assertThat(acknowledge(BOB, 0, 1)).isZero();
        assertThat(accepted.isEmpty()).isTrue();
    }

    @Test
    void shouldNotHoldUpOthersBehindOneThatNobodySettles() {
        messages(1_000);
        lease(ALICE, 1);
        for (int offset = 1; offset < 1_000; offset++) {
            assertThat(lease(BOB, 1)).containsExactly(offset);
            acknowledge(BOB, offset, offset);
            ledger.done(offset, offset);
        }
        assertThat(ledger.floor()).isZero();
        assertThat(ledger.backlog()).isEqualTo(1);

        ledger.done(0, 0);
        assertThat(ledger.floor()).isEqualTo(1_000);
    }

    @Test
    void shouldRedeliverInOrderAheadOfNewMessages() {
        messages(6);
        lease(ALICE, 1);
        lease(BOB, 1);
        lease(ALICE, 2);
        assertThat(ledger.release(ALICE, ALL, counted)).isEqualTo(3);
        assertThat(lease(BOB, 6)).containsExactly(0, 2, 3, 4, 5, Ledger.NONE);
    }

    @Test
    void shouldCountOnlyWhatTheApplicationSaw() {
        messages(3);
        ledger.lease(ALICE, 1);
        ledger.lease(ALICE, 2);
        ledger.lease(ALICE, 3);
        ledger.release(ALICE, 2, counted);
        assertThat(counted).hasToString("[0-1]");
        assertThat(ledger.deliveries(0)).isEqualTo(1);
        assertThat(ledger.deliveries(1)).isEqualTo(1);
        assertThat(ledger.deliveries(2)).isZero();
    }

    @Test
    void shouldReportCountsToRecord() {
        messages(4);
        ledger.recordDeliveries(2, 6);
        lease(ALICE, 4);
        final CountedRangeSet counts = new CountedRangeSet(ledger);
        ledger.release(ALICE, ALL, counts);
        assertThat(counts.size()).isEqualTo(3);
        assertThat(counts.first(0)).isZero();
        assertThat(counts.last(0)).isEqualTo(1);
        assertThat(counts.deliveries(0)).isEqualTo(1);
        assertThat(counts.first(1)).isEqualTo(2);
        assertThat(counts.deliveries(1)).isEqualTo(7);
        assertThat(counts.first(2)).isEqualTo(3);
    }

    @Test
    void shouldReleaseNothingOfAConsumerWithoutLeases() {
        messages(1);
        assertThat(ledger.release(ALICE, ALL, counted)).isZero();
        lease(BOB, 1);
        assertThat(ledger.release(ALICE, ALL, counted)).isZero();
        assertThat(ledger.inFlight()).isEqualTo(1);
    }

    @Test
    void shouldForgetCountsOfWhatIsDone() {
        messages(2);
        ledger.recordDeliveries(1, 3);
        ledger.recordDeliveries(1, 2);
        assertThat(ledger.deliveries(1)).as("never goes down").isEqualTo(3);
        ledger.done(1, 1);
        ledger.recordDeliveries(1, 4);
        assertThat(ledger.deliveries(1)).isZero();
    }

    @Test
    void shouldNeverDeliverWhatIsDone() {
        messages(6);
        lease(ALICE, 2);
        ledger.release(ALICE, 0, counted);
        lease(ALICE, 1);
        ledger.done(0, 1);
        ledger.done(3, 4);
        assertThat(ledger.inFlight()).as("done takes the lease away").isZero();
        assertThat(lease(BOB, 3)).containsExactly(2, 5, Ledger.NONE);
    }

    @Test
    void shouldKnowThatADoneOffsetExists() {
        ledger.done(4, 6);
        assertThat(ledger.end()).isEqualTo(7);
        assertThat(ledger.backlog()).isEqualTo(4);
    }

    @Test
    void shouldNotChangeWhenARecordComesAgain() {
        messages(6);
        for (int i = 0; i < 2; i++) {
            ledger.done(0, 1);
            ledger.done(3, 3);
            ledger.done(1, 1);
            ledger.highWater(3_000);
            ledger.recordDeliveries(4, 2);
        }
        assertThat(ledger.floor()).isEqualTo(2);
        assertThat(ledger.backlog()).isEqualTo(3);
        assertThat(ledger.deliveries(4)).isEqualTo(2);
        assertThat(ledger.highWater()).isEqualTo(3_000);
    }

    @Test
    void shouldLowerTheHighWaterAtAnOrderlyEndToWhatIsInDoubt() {
        messages(10);
        ledger.highWater(1_536);
        ledger.recovered();
        messages(20);
        ledger.lease(1, 1);
        assertThat(ledger.finalHighWater()).as("while somebody has a message").isEqualTo(Ledger.NONE);
        ledger.release(1, 0, (first, last) -> {});
        ledger.hold(15, 15);
        assertThat(ledger.finalHighWater()).as("while a transaction has one").isEqualTo(Ledger.NONE);
        ledger.giveBack(15, 15);
        assertThat(ledger.finalHighWater()).as("of an earlier life").isEqualTo(10);
        ledger.highWater(10);
        assertThat(ledger.finalHighWater()).as("recorded").isEqualTo(Ledger.NONE);
        assertThat(ledger.wantedHighWater()).as("of the next life").isEqualTo(1 + 1_536);
    }

    @Test
    void shouldRefuseARecordThatMakesNoSense() {
        assertThatThrownBy(() -> ledger.done(-1, 3)).hasMessageContaining("ledger 327682: no range");
        assertThatThrownBy(() -> ledger.done(4, 3)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ledger.done(4, Long.MAX_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldFlagWhatMayHaveBeenDeliveredBeforeARestart() {
        final Ledger next = new Ledger(1, 0, true);
        next.extend(4);
        next.done(1, 1);
        next.highWater(3);
        next.recordDeliveries(2, 5);
        next.recovered();
        assertThat(next.deliveries(0)).isEqualTo(1);
        assertThat(next.deliveries(2)).as("counted is better than suspected").isEqualTo(5);
        assertThat(next.deliveries(3)).as("above the high water").isZero();
        assertThat(next.cursor()).isZero();

        next.lease(ALICE, 1);
        next.release(ALICE, 1, counted);
        assertThat(next.deliveries(0)).isEqualTo(2);
    }

    @Test
    void shouldNotSuspectMessagesSentAfterTheRestart() {
        final Ledger next = new Ledger(1, 0, true);
        next.extend(2);
        next.highWater(1_536);
        next.recovered();
        next.extend(3);
        assertThat(next.deliveries(1)).isEqualTo(1);
        assertThat(next.deliveries(2)).isZero();
    }

    @Test
    void shouldStopAtTheMostLeases() {
        final Ledger volatileOne = new Ledger(1, 0, false);
        volatileOne.extend(Ledger.MAX_IN_FLIGHT + 1L);
        for (int i = 0; i < Ledger.MAX_IN_FLIGHT; i++) {
            assertThat(volatileOne.lease(ALICE, i)).isEqualTo(i);
        }
        assertThat(volatileOne.available()).isFalse();
        assertThat(volatileOne.lease(BOB, 1)).isEqualTo(Ledger.NONE);
        volatileOne.acknowledge(ALICE, 77, 77, accepted);
        assertThat(volatileOne.lease(BOB, 1)).isEqualTo(Ledger.MAX_IN_FLIGHT);
    }

    @Test
    void shouldPauseTwoBillionMessagesBeyondOneThatNobodySettles() {
        final Ledger wide = new Ledger(1, 70_000, false);
        final long limit = 70_000 + Ledger.MAX_SPAN;
        wide.extend(limit + 10);
        wide.lease(ALICE, 1);
        wide.done(70_001, limit - 2);
        assertThat(wide.lease(BOB, 1)).isEqualTo(limit - 1);
        assertThat(wide.available()).isFalse();
        assertThat(wide.acknowledge(BOB, 0, limit - 1, accepted)).isEqualTo(1);
        assertThat(accepted).hasToString("[" + (limit - 1) + "]");

        wide.done(70_000, 70_000);
        assertThat(wide.floor()).isEqualTo(limit - 1);
        assertThat(wide.lease(BOB, 2)).isEqualTo(limit);
    }

    @Test
    void shouldComeBackFromAnImage() {
        messages(200_000);
        ledger.done(0, 9);
        ledger.done(20, 20);
        ledger.done(1_000, 150_000);
        ledger.recordDeliveries(15, 3);
        ledger.recordDeliveries(160_000, 1);
        final Ledger next = throughImage(ledger);
        assertThat(next.id()).isEqualTo(ledger.id());
        assertThat(next.floor()).isEqualTo(10);
        assertThat(next.end()).as("as far as the image can know").isEqualTo(150_001);
        assertThat(next.highWater()).isEqualTo(ledger.highWater());
        next.extend(200_000);
        assertThat(next.backlog()).isEqualTo(ledger.backlog());
        assertThat(next.deliveries(15)).isEqualTo(3);
        assertThat(next.deliveries(160_000)).isEqualTo(1);
        next.done(10, 19);
        assertThat(next.floor()).isEqualTo(21);
    }

    @Test
    void shouldTakeFewBytesOfAnImageWhenIdle() {
        messages(1_000_000);
        ledger.done(0, 999_999);
        assertThat(LedgerImage.sizeOf(ledger)).isLessThanOrEqualTo(12);
    }

    @Test
    void shouldRefuseAnImageOfAnotherVersion() {
        final ByteBuffer image = ByteBuffer.allocate(LedgerImage.sizeOf(ledger));
        LedgerImage.encode(ledger, image);
        image.put(0, (byte) 9).flip();
        assertThatThrownBy(() -> LedgerImage.decode(image)).hasMessageContaining("version 9");
    }

    @Test
    void shouldHaveNoImageWhenNotKept() {
        assertThatThrownBy(() -> LedgerImage.encode(new Ledger(1, 0, false), ByteBuffer.allocate(100)))
                .hasMessageContaining("not kept");
    }

    @Test
    void shouldGoOnAfterTrim() {
        messages(10);
        lease(ALICE, 3);
        ledger.release(ALICE, ALL, counted);
        lease(BOB, 1);
        ledger.trim();
        assertThat(lease(ALICE, 2)).containsExactly(1, 2);
        acknowledge(ALICE, 0, 9);
        acknowledge(BOB, 0, 0);
        ledger.done(0, 2);
        ledger.trim();
        assertThat(lease(ALICE, 1)).containsExactly(3);
        ledger.done(4, 4);
        assertThat(lease(ALICE, 1)).containsExactly(5);
    }

    private void messages(final int count) {
        ledger.extend(ledger.end() + count);
        ledger.highWater(ledger.end() < 2_000 ? 2_000 : ledger.end());
    }

    private long[] lease(final int consumer, final int count) {
        final long[] offsets = new long[count];
        for (int i = 0; i < count; i++) {
            offsets[i] = ledger.lease(consumer, nextTag++);
        }
        return offsets;
    }

    private long acknowledge(final int consumer, final long first, final long last) {
        return ledger.acknowledge(consumer, first, last, accepted);
    }

    private static Ledger throughImage(final Ledger ledger) {
        final ByteBuffer image = ByteBuffer.allocate(LedgerImage.sizeOf(ledger) + 6);
        image.position(3);
        LedgerImage.encode(ledger, image);
        assertThat(image.remaining()).isEqualTo(3);
        image.flip().position(3);
        final Ledger decoded = LedgerImage.decode(image);
        assertThat(image.remaining()).isZero();
        return decoded;
    }
}
