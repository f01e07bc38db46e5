package io.ansermq.broker.selector;

/** Which language a selector is written in. */
public enum Dialect {
    /**
     * Jakarta Messaging 3.1, section 3.8.1: properties have the types that the sender gave them, a text is never taken for
     * a number, and names of header fields mean the header.
     */
    JMS,
    /**
     * RocketMQ's SQL92 filter expressions: every name is that of a property, every property is text, which is taken for a
     * number or a boolean where it is compared with one. There are {@code CONTAINS}, {@code STARTSWITH} and
     * {@code ENDSWITH} besides; arithmetic and {@code LIKE}, which RocketMQ does not have, are understood all the same.
     */
    ROCKETMQ
}
