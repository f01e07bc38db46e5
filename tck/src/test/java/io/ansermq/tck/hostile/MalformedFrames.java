package io.ansermq.tck.hostile;

import io.ansermq.remoting.protocol.AdminHeader;
import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConnectionHeader.GetRoutes;
import io.ansermq.remoting.protocol.ConnectionHeader.GetStatus;
import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.Ack;
import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.Deliver;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.Pull;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DeadLetterHeader;
import io.ansermq.remoting.protocol.DestinationHeader.DestinationOpened;
import io.ansermq.remoting.protocol.DestinationHeader.OpenDestination;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.SendingHeader.SendDone;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Frames that no honest client sends, by a seeded generator. Each is an honest frame with one thing wrong, or nonsense
 * inside an honest shell, because plain noise never gets past the first check. Confined to one thread.
 */
final class MalformedFrames {
    /** What is wrong with a frame. */
    enum Kind {
        /** It ends before its length says so; the next bytes are taken for its end. */
        TRUNCATED,
        /** One to three bits of it are flipped, anywhere. */
        BITS_FLIPPED,
        /** Its length is negative, tiny or enormous. */
        ABSURD_LENGTH,
        /** Its header's length has nothing to do with the frame. */
        ABSURD_HEADER_LENGTH,
        /** Its serialisation type is none. */
        WRONG_TYPE,
        /** The header's class id is none, or one that only a broker sends. */
        WRONG_ID,
        /** The header's fields are noise. */
        GARBAGE_HEADER,
        /** An honest Send header, and records that are none. */
        GARBAGE_RECORDS,
        /** A frame in good form whose numbers point nowhere. */
        ABSURD_VALUES
    }

    /** The consumer that the connection may have. */
    static final int CONSUMER = 1;

    private static final Kind[] KINDS = Kind.values();
    private static final int TYPE_AND_HEADER_LENGTH = 4;
    private static final int HEADER = 8;

    private final SplittableRandom random;
    private final List<byte[]> honest = new ArrayList<>();
    private final int destination;
    private final byte[] record;

    /**
     * @param destination the number of a destination that exists
     * @param topic       its topic
     */
    MalformedFrames(SplittableRandom random, int destination, String topic) {
        this.random = random;
        this.destination = destination;
        this.record = Frames.record(topic, "an honest body".getBytes(StandardCharsets.US_ASCII));
        final List<OffsetRange> ranges = List.of(new OffsetRange(0, 0, 3), new OffsetRange(4, 7, 7));
        for (final ControlHeader header : List.of(
                Frames.connect(),
                new OpenDestination(DestinationKind.QUEUE, "abc", true),
                subscription(),
                new Flow(CONSUMER, 5, 5_000, 1),
                new Ack(true, List.of(new ConsumerAck(CONSUMER, 1, 100, 2, ranges))),
                new Release(CONSUMER, 1),
                new CloseConsumer(CONSUMER, 1),
                new Fetch(CONSUMER),
                new Pull(CONSUMER, 1_000),
                new DeadLetterHeader.ListDeadLetters("abc", 0, 0),
                new DeadLetterHeader.SettleDeadLetters(
                        DeadLetterHeader.DeadLetterAction.RETRY, "abc", "queue://a", null, 0, 0),
                new ConsumingHeader.Expired(CONSUMER, 0, 0),
                new AdminHeader.Inspect(AdminHeader.Subject.DESTINATIONS, "*", 0),
                new AdminHeader.Rewind(null, "nobody", 5),
                new AdminHeader.DeleteSubscription("nobody", "nothing"),
                new GetStatus(),
                new GetRoutes("abc"))) {
            honest.add(Frames.encode(header, 7));
        }
        honest.add(Frames.encode(new Send(1, 1, destination), 0, record));
    }

    /** An honest request for the {@link #CONSUMER}. */
    private Subscribe subscription() {
        return new Subscribe(CONSUMER, destination, SubscriptionType.QUEUE, null, null, false, 10, 10_000);
    }

    byte[] subscribe() {
        return Frames.encode(subscription(), 2);
    }

    /** The next one. */
    byte[] next() {
        final byte[] frame = honest.get(random.nextInt(honest.size())).clone();
        return switch (KINDS[random.nextInt(KINDS.length)]) {
            case TRUNCATED -> Arrays.copyOf(frame, random.nextInt(1, frame.length));
            case BITS_FLIPPED -> flipBits(frame);
            case ABSURD_LENGTH -> putInt(frame, 0, absurdInt());
            case ABSURD_HEADER_LENGTH -> absurdHeaderLength(frame);
            case WRONG_TYPE -> wrongType(frame);
            case WRONG_ID -> wrongId(frame);
            case GARBAGE_HEADER -> garbageHeader(frame);
            case GARBAGE_RECORDS -> garbageRecords();
            case ABSURD_VALUES -> Frames.encode(absurdValues(), random.nextInt(100));
        };
    }

    private byte[] flipBits(byte[] frame) {
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return frame;
    }

