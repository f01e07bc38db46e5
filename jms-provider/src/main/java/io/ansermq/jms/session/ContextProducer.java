package io.ansermq.jms.session;

import io.ansermq.jms.message.JmsBytesMessage;
import io.ansermq.jms.message.JmsMapMessage;
import io.ansermq.jms.message.JmsMessage;
import io.ansermq.jms.message.MessageFactory;
import io.ansermq.jms.message.PropertyTable;
import jakarta.jms.CompletionListener;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSProducer;
import jakarta.jms.Message;
import java.io.Serializable;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A producer of the simplified API: options, properties and header fields that it puts on each message it sends. Used by
 * one thread at a time.
 */
final class ContextProducer implements JMSProducer {
    private final Outlet outlet;
    private final MessageFactory messages;
    private final Lifetime context;
    private final SendOptions options = new SendOptions();
    private final PropertyTable properties;

    /** Holds the header fields. */
    private final JmsMessage header;

    private @Nullable CompletionListener listener;

    ContextProducer(final Outlet outlet, final MessageFactory messages, final Lifetime context) {
        this.outlet = outlet;
        this.messages = messages;
        this.context = context;
        properties = new PropertyTable(messages.rules().strictNames());
        header = messages.plain();
    }

    // ---- Sending

    @Override
    public JMSProducer send(final @Nullable Destination destination, final @Nullable Message message) {
        try {
            context.requireOpen();
            if (message != null) {
                complete(message);
            }
            outlet.send(Destinations.require(destination), message, options, listener);
            return this;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSProducer send(final @Nullable Destination destination, final @Nullable String body) {
        try {
            return send(destination, messages.text(body));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSProducer send(final @Nullable Destination destination, final @Nullable Map<String, Object> body) {
        try {
            final JmsMapMessage message = messages.map();
            if (body != null) {
                for (final Map.Entry<String, Object> entry : body.entrySet()) {
                    message.setObject(entry.getKey(), entry.getValue());
                }
            }
            return send(destination, message);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSProducer send(final @Nullable Destination destination, final byte @Nullable [] body) {
        try {
            final JmsBytesMessage message = messages.bytes();
            if (body != null) {
                message.writeBytes(body);
            }
            return send(destination, message);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSProducer send(final @Nullable Destination destination, final @Nullable Serializable body) {
        try {
            return send(destination, messages.object(body));
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    /** Puts on the message what was set here: sections 7.5 and 7.6. */
    private void complete(final Message message) throws JMSException {
        if (!properties.isEmpty()) {
            for (final String name : properties.names()) {
                message.setObjectProperty(name, properties.object(name));
            }
        }
        final byte[] correlationId = header.getJMSCorrelationIDAsBytes();
        if (correlationId != null && message instanceof JmsMessage) {
            message.setJMSCorrelationIDAsBytes(correlationId);
        } else if (correlationId != null) {
            message.setJMSCorrelationID(header.getJMSCorrelationID());
        }
        if (header.getJMSType() != null) {
            message.setJMSType(header.getJMSType());
        }
        if (header.getJMSReplyTo() != null) {
            message.setJMSReplyTo(header.getJMSReplyTo());
        }
    }

    @Override
    public JMSProducer setAsync(final @Nullable CompletionListener completionListener) {
        listener = completionListener;
        return this;
    }

    @Override
    public @Nullable CompletionListener getAsync() {
        return listener;
    }

    // ---- Options

    @Override
    public JMSProducer setDisableMessageID(final boolean value) {
        options.setDisableMessageId(value);
        return this;
    }

    @Override
    public boolean getDisableMessageID() {
        return options.disableMessageId();
    }

    @Override
    public JMSProducer setDisableMessageTimestamp(final boolean value) {
        options.setDisableMessageTimestamp(value);
        return this;
    }

    @Override
    public boolean getDisableMessageTimestamp() {
        return options.disableMessageTimestamp();
    }

    @Override
    public JMSProducer setDeliveryMode(final int deliveryMode) {
        try {
            options.setDeliveryMode(deliveryMode);
            return this;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public int getDeliveryMode() {
        return options.deliveryMode();
    }

    @Override
    public JMSProducer setPriority(final int priority) {
        try {
            options.setPriority(priority);
            return this;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public int getPriority() {
        return options.priority();
    }

    @Override
    public JMSProducer setTimeToLive(final long timeToLive) {
        try {
            options.setTimeToLiveMs(timeToLive);
            return this;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public long getTimeToLive() {
        return options.timeToLiveMs();
    }

    @Override
    public JMSProducer setDeliveryDelay(final long deliveryDelay) {
        try {
            options.setDeliveryDelayMs(deliveryDelay);
            return this;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public long getDeliveryDelay() {
        return options.deliveryDelayMs();
    }

    // ---- Properties

    @Override
    public JMSProducer setProperty(final @Nullable String name, final boolean value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final byte value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final short value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final int value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final long value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final float value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final double value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final @Nullable String value) {
        properties.set(name, value);
        return this;
    }

    @Override
    public JMSProducer setProperty(final @Nullable String name, final @Nullable Object value) {
        try {
            properties.setObject(name, value);
            return this;
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public JMSProducer clearProperties() {
        properties.clear();
        return this;
    }

    @Override
    public boolean propertyExists(final @Nullable String name) {
        return properties.contains(name);
    }

    @Override
    public boolean getBooleanProperty(final @Nullable String name) {
        try {
            return properties.booleanValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public byte getByteProperty(final @Nullable String name) {
        try {
            return properties.byteValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public short getShortProperty(final @Nullable String name) {
        try {
            return properties.shortValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public int getIntProperty(final @Nullable String name) {
        try {
            return properties.intValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public long getLongProperty(final @Nullable String name) {
        try {
            return properties.longValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public float getFloatProperty(final @Nullable String name) {
        try {
            return properties.floatValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public double getDoubleProperty(final @Nullable String name) {
        try {
            return properties.doubleValue(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public @Nullable String getStringProperty(final @Nullable String name) {
        try {
            return properties.text(name);
        } catch (JMSException e) {
            throw JmsErrors.unchecked(e);
        }
    }

    @Override
    public @Nullable Object getObjectProperty(final @Nullable String name) {
        return properties.object(name);
    }

    @Override
    public Set<String> getPropertyNames() {
        return properties.names();
    }

    // ---- Header fields

    @Override
    public JMSProducer setJMSCorrelationIDAsBytes(final byte @Nullable [] correlationId) {
        header.setJMSCorrelationIDAsBytes(correlationId);
        return this;
    }

    @Override
    public byte @Nullable [] getJMSCorrelationIDAsBytes() {
        return header.getJMSCorrelationIDAsBytes();
    }

    @Override
    public JMSProducer setJMSCorrelationID(final @Nullable String correlationId) {
        header.setJMSCorrelationID(correlationId);
        return this;
    }

    @Override
    public @Nullable String getJMSCorrelationID() {
        return header.getJMSCorrelationID();
    }

    @Override
    public JMSProducer setJMSType(final @Nullable String type) {
        header.setJMSType(type);
        return this;
    }

    @Override
    public @Nullable String getJMSType() {
        return header.getJMSType();
    }

    @Override
    public JMSProducer setJMSReplyTo(final @Nullable Destination replyTo) {
        header.setJMSReplyTo(replyTo);
        return this;
    }

    @Override
    public @Nullable Destination getJMSReplyTo() {
        return header.getJMSReplyTo();
    }
}
