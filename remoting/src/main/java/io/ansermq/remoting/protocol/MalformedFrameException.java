package io.ansermq.remoting.protocol;

/**
 * Bytes that break the format of a frame, a header or a record. The message says what was wrong in one line; the
 * transport adds from whom and closes the connection.
 *
 * <p>It has no stack trace: a peer can cause any number of them, and the message names the rule that was broken.
 */
public final class MalformedFrameException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** {@code what} completes the sentence "malformed frame: ...". */
    public MalformedFrameException(final String what) {
        super(what, null, false, false);
    }

    /** As {@link #MalformedFrameException(String)}, with what a parser below said. */
    public MalformedFrameException(final String what, final Throwable cause) {
        super(what, cause, false, false);
    }
}
