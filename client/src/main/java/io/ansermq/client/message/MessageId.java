package io.ansermq.client.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

/**
 * A message's unique id: 32 hex digits, RocketMQ's form.
 *
 * <pre>
 *   byte  0                                        10          14       16
 *         | random: this process, this month       | ms since  | counter |
 *         |                                        | month     |         |
 *         |                                        | start     |         |
 * </pre>
 *
 * The time stands where RocketMQ's tools look for it. Kept as numbers until somebody wants the text. Immutable.
 */
public final class MessageId {
    /** Digits of an id. */
    public static final int LENGTH = 32;

    private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(ISO_8859_1);
    private static final int TAIL_BYTES = 6;
    private static final int TAIL_DIGITS = 2 * TAIL_BYTES;
    private static final String JMS_PREFIX = "ID:";

    private final byte[] headDigits;
    private final long tail;

    MessageId(final byte[] headDigits, final long tail) {
        this.headDigits = headDigits;
        this.tail = tail;
    }

    /** Writes the 32 digits. */
    public void writeTo(final byte[] target, final int index) {
        System.arraycopy(headDigits, 0, target, index, headDigits.length);
        for (int i = 0, shift = 4 * (TAIL_DIGITS - 1); i < TAIL_DIGITS; i++, shift -= 4) {
            target[index + headDigits.length + i] = DIGITS[(int) (tail >>> shift) & 0xF];
        }
    }

    /** The 32 digits alone, as other worlds than Jakarta Messaging have them. */
    public String digits() {
        return toString().substring(JMS_PREFIX.length());
    }

    /** As JMSMessageID has it: behind the prefix {@code ID:} (Jakarta Messaging 3.1, section 3.4.3). */
    @Override
    public String toString() {
        final byte[] text = new byte[JMS_PREFIX.length() + LENGTH];
        for (int i = 0; i < JMS_PREFIX.length(); i++) {
            text[i] = (byte) JMS_PREFIX.charAt(i);
        }
        writeTo(text, JMS_PREFIX.length());
        return new String(text, ISO_8859_1);
    }

    /** The digits of the part that does not change from message to message. */
    static byte[] headDigits(final byte[] head) {
        final byte[] digits = new byte[2 * head.length];
        for (int i = 0; i < head.length; i++) {
            digits[2 * i] = DIGITS[(head[i] >> 4) & 0xF];
            digits[2 * i + 1] = DIGITS[head[i] & 0xF];
        }
        return digits;
    }
}
