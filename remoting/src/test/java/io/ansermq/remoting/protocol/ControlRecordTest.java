package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ansermq.remoting.protocol.CatalogRecord.Destination;
import io.ansermq.remoting.protocol.CatalogRecord.DestinationGone;
import io.ansermq.remoting.protocol.CatalogRecord.LaneOrder;
import io.ansermq.remoting.protocol.CatalogRecord.Subscription;
import io.ansermq.remoting.protocol.CatalogRecord.SubscriptionGone;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.netty.buffer.ByteBufUtil;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ControlRecordTest {

    private static final long LEDGER = 77L << 16 | 3;
    private static final int BEFORE = 5;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096).position(BEFORE);

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 127, 128, 1L << 40, Long.MAX_VALUE})
    void shouldBringNumbersBack(final long number) {
        ControlRecord.encodeEpoch(buffer, number, Long.MAX_VALUE - number);
        assertRead(
                ControlRecord.EPOCH,
                ControlRecord.sizeOfEpoch(number, Long.MAX_VALUE - number),
                "epoch " + number + " " + (Long.MAX_VALUE - number));

        buffer.position(BEFORE);
        ControlRecord.encodeHighWater(buffer, LEDGER, number);
        assertRead(ControlRecord.HW, ControlRecord.sizeOfHighWater(LEDGER, number), "hw " + LEDGER + " " + number);
    }

    static List<CatalogRecord> catalogChanges() {
        return List.of(
                new Destination(300, DestinationKind.TOPIC, "preise \u20ac", "preise%20", 10, LaneOrder.PRIORITY),
                new Destination(1, DestinationKind.QUEUE, "q", "q", 640, LaneOrder.FAIR),
                new Subscription(9, 300, 1, "q", null, null, false, List.of()),
                new Subscription(10, 300, 2, "name", "client", "a = 'b'", true, List.of(0L, 7L, 1L << 60)),
                new Subscription(11, 300, 3, "name", null, "\u20ac > 1", false, List.of(5L)),
                new Subscription(12, 300, 3, "name", null, null, false, List.of(5L), 1L << 40),
                new SubscriptionGone(10),
                new DestinationGone(300, "preise%20"));
    }

    @ParameterizedTest
    @MethodSource("catalogChanges")
    void shouldBringTheCatalogBack(final CatalogRecord change) {
        ControlRecord.encodeCatalog(buffer, change);

        assertRead(ControlRecord.CATALOG, ControlRecord.sizeOfCatalog(change), "catalog " + change);
    }

    @Test
    void shouldSayWhereTheCopyOfAMovedMessageIs() {
        final ByteBuffer record = ByteBuffer.allocate(200);
        record.putInt(0, 200);
        ControlRecord.encodeMoved(buffer, 1, 77, 300, 1L << 40, record);
        final int size = ControlRecord.sizeOfMoved(1, 77, 300, 1L << 40, 200);
        assertRead(ControlRecord.MOVED, size, "moved 1 77 300 " + (1L << 40) + " " + (size - 200) + " 200");
    }

    @Test
    void shouldSayUntilWhenMessagesWait() {
        final Runs runs = new Runs(5, 5, 7, 300);
        ControlRecord.encodeWait(buffer, 1L << 40, 1_700_000_000_000L, runs);
        assertRead(
                ControlRecord.WAIT,
                ControlRecord.sizeOfWait(1L << 40, 1_700_000_000_000L, runs),
                "waiting " + (1L << 40) + " 1700000000000 5 5",
                "waiting " + (1L << 40) + " 1700000000000 7 300");
    }

    @Test
    void shouldSayWhichMessageIsWithdrawn() {
        ControlRecord.encodeWithdrawn(buffer, 300, 9, 1L << 40);
        assertRead(
                ControlRecord.WITHDRAWN,
                ControlRecord.sizeOfWithdrawn(300, 9, 1L << 40),
                "withdrawn 300 9 " + (1L << 40));
    }

    @Test
    void shouldReadTheCatalogOfTheFirstVersion() {
        final byte[] destination = ByteBufUtil.decodeHexDump(
                "00000015" + "414e5343" + "0002" + "0001" + "01" + "07" + "01" + "0161" + "03252f61");
        final byte[] subscription = ByteBufUtil.decodeHexDump(
                "00000012" + "414e5343" + "0002" + "0001" + "02" + "05" + "07" + "01" + "0161");

        buffer.put(BEFORE, destination).position(BEFORE + destination.length);
        assertThat(read())
                .containsExactly(
                        "catalog " + new Destination(7, DestinationKind.TOPIC, "a", "%/a", 10, LaneOrder.PRIORITY));
        buffer.put(BEFORE, subscription).position(BEFORE + subscription.length);
        assertThat(read()).containsExactly("catalog " + new Subscription(5, 7, 1, "a", null, null, false, List.of()));
    }

    @Test
    void shouldBringAcknowledgementsBack() {
        final Runs runs = new Runs(0, 0, 1, 1, 5, 900, 1L << 50, (1L << 50) + 7);

        ControlRecord.encodeAck(buffer, LEDGER, 255, runs);

        assertRead(
                ControlRecord.ACK,
                ControlRecord.sizeOfAck(LEDGER, runs),
                "ack " + LEDGER + " 255 0-0",
                "ack " + LEDGER + " 255 1-1",
                "ack " + LEDGER + " 255 5-900",
                "ack " + LEDGER + " 255 " + (1L << 50) + "-" + ((1L << 50) + 7));
    }

    @Test
    void shouldBringDeliveryCountsBack() {
        final Runs runs = new Runs(3, 4, 5, 5);

        ControlRecord.encodeNack(buffer, LEDGER, runs);

        assertRead(
                ControlRecord.NACK,
                ControlRecord.sizeOfNack(LEDGER, runs),
                "nack " + LEDGER + " 3-4 x1",
                "nack " + LEDGER + " 5-5 x2");
    }

    @Test
    void shouldBringTransactionsBack() {
        final TransactionId id = TransactionId.xa(-1, new byte[] {1, -1}, new byte[0]);
        final TwoSends sends = new TwoSends();
        final TwoLedgers acks = new TwoLedgers(new Runs(2, 4, 6, 6));

        TransactionRecord.encode(buffer, ControlRecord.TX_COMMIT, id, 1234, 1, sends, acks);

        assertRead(
                ControlRecord.TX_COMMIT,
                TransactionRecord.sizeOf(id, 1234, 1, sends, acks),
                "transaction 8 X:ffffffff:01ff: 1234 true",
                "send " + (1L << 46) + " 91 7 0 0 0 0 0 0",
                "send 1 92 7 9 " + Long.MAX_VALUE / 2 + " -1 -1 3 " + Long.MAX_VALUE,
                "held " + LEDGER + " 2-4",
                "held " + LEDGER + " 6-6",
                "held " + (LEDGER + 1) + " 2-4",
                "held " + (LEDGER + 1) + " 6-6");

        buffer.position(BEFORE);
        TransactionRecord.encode(buffer, ControlRecord.TX_ABORT, id, 0, 0);
        assertRead(
                ControlRecord.TX_ABORT, TransactionRecord.sizeOf(id, 0, 0), "transaction 9 X:ffffffff:01ff: 0 false");
    }

    /** The bytes in the logs of every release so far. */
    @Test
    void shouldBringDueMessagesBack() {
        final FireRecord.Due due = new FireRecord.Due() {
            @Override
            public int size() {
                return 2;
            }

            @Override
            public long number(final int i) {
                return 70 + i;
            }

            @Override
            public long sentAt(final int i) {
                return 1L << 47;
            }

            @Override
            public long position(final int i) {
                return 4 + i;
            }

            @Override
            public int sizeBytes(final int i) {
                return 120;
            }

            @Override
            public int destination(final int i) {
                return 5;
            }

            @Override
            public int lane(final int i) {
                return 9;
            }

            @Override
            public long offset(final int i) {
                return 1L << 40;
            }

            @Override
            public int expirySec(final int i) {
                return -2;
            }

            @Override
            public long tagsCode(final int i) {
                return -3;
            }

            @Override
            public int bits(final int i) {
                return 6;
            }
        };
        final ByteBuffer record = ByteBuffer.allocate(FireRecord.sizeOf(489_123, due));
        FireRecord.encode(record, 489_123, due);
        assertThat(record.hasRemaining()).as("the size is exact").isFalse();
        final List<String> heard = new ArrayList<>();
        ControlRecord.decode(record, 0, new Listener(heard));
        assertThat(heard)
                .containsExactly(
                        "fired 489123 70 140737488355328 4 120 5 9 1099511627776 -2 -3 6",
                        "fired 489123 71 140737488355328 5 120 5 9 1099511627776 -2 -3 6");
    }

    @Test
    void shouldKeepTheBytesOfRecords() {
        ControlRecord.encodeAck(buffer, 1L << 16, 0, new Runs(2, 4, 6, 6));
        final byte[] record = new byte[buffer.position() - BEFORE];
        buffer.get(BEFORE, record);

        assertThat(ByteBufUtil.hexDump(record))
                .isEqualTo("00000015" + "414e5343" + "0003" + "0001" + "808004" + "00" + "02" + "0202" + "0100");
    }

    @Test
    void shouldTellControlRecordsFromMessages() {
        ControlRecord.encodeHighWater(buffer, LEDGER, 1);
        assertThat(ControlRecord.isControl(buffer, BEFORE)).isTrue();

        buffer.putInt(BEFORE + MessageLayout.MAGIC, MessageLayout.MAGIC_V1);
        assertThat(ControlRecord.isControl(buffer, BEFORE)).isFalse();
    }

    @Test
    void shouldIgnoreWhatIsBehindThePayload() {
        ControlRecord.encodeHighWater(buffer, LEDGER, 1);
        buffer.putLong(0);
        buffer.putInt(BEFORE, buffer.position() - BEFORE);

        assertThat(read()).containsExactly("hw " + LEDGER + " 1");
    }

    @Test
    void shouldRefuseWhatItCannotWrite() {
        assertThatIllegalArgumentException().isThrownBy(() -> ControlRecord.encodeHighWater(buffer, LEDGER, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> ControlRecord.sizeOfAck(LEDGER, new Runs(5, 6, 3, 4)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ControlRecord.encodeAck(buffer, LEDGER, 0, new Runs(5, 6, 6, 7)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ControlRecord.encodeAck(buffer, LEDGER, 0, new Runs(5, 4)));
    }

    @Test
    void shouldSayThatAnotherReleaseWroteIt() {
        ControlRecord.encodeHighWater(buffer, LEDGER, 1);

        buffer.putShort(BEFORE + ControlRecord.VERSION_OFFSET, (short) 2);
        assertRefused("another release");

        buffer.putShort(BEFORE + ControlRecord.VERSION_OFFSET, (short) 1);
        buffer.putShort(BEFORE + ControlRecord.KIND_OFFSET, (short) 99);
        assertRefused("another release");
    }

    @Test
    void shouldApplyNothingOfADamagedRecord() {
        final long seed = 0x5EED_0005L;
        final SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 50_000; i++) {
            buffer.clear().position(BEFORE);
            switch (random.nextInt(3)) {
                case 0 -> ControlRecord.encodeAck(buffer, LEDGER, 1, new Runs(1, 5, 9, 200));
                case 1 -> ControlRecord.encodeNack(buffer, LEDGER, new Runs(1, 5, 9, 200));
                default ->
                    ControlRecord.encodeCatalog(
                            buffer,
                            catalogChanges().get(random.nextInt(catalogChanges().size())));
            }
            final int end = buffer.position();
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                final int at = BEFORE + random.nextInt(end - BEFORE);
                buffer.put(at, (byte) (buffer.get(at) ^ 1 << random.nextInt(8)));
            }
            buffer.limit(end);
            final List<String> heard = new ArrayList<>();
            try {
                ControlRecord.decode(buffer, BEFORE, new Listener(heard));
            } catch (final MalformedFrameException e) {
                assertThat(heard).as("seed %d, case %d", seed, i).isEmpty();
            } catch (final RuntimeException e) {
                throw new AssertionError("seed " + seed + ", case " + i, e);
            }
        }
    }

    private void assertRead(final int kind, final int size, final String... expected) {
        assertThat(ControlRecord.kind(buffer, BEFORE)).isEqualTo(kind);
        assertThat(buffer.position() - BEFORE).isEqualTo(size).isEqualTo(buffer.getInt(BEFORE));
        assertThat(read()).containsExactly(expected);
    }

    private List<String> read() {
        final int position = buffer.position();
        final List<String> heard = new ArrayList<>();
        ControlRecord.decode(buffer, BEFORE, new Listener(heard));
        assertThat(buffer.position()).isEqualTo(position);
        return heard;
    }

    private void assertRefused(final String reason) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(this::read)
                .withMessageContaining(reason);
    }

    /** First and last offsets in turn; run number i was delivered i + 1 times. */
    private record Runs(long... ends) implements ControlRecord.CountedRanges {
        @Override
        public int size() {
            return ends.length / 2;
        }

        @Override
        public long first(final int index) {
            return ends[2 * index];
        }

        @Override
        public long last(final int index) {
            return ends[2 * index + 1];
        }

        @Override
        public int deliveries(final int index) {
            return index + 1;
        }
    }

    private record Listener(List<String> heard) implements ControlRecord.Visitor {
        @Override
        public void moved(
                final int keeper,
                final long key,
                final long offset,
                final long from,
                final int at,
                final int recordBytes) {
            heard.add("moved " + keeper + " " + key + " " + offset + " " + from + " " + at + " " + recordBytes);
        }

        @Override
        public void waiting(final long ledgerId, final long dueEpochMs, final long first, final long last) {
            heard.add("waiting " + ledgerId + " " + dueEpochMs + " " + first + " " + last);
        }

        @Override
        public void withdrawn(final int destination, final int lane, final long offset) {
            heard.add("withdrawn " + destination + " " + lane + " " + offset);
        }

        @Override
        public void epoch(final long epoch, final long previousEnd) {
            heard.add("epoch " + epoch + " " + previousEnd);
        }

        @Override
        public void catalog(final CatalogRecord change) {
            heard.add("catalog " + change);
        }

        @Override
        public void acknowledged(final long ledgerId, final int reason, final long first, final long last) {
            heard.add("ack " + ledgerId + " " + reason + " " + first + "-" + last);
        }

        @Override
        public void delivered(final long ledgerId, final long first, final long last, final int deliveries) {
            heard.add("nack " + ledgerId + " " + first + "-" + last + " x" + deliveries);
        }

        @Override
        public void fired(
                final long hour,
                final long number,
                final long sentAt,
                final long position,
                final int sizeBytes,
                final int destination,
                final int lane,
                final long offset,
                final int expirySec,
                final long tagsCode,
                final int bits) {
            heard.add("fired " + hour + " " + number + " " + sentAt + " " + position + " " + sizeBytes + " "
                    + destination + " " + lane + " " + offset + " " + expirySec + " " + tagsCode + " " + bits);
        }

        @Override
        public void highWater(final long ledgerId, final long highWater) {
            heard.add("hw " + ledgerId + " " + highWater);
        }

        @Override
        public void transaction(final int kind, final TransactionRecord record) {
            heard.add("transaction " + kind + " " + record.id() + " " + record.sinceEpochMs() + " "
                    + record.isHeuristic());
            record.forEach(
                    (position, size, destination, lane, offset, expirySec, tags, bits, due) ->
                            heard.add("send " + position + " " + size + " " + destination + " " + lane + " " + offset
                                    + " " + expirySec + " " + tags + " " + bits + " " + due),
                    (ledger, first, last) -> heard.add("held " + ledger + " " + first + "-" + last));
        }
    }

    /** Two messages of extreme fields. */
    private record TwoSends() implements TransactionRecord.Sends {
        @Override
        public int size() {
            return 2;
        }

        @Override
        public long position(final int index) {
            return index == 0 ? 1L << 46 : 1;
        }

        @Override
        public int sizeBytes(final int index) {
            return 91 + index;
        }

        @Override
        public int destination(final int index) {
            return 7;
        }

        @Override
        public int lane(final int index) {
            return 9 * index;
        }

        @Override
        public long offset(final int index) {
            return index * (Long.MAX_VALUE / 2);
        }

        @Override
        public int expirySec(final int index) {
            return -index;
        }

        @Override
        public long tagsCode(final int index) {
            return -index;
        }

        @Override
        public int bits(final int index) {
            return 3 * index;
        }

        @Override
        public long dueEpochMs(final int index) {
            return index * Long.MAX_VALUE;
        }
    }

    private record TwoLedgers(Runs runs) implements TransactionRecord.Acks {
        @Override
        public int ledgers() {
            return 2;
        }

        @Override
        public long ledger(final int index) {
            return LEDGER + index;
        }

        @Override
        public ControlRecord.Ranges ranges(final int index) {
            return runs;
        }
    }
}
