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
        final long epochMs = DeliveryTime.decimal(in, MessageProperties.find(in, offset, length, PROPERTY));
        final long second = (epochMs + 999) / 1000;
        return epochMs == 0 || second > 0xffff_ffffL ? NEVER : (int) second;
    }

    /** Whether a message with this last second must not be delivered any more. */
    static boolean isPast(final int lastSecond, final long nowEpochMs) {
        return lastSecond != NEVER && nowEpochMs / 1000 > Integer.toUnsignedLong(lastSecond);
    }
}
