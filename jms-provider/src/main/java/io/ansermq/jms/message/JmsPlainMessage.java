package io.ansermq.jms.message;

import org.jspecify.annotations.Nullable;

/** A message of header fields and properties alone. */
public final class JmsPlainMessage extends JmsMessage {

    JmsPlainMessage(final MessageRules rules) {
        super(rules);
    }

    @Override
    @Nullable
    Class<?> bodyClass() {
        return null;
    }

    @Override
    @Nullable
    Object body() {
        return null;
    }

    @Override
    void emptyBody() {}

    @Override
    void encodeBody(final EncodedBody into) {
        into.setEmpty(BodyKind.NONE);
    }

    @Override
    void receivedBody(final byte[] data, final int offset, final int length) {
        // A body that its record says is not there is not there.
    }
}
