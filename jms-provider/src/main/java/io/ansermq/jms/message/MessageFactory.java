package io.ansermq.jms.message;

import jakarta.jms.JMSException;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/** Makes new messages, all under the rules of one connection. Immutable, thread safe. */
public final class MessageFactory {
    private final MessageRules rules;

    /** A factory whose messages obey {@code rules}. */
    public MessageFactory(final MessageRules rules) {
        this.rules = rules;
    }

    /** The rules that its messages obey. */
    public MessageRules rules() {
        return rules;
    }

    /** A message without a body. */
    public JmsPlainMessage plain() {
        return new JmsPlainMessage(rules);
    }

    /** A message whose text is null. */
    public JmsTextMessage text() {
        return new JmsTextMessage(rules);
    }

    /** A message of this text. */
    public JmsTextMessage text(final @Nullable String text) throws JMSException {
        final JmsTextMessage message = text();
        message.setText(text);
        return message;
    }

    /** A message of no bytes, to be written. */
    public JmsBytesMessage bytes() {
        return new JmsBytesMessage(rules);
    }

    /** A message without values. */
    public JmsMapMessage map() {
        return new JmsMapMessage(rules);
    }

    /** A message without values, to be written. */
    public JmsStreamMessage stream() {
        return new JmsStreamMessage(rules);
    }

    /** A message whose object is null. */
    public JmsObjectMessage object() {
        return new JmsObjectMessage(rules);
    }

    /** A message of this object, as it is now. */
    public JmsObjectMessage object(final @Nullable Serializable object) throws JMSException {
        final JmsObjectMessage message = object();
        message.setObject(object);
        return message;
    }
}