    private byte[] absurdHeaderLength(byte[] frame) {
        final int type = frame[TYPE_AND_HEADER_LENGTH] << 24;
        final int length = random.nextBoolean() ? random.nextInt(1 << 24) : random.nextInt(frame.length);
        return putInt(frame, TYPE_AND_HEADER_LENGTH, type | length);
    }

    private byte[] wrongType(byte[] frame) {
        frame[TYPE_AND_HEADER_LENGTH] = (byte) (random.nextInt(10) == 0 ? random.nextInt(2) : random.nextInt(3, 256));
        return frame;
    }

    /** After the opaque number (one byte, because it is 0 or 7) stands the class id. */
    private byte[] wrongId(byte[] frame) {
        final int from = HEADER + 1;
        final byte[] id = new byte[random.nextInt(1, 6)];
        random.nextBytes(id);
        for (int i = 0; i < id.length && from + i < frame.length; i++) {
            frame[from + i] = id[i];
        }
        return frame;
    }

    private byte[] garbageHeader(byte[] frame) {
        for (int i = HEADER + 4; i < frame.length; i++) {
            frame[i] = (byte) random.nextInt(256);
        }
        return frame;
    }

    private byte[] garbageRecords() {
        final int count = random.nextInt(1, 4);
        final ByteBuffer body = ByteBuffer.allocate(count * (record.length + 64));
        for (int i = 0; i < count; i++) {
            body.put(garbageRecord());
        }
        final int stated =
                switch (random.nextInt(4)) {
                    case 0 -> absurdCount();
                    case 1 -> count + 1;
                    default -> count;
                };
        return Frames.encode(new Send(1, stated, destination), 0, Arrays.copyOf(body.array(), body.position()));
    }

    private byte[] garbageRecord() {
        final byte[] garbage = record.clone();
        switch (random.nextInt(8)) {
            case 0 -> random.nextBytes(garbage);
            case 1 -> putInt(garbage, MessageLayout.TOTAL_SIZE, absurdInt());
            case 2 -> putInt(garbage, MessageLayout.MAGIC, random.nextInt());
            case 3 -> putInt(garbage, MessageLayout.BODY_CRC, random.nextInt());
            case 4 -> putInt(garbage, MessageLayout.QUEUE_ID, absurdInt());
            case 5 -> putInt(garbage, MessageLayout.BODY_LENGTH, absurdInt());
            case 6 -> putInt(garbage, MessageLayout.SYS_FLAG, random.nextInt());
            default -> {
                return Arrays.copyOf(garbage, random.nextInt(garbage.length));
            }
        }
        return garbage;
    }

    private ControlHeader absurdValues() {
        // Half of the time the one that the attacker has, so that the nonsense gets further.
        final int consumer = random.nextBoolean() ? CONSUMER : absurdCount();
        return switch (random.nextInt(15)) {
            case 0 ->
                new Subscribe(
                        consumer,
                        absurdCount(),
                        SubscriptionType.QUEUE,
                        null,
                        null,
                        false,
                        absurdCount(),
                        absurdCount());
            case 1 -> new Flow(consumer, absurdCount(), absurdCount(), absurdLong());
            case 2 -> new Ack(random.nextBoolean(), List.of(new ConsumerAck(consumer, 0, 0, 0, absurdRanges())));
            case 3 -> new Release(consumer, absurdLong());
            case 4 -> new CloseConsumer(consumer, absurdLong());
            case 5 -> new Fetch(consumer);
            case 6 -> new OpenDestination(DestinationKind.QUEUE, "", true);
            case 7 -> new OpenDestination(DestinationKind.TOPIC, "long ".repeat(random.nextInt(1, 5000)), true);
            case 8 -> new OpenDestination(DestinationKind.QUEUE, "nowhere", false);
            case 9 -> new Send(absurdLong(), absurdCount(), absurdCount());
            case 10 -> new SendDone(absurdLong());
            case 11 -> new Deliver(consumer, absurdLong(), absurdCount());
            case 13 -> new Pull(consumer, absurdCount());
            case 12 -> new DestinationOpened(absurdCount(), "abc");
            default -> new ConnectionHeader.Connect(absurdCount(), "again", "id", "user", "password");
        };
    }

    private List<OffsetRange> absurdRanges() {
        final List<OffsetRange> ranges = new ArrayList<>();
        for (int i = random.nextInt(20); i > 0; i--) {
            final long first = absurdLong();
            ranges.add(new OffsetRange(absurdCount(), first, random.nextLong(first, Long.MAX_VALUE)));
        }
        return ranges;
    }

    /** Not negative, because the codec refuses to write that. */
    private int absurdCount() {
        return absurdInt() & Integer.MAX_VALUE;
    }

    private long absurdLong() {
        return random.nextLong() & Long.MAX_VALUE;
    }

    private int absurdInt() {
        return switch (random.nextInt(6)) {
            case 0 -> -1;
            case 1 -> 0;
            case 2 -> Integer.MAX_VALUE;
            case 3 -> Integer.MIN_VALUE;
            case 4 -> random.nextInt(100);
            default -> random.nextInt();
        };
    }

    private static byte[] putInt(byte[] bytes, int offset, int value) {
        ByteBuffer.wrap(bytes).putInt(offset, value);
        return bytes;
    }
}
