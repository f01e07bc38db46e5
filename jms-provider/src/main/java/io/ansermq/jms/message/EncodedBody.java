package io.ansermq.jms.message;

/**
 * Where a message puts its encoded body: an array that starts with it. The array may be the message's own and is not to
 * be changed. Reused from message to message by its owner.
 */
final class EncodedBody {
    private static final byte[] EMPTY = {};

    private BodyKind kind = BodyKind.NONE;
    private byte[] bytes = EMPTY;
    private int length;

    void set(final BodyKind newKind, final byte[] array, final int lengthBytes) {
        kind = newKind;
        bytes = array;
        length = lengthBytes;
    }

    void set(final BodyKind newKind, final byte[] array) {
        set(newKind, array, array.length);
    }

    void setEmpty(final BodyKind newKind) {
        set(newKind, EMPTY, 0);
    }

    BodyKind kind() {
        return kind;
    }

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }
}
