package io.ansermq.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ansermq.client.message.MessageId;
import io.ansermq.jms.destination.AnserDestination;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What all message types share: header fields, properties and the read-only rules. Confined to one thread at a time, as
 * Jakarta Messaging 3.1, section 2.14 has it.
 *
 * <p>A received message keeps the bytes of its record and decodes the properties and what the header takes from them at
 * the first access, the body likewise in the subclasses: a consumer that looks at neither pays for neither.
 */
public abstract sealed class JmsMessage implements Message
        permits JmsPlainMessage, JmsTextMessage, JmsBytesMessage, JmsMapMessage, JmsStreamMessage, JmsObjectMessage {
    /** The one property that the provider sets on receipt. */
    static final String DELIVERY_COUNT = "JMSXDeliveryCount";

    private final MessageRules rules;

    private @Nullable MessageId messageId;
    private @Nullable String messageIdText;
    private @Nullable Destination destination;
    private int deliveryMode = DEFAULT_DELIVERY_MODE;
    private int priority = DEFAULT_PRIORITY;
    private long timestamp;
    private long expiration;
    private long deliveryTime;
    private boolean redelivered;

    private @Nullable String correlationId;
    /** Only where the correlation ID was given as bytes that are no UTF-8 text. */
    private byte @Nullable [] correlationBytes;

    private @Nullable Destination replyTo;
    private @Nullable String type;

    private @Nullable PropertyTable properties;
    private boolean propertiesReadOnly;
    private boolean bodyReadOnly;

    /** The properties of a received message until somebody asks for them. */
    private @Nullable PropertyBlock undecoded;

    private @Nullable Acknowledger acknowledger;

    JmsMessage(final MessageRules rules) {
        this.rules = rules;
    }

    final MessageRules rules() {
        return rules;
    }

    // ---- Header fields that the provider sets: Jakarta Messaging 3.1, section 3.4.11

    @Override
    public final @Nullable String getJMSMessageID() {
        decodeProperties();
        if (messageIdText == null && messageId != null) {
            messageIdText = messageId.toString();
        }
        return messageIdText;
    }

    @Override
    public final void setJMSMessageID(final @Nullable String id) {
        decodeProperties();
        messageId = null;
        messageIdText = id;
    }

    @Override
    public final long getJMSTimestamp() {
        return timestamp;
    }

    @Override
    public final void setJMSTimestamp(final long timestamp) {
        this.timestamp = timestamp;
    }

    @Override
    public final @Nullable Destination getJMSDestination() {
        return destination;
    }

    @Override
    public final void setJMSDestination(final @Nullable Destination destination) {
        this.destination = destination;
    }

    @Override
    public final int getJMSDeliveryMode() {
        return deliveryMode;
    }

    @Override
    public final void setJMSDeliveryMode(final int deliveryMode) throws JMSException {
        if (deliveryMode != DeliveryMode.PERSISTENT && deliveryMode != DeliveryMode.NON_PERSISTENT) {
            throw new JMSException("delivery mode " + deliveryMode + " is neither PERSISTENT nor NON_PERSISTENT");
        }
        this.deliveryMode = deliveryMode;
    }

    @Override
    public final boolean getJMSRedelivered() {
        return redelivered;
    }

    @Override
    public final void setJMSRedelivered(final boolean redelivered) {
        this.redelivered = redelivered;
    }

    @Override
    public final long getJMSExpiration() {
        return expiration;
    }

    @Override
    public final void setJMSExpiration(final long expiration) {
        this.expiration = expiration;
    }

    @Override
    public final long getJMSDeliveryTime() {
        decodeProperties();
        return deliveryTime;
    }

    @Override
    public final void setJMSDeliveryTime(final long deliveryTime) {
        decodeProperties();
        this.deliveryTime = deliveryTime;
    }

    @Override
    public final int getJMSPriority() {
        return priority;
    }

    @Override
    public final void setJMSPriority(final int priority) throws JMSException {
        if (priority < 0 || priority > 9) {
            throw new JMSException("priority " + priority + " is not between 0 and 9");
        }
        this.priority = priority;
    }

    // ---- Header fields that the application sets

    @Override
    public final @Nullable String getJMSCorrelationID() {
        decodeProperties();
        return correlationId;
    }

    @Override
    public final void setJMSCorrelationID(final @Nullable String correlationId) {
        decodeProperties();
        this.correlationId = correlationId;
        correlationBytes = null;
    }

    /** The bytes as they were set, or the text in UTF-8. */
    @Override
    public final byte @Nullable [] getJMSCorrelationIDAsBytes() {
        decodeProperties();
        if (correlationBytes != null) {
            return correlationBytes.clone();
        }
        return correlationId == null ? null : correlationId.getBytes(UTF_8);
    }

    /** Any bytes; {@link #getJMSCorrelationID} shows them read as UTF-8. */
    @Override
    public final void setJMSCorrelationIDAsBytes(final byte @Nullable [] bytes) {
        setJMSCorrelationID(bytes == null ? null : new String(bytes, UTF_8));
        if (correlationId != null && !Arrays.equals(bytes, correlationId.getBytes(UTF_8))) {
            correlationBytes = bytes == null ? null : bytes.clone();
        }
    }

    /** The bytes of a correlation ID that is no text, else null; not a copy. */
    final byte @Nullable [] rawCorrelationId() {
        return correlationBytes;
    }

    @Override
    public final @Nullable Destination getJMSReplyTo() {
        decodeProperties();
        return replyTo;
    }

    @Override
    public final void setJMSReplyTo(final @Nullable Destination replyTo) {
        decodeProperties();
        this.replyTo = replyTo;
    }

    @Override
    public final @Nullable String getJMSType() {
        decodeProperties();
        return type;
    }

    @Override
    public final void setJMSType(final @Nullable String type) {
        decodeProperties();
        this.type = type;
    }

    // ---- Properties: section 3.5

    @Override
    public final void clearProperties() {
        decodeProperties();
        properties = null;
        propertiesReadOnly = false;
    }

    @Override
    public final boolean propertyExists(final @Nullable String name) {
        final PropertyTable table = decodeProperties();
        return table != null && table.contains(name);
    }

    @Override
    public final boolean getBooleanProperty(final @Nullable String name) throws JMSException {
        return Conversions.toBoolean(getObjectProperty(name));
    }

    @Override
    public final byte getByteProperty(final @Nullable String name) throws JMSException {
        return Conversions.toByte(getObjectProperty(name));
    }

    @Override
    public final short getShortProperty(final @Nullable String name) throws JMSException {
        return Conversions.toShort(getObjectProperty(name));
    }

    @Override
    public final int getIntProperty(final @Nullable String name) throws JMSException {
        return Conversions.toInt(getObjectProperty(name));
    }

    @Override
    public final long getLongProperty(final @Nullable String name) throws JMSException {
        return Conversions.toLong(getObjectProperty(name));
    }

    @Override
    public final float getFloatProperty(final @Nullable String name) throws JMSException {
        return Conversions.toFloat(getObjectProperty(name));
    }

    @Override
    public final double getDoubleProperty(final @Nullable String name) throws JMSException {
        return Conversions.toDouble(getObjectProperty(name));
    }

    @Override
    public final @Nullable String getStringProperty(final @Nullable String name) throws JMSException {
        return Conversions.toText(getObjectProperty(name));
    }

    @Override
    public final @Nullable Object getObjectProperty(final @Nullable String name) {
        final PropertyTable table = decodeProperties();
        return table == null ? null : table.object(name);
    }

    /** The names as they are now: later changes do not show. */
    @Override
    public final Enumeration<String> getPropertyNames() {
        final PropertyTable table = decodeProperties();
        return Collections.enumeration(table == null ? List.of() : List.copyOf(table.names()));
    }

    @Override
    public final void setBooleanProperty(final @Nullable String name, final boolean value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setByteProperty(final @Nullable String name, final byte value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setShortProperty(final @Nullable String name, final short value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setIntProperty(final @Nullable String name, final int value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setLongProperty(final @Nullable String name, final long value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setFloatProperty(final @Nullable String name, final float value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setDoubleProperty(final @Nullable String name, final double value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setStringProperty(final @Nullable String name, final @Nullable String value) throws JMSException {
        writableProperties().set(name, value);
    }

    @Override
    public final void setObjectProperty(final @Nullable String name, final @Nullable Object value) throws JMSException {
        writableProperties().setObject(name, value);
    }

    private PropertyTable writableProperties() throws MessageNotWriteableException {
        final PropertyTable table = decodeProperties();
        if (propertiesReadOnly) {
            throw new MessageNotWriteableException(
                    "the properties of a received message are read-only until clearProperties() is called");
        }
        return table == null ? newTable() : table;
    }

    private PropertyTable newTable() {
        final PropertyTable table = new PropertyTable(rules.strictNames());
        properties = table;
        return table;
    }

    /** All properties, or null when there are none. */
    final @Nullable PropertyTable decodeProperties() {
        final PropertyBlock block = undecoded;
        if (block != null) {
            undecoded = null;
            block.decodeInto(this);
        }
        return properties;
    }

    /** For the decoder: sets a property whatever its name, on a message that is read-only to everybody else. */
    final void receivedProperty(final String name, final @Nullable Object value) {
        (properties == null ? newTable() : properties).received(name, value);
    }

    // ---- Body

    @Override
    public final void clearBody() {
        bodyReadOnly = false;
        emptyBody();
    }

    @Override
    @SuppressWarnings("unchecked") // checked by class, which cast() would do by instance
    public final <T> @Nullable T getBody(final Class<T> type) throws JMSException {
        final Class<?> bodyClass = bodyClass();
        if (bodyClass == null) {
            return null;
        }
        if (!type.isAssignableFrom(bodyClass)) {
            throw new MessageFormatException(
                    "the body is a " + bodyClass.getTypeName() + ", which cannot be assigned to " + type.getTypeName());
        }
        return (T) body();
    }

    @Override
    @SuppressWarnings({"rawtypes", "unchecked"}) // as the interface has it
    public boolean isBodyAssignableTo(final Class type) throws JMSException {
        final Class<?> bodyClass = bodyClass();
        return bodyClass == null || type.isAssignableFrom(bodyClass);
    }

    /** What the body is to {@link #getBody}: String, Map, byte[] or the object's own class; null when there is none. */
    abstract @Nullable Class<?> bodyClass() throws JMSException;

    /** The body as {@link #getBody} gives it, a copy where it could be changed; only when there is one. */
    abstract @Nullable Object body() throws JMSException;

    /** Whether there is a body, of a type that {@code receiveBody} can give. */
    public final boolean hasBody() throws JMSException {
        return bodyClass() != null;
    }

    /** Puts the body into the state that it has in a new message. */
    abstract void emptyBody();

    /** Puts the body into its wire form. */
    abstract void encodeBody(EncodedBody into) throws JMSException;

    /** Takes the wire form of the body, to be decoded when it is asked for. */
    abstract void receivedBody(byte[] data, int offset, int length);

    final boolean bodyReadOnly() {
        return bodyReadOnly;
    }

    final void makeBodyReadOnly() {
        bodyReadOnly = true;
    }

    final void requireWritableBody() throws MessageNotWriteableException {
        if (bodyReadOnly) {
            throw new MessageNotWriteableException("the message body is read-only until clearBody() is called");
        }
    }

    // ---- Sending and receiving

    /** What a send leaves on the message: section 3.4.11. */
    final void sent(
            final AnserDestination to,
            final MessageId id,
            final int mode,
            final int sentPriority,
            final long sentEpochMs,
            final long expirationEpochMs,
            final long deliveryEpochMs) {
        decodeProperties();
        messageId = id;
        messageIdText = null;
        destination = to;
        deliveryMode = mode;
        priority = sentPriority;
        timestamp = sentEpochMs;
        expiration = expirationEpochMs;
        deliveryTime = deliveryEpochMs;
    }

    /** Makes this a received message: everything but the body, which {@link #receivedBody} has. */
    final void received(
            final AnserDestination from,
            final int mode,
            final int receivedPriority,
            final long bornEpochMs,
            final long expirationEpochMs,
            final int deliveryCount,
            final PropertyBlock block) {
        destination = from;
        deliveryMode = mode;
        priority = receivedPriority;
        timestamp = bornEpochMs;
        expiration = expirationEpochMs;
        deliveryTime = bornEpochMs;
        redelivered = deliveryCount > 1;
        undecoded = block;
        propertiesReadOnly = true;
        bodyReadOnly = true;
    }

    /** The session that acknowledges this message. */
    public final void acknowledgeWith(final Acknowledger session) {
        acknowledger = session;
    }

    /** Nothing happens on a message that was not received. */
    @Override
    public final void acknowledge() throws JMSException {
        if (acknowledger != null) {
            acknowledger.acknowledge();
        }
    }

    /** Type, ID and destination; never the content, which does not belong into a log. */
    @Override
    public final String toString() {
        return getClass().getSimpleName() + "{" + getJMSMessageID() + ", " + destination + "}";
    }
}
