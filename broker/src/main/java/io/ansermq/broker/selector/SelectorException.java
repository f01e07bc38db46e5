package io.ansermq.broker.selector;

/** A text that is no selector: says where and why. */
public final class SelectorException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int position;

    /**
     * @param position the index of the character where it goes wrong, counted from 0
     * @param reason what is wrong there
     */
    public SelectorException(final int position, final String reason) {
        super("at character " + (position + 1) + ": " + reason);
        this.position = position;
    }

    /** The index of the character where it goes wrong, counted from 0; the text's length when it ends too early. */
    public int position() {
        return position;
    }
}
