package io.ansermq.broker.rocketmq;

import java.util.HexFormat;

/** RocketMQ's offset ids: host, port and log position of a message in hexadecimal digits. Stateless. */
final class MessageIds {

    private static final HexFormat DIGITS = HexFormat.of().withUpperCase();

    private MessageIds() {}

    /** @param storeHost address and port as the record layout holds them */
    static String of(final long storeHost, final long position) {
        return DIGITS.toHexDigits(storeHost) + DIGITS.toHexDigits(position);
    }

    /**
     * The log position in an offset id.
     *
     * @throws RefusedException when it is none
     */
    static long position(final String offsetId) {
        try {
            return Long.parseUnsignedLong(offsetId.substring(Math.max(0, offsetId.length() - 16)), 16);
        } catch (final NumberFormatException e) {
            throw new RefusedException(ResponseCodes.SYSTEM_ERROR, "'" + offsetId + "' is not an offset id");
        }
    }
}
