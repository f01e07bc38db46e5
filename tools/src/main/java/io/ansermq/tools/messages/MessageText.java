package io.ansermq.tools.messages;

import jakarta.jms.BytesMessage;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.MessageEOFException;
import jakarta.jms.ObjectMessage;
import jakarta.jms.Queue;
import jakarta.jms.StreamMessage;
import jakarta.jms.TextMessage;
import jakarta.jms.Topic;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A message as {@code anser receive} prints it. Stateless. */
final class MessageText {

    private MessageText() {}

    /** The body in one line; with {@code verbose} its headers and properties before it and an empty line behind. */
    static String of(final Message message, final boolean verbose) throws JMSException {
        final StringBuilder out = new StringBuilder();
        if (verbose) {
            headers(message, out);
            properties(message, out);
        }
        out.append(body(message)).append(System.lineSeparator());
        return verbose ? out.append(System.lineSeparator()).toString() : out.toString();
    }

    private static void headers(final Message message, final StringBuilder out) throws JMSException {
        line("JMSMessageID", message.getJMSMessageID(), out);
        line("JMSDestination", name(message.getJMSDestination()), out);
        line("JMSTimestamp", time(message.getJMSTimestamp()), out);
        line("JMSType", message.getJMSType(), out);
        line("JMSCorrelationID", message.getJMSCorrelationID(), out);
        line("JMSReplyTo", name(message.getJMSReplyTo()), out);
        line("JMSPriority", message.getJMSPriority(), out);
        line("JMSDeliveryMode", mode(message.getJMSDeliveryMode()), out);
        line("JMSExpiration", message.getJMSExpiration() == 0 ? null : time(message.getJMSExpiration()), out);
        line("JMSRedelivered", message.getJMSRedelivered() ? "true" : null, out);
    }

    private static void properties(final Message message, final StringBuilder out) throws JMSException {
        final Map<String, Object> sorted = new TreeMap<>();
        for (final String name : names(message.getPropertyNames())) {
            sorted.put(name, String.valueOf(message.getObjectProperty(name)));
        }
        sorted.forEach((name, value) -> line(name, value, out));
    }

    /** The interface is older than generic types. */
    private static List<String> names(final Enumeration<?> names) {
        final List<String> all = new ArrayList<>();
        while (names.hasMoreElements()) {
            all.add(names.nextElement().toString());
        }
        return all;
    }

    private static void line(final String name, final @Nullable Object value, final StringBuilder out) {
        if (value != null) {
            out.append(name).append(": ").append(value).append(System.lineSeparator());
        }
    }

    private static String time(final long epochMs) {
        return Instant.ofEpochMilli(epochMs).toString();
    }

    private static String mode(final int deliveryMode) {
        return deliveryMode == DeliveryMode.PERSISTENT ? "persistent" : "non-persistent";
    }

    private static @Nullable String name(final @Nullable Destination destination) throws JMSException {
        if (destination instanceof Queue queue) {
            return "queue " + queue.getQueueName();
        }
        return destination instanceof Topic topic ? "topic " + topic.getTopicName() : null;
    }

    private static String body(final Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            return String.valueOf(text.getText());
        } else if (message instanceof BytesMessage bytes) {
            return bytes(bytes);
        } else if (message instanceof MapMessage map) {
            return map(map);
        } else if (message instanceof StreamMessage stream) {
            return stream(stream);
        } else if (message instanceof ObjectMessage) {
            // Reading it would load classes that its sender names.
            return "(a Java object)";
        }
        return "(no body)";
    }

    private static String bytes(final BytesMessage message) throws JMSException {
        final byte[] body = new byte[Math.toIntExact(message.getBodyLength())];
        message.readBytes(body);
        return text(body);
    }

    /** The text that the bytes are when they are one, else hexadecimal digits. */
    private static String text(final byte[] bytes) {
        try {
            final String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            final boolean printable =
                    text.chars().noneMatch(c -> Character.isISOControl(c) && !Character.isWhitespace(c));
            return printable ? text : hex(bytes);
        } catch (final CharacterCodingException e) {
            return hex(bytes);
        }
    }

    private static String hex(final byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    private static String map(final MapMessage message) throws JMSException {
        final Map<String, String> entries = new TreeMap<>();
        for (final String name : names(message.getMapNames())) {
            entries.put(name, value(message.getObject(name)));
        }
        return entries.toString();
    }

    private static String stream(final StreamMessage message) throws JMSException {
        final List<String> values = new ArrayList<>();
        try {
            while (true) {
                values.add(value(message.readObject()));
            }
        } catch (final MessageEOFException e) {
            return values.toString();
        }
    }

    private static String value(final @Nullable Object value) {
        return value instanceof byte[] bytes ? hex(bytes) : String.valueOf(value);
    }
}
