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
