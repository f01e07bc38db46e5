package io.ansermq.broker.selector;

/** A part of a parsed selector. Confined to one thread. */
abstract class Node {

    /** The highest tree that is evaluated: each level is a frame on the thread's stack. */
    static final int MAX_HEIGHT = 200;

    private final int height;

    /** @param below the height of the highest part of this one */
    Node(final int below) {
        height = below + 1;
    }

    /** How many parts there are from here down to the lowest one. */
    final int height() {
        return height;
    }

    /** Appends the normalised form: what means the same by its form alone gives the same text. */
    abstract void describe(StringBuilder out);
}
