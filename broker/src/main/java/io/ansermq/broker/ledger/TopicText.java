package io.ansermq.broker.ledger;

import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import java.nio.charset.StandardCharsets;

/**
 * How a destination is called in the RocketMQ world, where names are made of {@code %|a-zA-Z0-9_-} alone.
 *
 * <p>All other characters of a Jakarta Messaging name, and {@code %} itself, are percent-encoded as UTF-8, so two names
 * never become one. The dead letter queue {@code DLQ.x} is {@code %DLQ%x} there. Of a queue and a topic of the same name
 * the second takes {@code %QUEUE%x} or {@code %TOPIC%x}; no plain name becomes such a text, because after {@code %} it
 * would have two hexadecimal digits.
 */
final class TopicText {

    /** The longest text; the record layout has one byte for its length, with a sign. */
    static final int MAX_BYTES = 127;

    private static final String DEAD_LETTERS = "DLQ.";
    private static final String HEX = "0123456789ABCDEF";

    private TopicText() {}

    /** The text for a name that no destination of the other kind has. */
    static String plain(final DestinationKind kind, final String name) {
        final boolean deadLetters =
                kind == DestinationKind.QUEUE && name.startsWith(DEAD_LETTERS) && name.length() > DEAD_LETTERS.length();
        return deadLetters ? "%DLQ%" + encode(name.substring(DEAD_LETTERS.length())) : encode(name);
    }

    /** The text for a name whose plain text is taken. */
    static String prefixed(final DestinationKind kind, final String name) {
        return (kind == DestinationKind.QUEUE ? "%QUEUE%" : "%TOPIC%") + encode(name);
    }

    /** What a topic text of RocketMQ is in Jakarta Messaging: a dead letter queue, or a topic. */
    static DestinationKind kind(final String text) {
        return text.startsWith("%DLQ%") ? DestinationKind.QUEUE : DestinationKind.TOPIC;
    }

    /** The name in Jakarta Messaging that has this topic text; the text itself when no name has it. */
    static String name(final String text) {
        final String plain = text.startsWith("%DLQ%") ? text.substring("%DLQ%".length()) : text;
        final String decoded = decode(plain);
        final String name = plain.equals(text) ? decoded : DEAD_LETTERS + decoded;
        return plain(kind(text), name).equals(text) ? name : text;
    }

    private static String decode(final String text) {
        final byte[] utf8 = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            final char next = text.charAt(i);
            final int high = next == '%' && i + 2 < text.length() ? HEX.indexOf(text.charAt(i + 1)) : -1;
            final int low = high < 0 ? -1 : HEX.indexOf(text.charAt(i + 2));
            if (low < 0) {
                utf8[length++] = (byte) next;
            } else {
                utf8[length++] = (byte) (high << 4 | low);
                i += 2;
            }
        }
        return new String(utf8, 0, length, StandardCharsets.UTF_8);
    }

    /** A name as part of a text that '|' divides. */
    static String part(final String name) {
        return encode(name).replace("|", "%7C");
    }

    private static String encode(final String name) {
        final StringBuilder text = new StringBuilder(name.length() + 16);
        for (final byte b : name.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b)) {
                text.append((char) b);
            } else {
                text.append('%').append(HEX.charAt(b >> 4 & 0xF)).append(HEX.charAt(b & 0xF));
            }
        }
        return text.toString();
    }

    private static boolean isPlain(final byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || b == '_'
                || b == '-'
                || b == '|';
    }
}
