package io.ansermq.jms.message;

import org.jspecify.annotations.Nullable;

/** What a record's body is, as its property {@code __JMS_BODY} says. */
enum BodyKind {
    /** UTF-8 text. */
    TEXT("text"),
    /** A text message whose text is null; the body is empty. */
    NULL_TEXT("text-null"),
    /** Bytes as they are; also every record that does not say what it is. */
    BYTES("bytes"),
    /** Named values, see {@link ValueCodec}. */
    MAP("map"),
    /** Values in a row, see {@link ValueCodec}. */
    STREAM("stream"),
    /** Java serialisation; empty for a null object. */
    OBJECT("object"),
    /** No body. */
    NONE("none");

    private static final BodyKind[] KINDS = values();

    private final String wireName;

    BodyKind(final String wireName) {
        this.wireName = wireName;
    }

    /** The property's value. */
    String wireName() {
        return wireName;
    }

    /** The kind of this name, or null when a newer release wrote something that this one does not know. */
    static @Nullable BodyKind of(final byte[] data, final int offset, final int length) {
        for (final BodyKind kind : KINDS) {
            if (kind.isNamed(data, offset, length)) {
                return kind;
            }
        }
        return null;
    }

    private boolean isNamed(final byte[] data, final int offset, final int length) {
        boolean same = length == wireName.length();
        for (int i = 0; same && i < length; i++) {
            same = data[offset + i] == wireName.charAt(i);
        }
        return same;
    }
}
