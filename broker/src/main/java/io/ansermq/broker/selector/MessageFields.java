package io.ansermq.broker.selector;

/**
 * What a selector may ask of a message. Implementations decode on demand, so that a selector costs no more than the fields
 * it names.
 */
@FunctionalInterface
public interface MessageFields {

    /**
     * Sets {@code into} to the value of a field; to null when the message does not have it. Bytes of a text are lent: they
     * must stay as they are until the selector has been evaluated.
     */
    void read(Identifier field, Value into);
}
