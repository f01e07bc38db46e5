package io.ansermq.jms.message;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.TextMessage;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A text; plain UTF-8 on the wire, so that every other client reads it as it is. */
public final class JmsTextMessage extends JmsMessage implements TextMessage {
    private @Nullable String text;

    /** The received bytes until the text is asked for. */
    private byte @Nullable [] data;

    private int offset;
    private int length;

    JmsTextMessage(final MessageRules rules) {
        super(rules);
    }

    @Override
    public void setText(final @Nullable String text) throws MessageNotWriteableException {
        requireWritableBody();
        this.text = text;
    }

    @Override
    public @Nullable String getText() {
        if (data != null) {
            text = new String(data, offset, length, UTF_8);
            data = null;
        }
        return text;
    }

    @Override
    @Nullable
    Class<?> bodyClass() {
        return data == null && text == null ? null : String.class;
    }

    @Override
    @Nullable
    Object body() {
        return getText();
    }

    @Override
    void emptyBody() {
        text = null;
        data = null;
    }

    @Override
    void encodeBody(final EncodedBody into) {
        if (data != null) {
            into.set(BodyKind.TEXT, Arrays.copyOfRange(data, offset, offset + length));
        } else if (text != null) {
            into.set(BodyKind.TEXT, text.getBytes(UTF_8));
        } else {
            into.setEmpty(BodyKind.NULL_TEXT);
        }
    }

    @Override
    void receivedBody(final byte[] newData, final int newOffset, final int newLength) {
        data = newData;
        offset = newOffset;
        length = newLength;
    }
}
