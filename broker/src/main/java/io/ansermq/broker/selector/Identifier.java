package io.ansermq.broker.selector;

import io.ansermq.remoting.protocol.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A name in a selector: a header field that selectors may ask for, or a property. Immutable. */
public final class Identifier {

    /** What a name stands for. */
    public enum Kind {
        JMS_DELIVERY_MODE,
        JMS_PRIORITY,
        JMS_MESSAGE_ID,
        JMS_TIMESTAMP,
        JMS_CORRELATION_ID,
        JMS_TYPE,
        /** Not part of the message: how often it was delivered, this time included. */
        JMSX_DELIVERY_COUNT,
        PROPERTY
    }

    private static final Map<String, Kind> HEADERS = Map.of(
            "JMSDeliveryMode", Kind.JMS_DELIVERY_MODE,
            "JMSPriority", Kind.JMS_PRIORITY,
            "JMSMessageID", Kind.JMS_MESSAGE_ID,
            "JMSTimestamp", Kind.JMS_TIMESTAMP,
            "JMSCorrelationID", Kind.JMS_CORRELATION_ID,
            "JMSType", Kind.JMS_TYPE,
            "JMSXDeliveryCount", Kind.JMSX_DELIVERY_COUNT);

    /** The header field JMSCorrelationID. */
    public static final Identifier CORRELATION_ID = new Identifier("JMSCorrelationID", Dialect.JMS);

    /** The header field JMSMessageID. */
    public static final Identifier MESSAGE_ID = new Identifier("JMSMessageID", Dialect.JMS);

    private final String name;
    private final Kind kind;
    private final byte[] nameUtf8;
    private final byte[] storedNameUtf8;

    Identifier(final String name, final Dialect dialect) {
        this.name = name;
        kind = dialect == Dialect.JMS ? HEADERS.getOrDefault(name, Kind.PROPERTY) : Kind.PROPERTY;
        nameUtf8 = name.getBytes(StandardCharsets.UTF_8);
        final boolean moved = dialect == Dialect.JMS && MessageProperties.isReserved(name);
        storedNameUtf8 = moved ? (MessageProperties.JMS_USER_PREFIX + name).getBytes(StandardCharsets.UTF_8) : nameUtf8;
    }

    /** The name as the selector has it. */
    public String name() {
        return name;
    }

    /** What it stands for. */
    public Kind kind() {
        return kind;
    }

    /** The name in UTF-8. Not to be changed. */
    byte[] nameUtf8() {
        return nameUtf8;
    }

    /** The name under which a record keeps the property. Not to be changed. */
    byte[] storedNameUtf8() {
        return storedNameUtf8;
    }

    @Override
    public String toString() {
        return name;
    }
}
