package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageProperties;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * When a message expires, at the resolution the index keeps: whole seconds, rounded up, so that the broker drops only
 * what has certainly expired; the client compares the exact millisecond before it hands a message over. Stateless.
 */
public final class Expiry {

    /** The last second of a message that does not expire. */
    public static final int NEVER = 0;

    private static final byte[] PROPERTY = MessageProperties.JMS_EXPIRATION.getBytes(StandardCharsets.UTF_8);

    private Expiry() {}

    /** The last second since 1970, unsigned, in which a message with these properties may be delivered. */
    public static int lastSecond(final ByteBuffer in, final int offset, final int length) {
        final long place = MessageProperties.find(in, offset, length, PROPERTY);
        if (place == MessageProperties.NONE) {
            return NEVER;
        }
        long epochMs = 0;
        final int end = MessageProperties.offset(place) + MessageProperties.length(place);
        for (int i = MessageProperties.offset(place); i < end; i++) {
            final int digit = in.get(i) - '0';
            if (digit < 0 || digit > 9 || epochMs > Long.MAX_VALUE / 100) {
                return NEVER;
            }
            epochMs = epochMs * 10 + digit;
        }
        final long second = (epochMs + 999) / 1000;
        return second > 0xffff_ffffL ? NEVER : (int) second;
    }

    /** Whether a message with this last second must not be delivered any more. */
    static boolean isPast(final int lastSecond, final long nowEpochMs) {
        return lastSecond != NEVER && nowEpochMs / 1000 > Integer.toUnsignedLong(lastSecond);
    }
}
