package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageProperties;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * When a message expires, at the resolution the index keeps: whole seconds, rounded up; {@link Expirations} asks the message
 * itself in its last second, and the client does before it hands it over. Stateless.
 */
public final class Expiry {

    /** The last second of a message that does not expire. */
    public static final int NEVER = 0;

    private static final byte[] PROPERTY = MessageProperties.JMS_EXPIRATION.getBytes(StandardCharsets.UTF_8);

    private Expiry() {}

    /** The last second since 1970, unsigned, in which a message with these properties may be delivered. */
    public static int lastSecond(final ByteBuffer in, final int offset, final int length) {
        final long place = MessageProperties.find(in, offset, length, PROPERTY);
        final long epochMs = DeliveryTime.decimal(in, place);
        final long second = (epochMs + 999) / 1000;
        return epochMs == 0 || second > 0xffff_ffffL ? NEVER : (int) second;
    }

    /** The millisecond since 1970 from which on a message with these properties must not be delivered. */
    static long epochMs(final ByteBuffer in, final int offset, final int length) {
        final long epochMs = DeliveryTime.decimal(in, MessageProperties.find(in, offset, length, PROPERTY));
        return epochMs == 0 ? Long.MAX_VALUE : epochMs;
    }
}
