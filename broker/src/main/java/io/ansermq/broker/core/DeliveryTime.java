package io.ansermq.broker.core;

import io.ansermq.remoting.protocol.MessageProperties;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** When a message may be delivered at the earliest, as its sender wrote it into its properties. Stateless. */
public final class DeliveryTime {

    /** The delivery time of a message that may be delivered at once. */
    public static final long NOW = 0;

    private static final byte[] PROPERTY = MessageProperties.JMS_DELIVERY_TIME.getBytes(StandardCharsets.UTF_8);

    private DeliveryTime() {}

    /** The delivery time in milliseconds since 1970 of a message with these properties; what is no number counts as none. */
    public static long epochMs(final ByteBuffer in, final int offset, final int length) {
        return decimal(in, MessageProperties.find(in, offset, length, PROPERTY));
    }

    /** The decimal number at a place that {@link MessageProperties} found; 0 when there is none or it is no such number. */
    static long decimal(final ByteBuffer in, final long place) {
        if (place == MessageProperties.NONE) {
            return 0;
        }
        long value = 0;
        final int end = MessageProperties.offset(place) + MessageProperties.length(place);
        for (int i = MessageProperties.offset(place); i < end; i++) {
            final int digit = in.get(i) - '0';
            if (digit < 0 || digit > 9 || value > Long.MAX_VALUE / 100) {
                return 0;
            }
            value = value * 10 + digit;
        }
        return value;
    }
}
