package io.ansermq.rocketmqit;

import io.ansermq.remoting.protocol.RemotingCodec;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes wrong requests out of right ones. What it makes depends on the seed alone. Not thread safe. */
final class RequestMutator {

    /**
     * A mutated request.
     *
     * @param bytes what goes over the wire
     * @param endsStream whether its length is wrong, so that nothing behind it is a frame
     */
    record Mutant(byte[] bytes, boolean endsStream) {}

    private static final int LENGTH_BYTES = 4;
    /** Behind the length and the length of the header. */
    private static final int HEADER = 8;

    private static final int[] BYTES = {0, 1, 2, ' ', '"', ',', ':', '{', '}', '\\', 0x7f, 0x80, 0xff};

    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "7",
            "32768",
            "2147483647",
            "-2147483648",
            "4294967296",
            "9223372036854775807",
            "-9223372036854775808",
            "99999999999999999999",
            "1e9",
            "null",
            "");

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            "*",
            "a||b",
            "TAG",
            "SQL92",
            "a > 1 AND b IN ('x')",
            "a BETWEEN",
            "true",
            "%RETRY%",
            "%DLQ%x",
            "0 0 60000 0 0 broker-a 0 0",
            "DELAY\u00013\u0002",
            "TIMER_DELAY_SEC\u0001-9\u0002KEYS\u0001k\u0002",
            "TRAN_MSG\u0001true\u0002PGROUP\u0001g\u0002",
            "\u0001\u0002\u0001\u0002",
            "x".repeat(300),
            "\ud83d\u00e4");

    private final List<byte[]> corpus;
    private final Random random;

    RequestMutator(final List<byte[]> corpus, final long seed) {
        this.corpus = corpus;
        this.random = new Random(seed);
    }

    Mutant next() {
        byte[] frame;
        if (random.nextInt(8) > 0) {
            frame = withOtherFields(pick());
        } else {
            frame = pick().clone();
            for (int left = 1 + random.nextInt(2); left > 0; left--) {
                frame = mutate(frame);
            }
        }
        final boolean endsStream = random.nextInt(1_000) == 0;
        ByteBuffer.wrap(frame).putInt(endsStream ? random.nextInt() : frame.length - LENGTH_BYTES);
        return new Mutant(frame, endsStream);
    }

    private byte[] pick() {
        return corpus.get(random.nextInt(corpus.size()));
    }

    // ---- requests that are well formed and say something else

    private byte[] withOtherFields(final byte[] frame) {
        final RemotingCommand command = decode(frame);
        final Map<String, String> fields = new LinkedHashMap<>(command.extFields());
        int code = command.code();
        byte[] body = ByteBufUtil.getBytes(command.body());
        for (int left = 1 + random.nextInt(3); left > 0; left--) {
            switch (random.nextInt(6)) {
                case 0 -> code = random.nextInt(4) == 0 ? decode(pick()).code() : code;
                case 1 -> fields.remove(name(fields));
                case 2 -> fields.putAll(decode(pick()).extFields());
                case 3 -> body = otherBody(body);
                default -> fields.replace(name(fields), value(fields));
            }
        }
        final RemotingCommand mutant = RemotingCommand.request(code, fields, Unpooled.wrappedBuffer(body))
                .withSerializeType(command.serializeType())
                .withOpaque(random.nextInt());
        final ByteBuf out = Unpooled.buffer(frame.length + 256);
        RemotingCodec.encode(command.isOneWay() ? mutant.oneWay() : mutant, out);
        return ByteBufUtil.getBytes(out);
    }

    private static RemotingCommand decode(final byte[] frame) {
        return RemotingCodec.decode(Unpooled.wrappedBuffer(frame, LENGTH_BYTES, frame.length - LENGTH_BYTES));
    }

    private String name(final Map<String, String> fields) {
        final List<String> names = List.copyOf(fields.keySet());
        return names.isEmpty() ? "" : names.get(random.nextInt(names.size()));
    }

    private String value(final Map<String, String> fields) {
        final Map<String, String> others = decode(pick()).extFields();
        return switch (random.nextInt(4)) {
            case 0 -> TEXTS.get(random.nextInt(TEXTS.size()));
            case 1 -> others.getOrDefault(name(others), "");
            case 2 -> fields.getOrDefault(name(fields), "");
            default -> NUMBERS.get(random.nextInt(NUMBERS.size()));
        };
    }

    private byte[] otherBody(final byte[] body) {
        if (body.length == 0 || random.nextInt(4) == 0) {
            return ByteBufUtil.getBytes(decode(pick()).body());
        }
        final byte[] copy = body.clone();
        switch (random.nextInt(3)) {
            case 0 -> copy[random.nextInt(copy.length)] = (byte) BYTES[random.nextInt(BYTES.length)];
            case 1 -> {
                return Arrays.copyOf(copy, random.nextInt(copy.length));
            }
            default -> {
                return withNumber(copy, random.nextInt(copy.length));
            }
        }
        return copy;
    }

    // ---- bytes that are wrong anywhere

    private byte[] mutate(final byte[] frame) {
        switch (random.nextInt(8)) {
            case 0 -> flipBits(frame);
            case 1 -> frame[at(frame)] = (byte) BYTES[random.nextInt(BYTES.length)];
            case 2 -> {
                return withoutRange(frame);
            }
            case 3 -> {
                return withRange(frame);
            }
            case 4, 5 -> {
                return withNumber(frame, at(frame));
            }
            case 6 -> {
                return withBody(frame, pick());
            }
            default -> frame[LENGTH_BYTES + random.nextInt(LENGTH_BYTES)] = (byte) random.nextInt();
        }
        return frame;
    }

    /** A place behind the lengths. */
    private int at(final byte[] frame) {
        return frame.length <= HEADER ? frame.length - 1 : HEADER + random.nextInt(frame.length - HEADER);
    }

    private void flipBits(final byte[] frame) {
        for (int left = 1 + random.nextInt(8); left > 0; left--) {
            frame[at(frame)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    private byte[] withoutRange(final byte[] frame) {
        final int from = at(frame);
        final int to = Math.min(frame.length, from + 1 + random.nextInt(16));
        return replace(frame, from, to, new byte[0]);
    }

    private byte[] withRange(final byte[] frame) {
        final byte[] other = pick();
        final int from = at(other);
        final int to = Math.min(other.length, from + 1 + random.nextInt(32));
        final int at = at(frame);
        return replace(frame, at, at, Arrays.copyOfRange(other, from, to));
    }

    /** Puts another number in the place of one that stands there as text. */
    private byte[] withNumber(final byte[] frame, final int begin) {
        for (int from = begin; from < frame.length; from++) {
            if (Character.isDigit(frame[from])) {
                int to = from;
                while (to < frame.length && Character.isDigit(frame[to])) {
                    to++;
                }
                final String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
                return replace(frame, from, to, number.getBytes(StandardCharsets.US_ASCII));
            }
        }
        return frame;
    }

    private static byte[] withBody(final byte[] frame, final byte[] other) {
        final int end = bodyOf(frame);
        return replace(frame, end, frame.length, Arrays.copyOfRange(other, bodyOf(other), other.length));
    }

    private static int bodyOf(final byte[] frame) {
        final int headerBytes = ByteBuffer.wrap(frame).getInt(LENGTH_BYTES) & 0xFFFFFF;
        return Math.min(frame.length, HEADER + headerBytes);
    }

    /** Replaces a range and, when it is in the header, corrects the header's length. */
    private static byte[] replace(final byte[] frame, final int from, final int to, final byte[] by) {
        final byte[] result = new byte[frame.length - (to - from) + by.length];
        System.arraycopy(frame, 0, result, 0, from);
        System.arraycopy(by, 0, result, from, by.length);
        System.arraycopy(frame, to, result, from + by.length, frame.length - to);
        if (from >= HEADER && from < bodyOf(frame) && result.length >= HEADER) {
            final int word = ByteBuffer.wrap(frame).getInt(LENGTH_BYTES);
            final int headerBytes = Math.max(0, (word & 0xFFFFFF) + result.length - frame.length);
            ByteBuffer.wrap(result).putInt(LENGTH_BYTES, word & 0xFF00_0000 | headerBytes & 0xFFFFFF);
        }
        return result.length < HEADER ? frame : result;
    }
}
