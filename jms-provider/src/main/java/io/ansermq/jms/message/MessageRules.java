package io.ansermq.jms.message;

/**
 * What the application chose for its messages on one connection. Immutable.
 *
 * @param strictNames whether property names must be identifiers of the selector language
 * @param classes which classes a received object body may name
 */
public record MessageRules(boolean strictNames, ClassPolicy classes) {
    /** What holds when nothing is configured. */
    public static final MessageRules DEFAULT = new MessageRules(true, ClassPolicy.DEFAULT);
}
