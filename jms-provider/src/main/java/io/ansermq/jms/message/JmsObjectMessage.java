package io.ansermq.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ObjectMessage;
import java.io.Serializable;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A serialised object. It is written when it is set, because the message holds a snapshot, and read anew at each access,
 * because what is handed out must be a copy (Jakarta Messaging 3.1, section 3.12).
 */
public final class JmsObjectMessage extends JmsMessage implements ObjectMessage {
    /** The serialised object, from {@code offset} on; null for a null object. */
    private byte @Nullable [] data;

    private int offset;
    private int length;
    private boolean received;

    JmsObjectMessage(final MessageRules rules) {
        super(rules);
    }

    @Override
    public void setObject(final @Nullable Serializable object) throws JMSException {
        requireWritableBody();
        data = object == null ? null : ObjectCodec.write(object);
        offset = 0;
        length = data == null ? 0 : data.length;
        received = false;
    }

    /** Held against the allow-list when it was received; what this application set it may read back. */
    @Override
    public @Nullable Serializable getObject() throws MessageFormatException {
        if (data == null) {
            return null;
        }
        return received ? ObjectCodec.read(data, offset, length, rules().classes()) : ObjectCodec.readTrusted(data);
    }

    /** False, not an exception, when the object cannot be read: as the method's Javadoc asks. */
    @Override
    public boolean isBodyAssignableTo(@SuppressWarnings("rawtypes") final Class type) throws JMSException {
        try {
            return super.isBodyAssignableTo(type);
        } catch (MessageFormatException e) {
            return false;
        }
    }

    @Override
    @Nullable
    Class<?> bodyClass() throws JMSException {
        final Serializable object = getObject();
        return object == null ? null : object.getClass();
    }

    @Override
    @Nullable
    Object body() throws JMSException {
        return getObject();
    }

    @Override
    void emptyBody() {
        data = null;
    }

    @Override
    void encodeBody(final EncodedBody into) {
        if (data == null) {
            into.setEmpty(BodyKind.OBJECT);
        } else {
            into.set(BodyKind.OBJECT, offset == 0 ? data : Arrays.copyOfRange(data, offset, offset + length), length);
        }
    }

    @Override
    void receivedBody(final byte[] newData, final int newOffset, final int newLength) {
        data = newLength == 0 ? null : newData;
        offset = newOffset;
        length = newLength;
        received = true;
    }
}
