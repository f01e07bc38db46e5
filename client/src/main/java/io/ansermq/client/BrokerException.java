package io.ansermq.client;

import io.ansermq.remoting.protocol.ErrorCodes;

/**
 * What the broker refused or what became of the connection: an error number and a text that says what to do next.
 *
 * <p>Positive numbers are the broker's own ({@link ErrorCodes}); negative ones were found on this side.
 */
public final class BrokerException extends Exception {
    /** The connection ended before an answer came: whether the broker carried out the request is unknown. */
    public static final int CONNECTION_LOST = -1;
    /** No answer, or no room in the send window, within the configured time. */
    public static final int TIMEOUT = -2;
    /** The session or subscriber was closed by its application. */
    public static final int CLOSED = -3;
    /** None of the addresses led to a broker. */
    public static final int UNREACHABLE = -4;
    /** The calling thread was interrupted while it waited; its interrupt flag is set again. */
    public static final int INTERRUPTED = -5;

    private static final long serialVersionUID = 1;

    private final int error;

    /** An error without a cause on this side. */
    public BrokerException(final int error, final String text) {
        super(text);
        this.error = error;
    }

    /** An error that was caused by {@code cause}. */
    public BrokerException(final int error, final String text, final Throwable cause) {
        super(text, cause);
        this.error = error;
    }

    /** One of {@link ErrorCodes} when the broker answered, else one of the negative numbers of this class. */
    public int error() {
        return error;
    }

    /** The same failure with the stack of the thread that it reaches now. */
    static BrokerException reaching(final Throwable failure) {
        final int error = failure instanceof BrokerException e ? e.error() : ErrorCodes.INTERNAL;
        return new BrokerException(error, textOf(failure), failure);
    }

    /** The text of any failure, its class when it has none. */
    static String textOf(final Throwable failure) {
        final String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
