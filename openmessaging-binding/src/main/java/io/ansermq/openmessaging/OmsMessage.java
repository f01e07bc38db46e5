package io.ansermq.openmessaging;

import io.openmessaging.BytesMessage;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import org.jspecify.annotations.Nullable;

/** A message to send or received; its body is bytes. As thread safe as its headers; the body is set before it is shared. */
final class OmsMessage implements BytesMessage {
    private final Headers sysHeaders = new Headers();
    private final Headers userHeaders = new Headers();
    private byte @Nullable [] body;

    OmsMessage(final byte @Nullable [] body) {
        this.body = body;
    }

    @Override
    public Headers sysHeaders() {
        return sysHeaders;
    }

    @Override
    public Headers userHeaders() {
        return userHeaders;
    }

    @Override
    public Message putSysHeaders(final String key, final int value) {
        sysHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putSysHeaders(final String key, final long value) {
        sysHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putSysHeaders(final String key, final double value) {
        sysHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putSysHeaders(final String key, final String value) {
        sysHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putUserHeaders(final String key, final int value) {
        userHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putUserHeaders(final String key, final long value) {
        userHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putUserHeaders(final String key, final double value) {
        userHeaders.put(key, value);
        return this;
    }

    @Override
    public Message putUserHeaders(final String key, final String value) {
        userHeaders.put(key, value);
        return this;
    }

    /** The array itself, not a copy, when {@code type} is the class of byte arrays or one above it. */
    @Override
    @SuppressWarnings("NullAway") // A message without a body has none to give.
    public <T> T getBody(final Class<T> type) {
        if (!type.isAssignableFrom(byte[].class)) {
            throw Errors.badMessage(
                    ErrorCode.BAD_REQUEST,
                    "the body of this message is a byte array, not a " + type.getName() + ": ask for byte[].class");
        }
        return type.cast(body);
    }

    @Override
    public BytesMessage setBody(final byte[] newBody) {
        body = newBody;
        return this;
    }

    @Override
    public String toString() {
        final KeyValue headers = sysHeaders;
        final byte[] bytes = body;
        return "message " + headers + " " + userHeaders + " of " + (bytes == null ? 0 : bytes.length) + " bytes";
    }
}
