package io.ansermq.jms.message;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;

/** Exceptions with their cause, which the constructors of {@code jakarta.jms} do not take. */
final class Failures {
    private Failures() {}

    static MessageFormatException format(final String text, final Throwable cause) {
        return linked(new MessageFormatException(text), cause);
    }

    static <E extends JMSException> E linked(final E failure, final Throwable cause) {
        failure.initCause(cause);
        if (cause instanceof Exception exception) {
            failure.setLinkedException(exception);
        }
        return failure;
    }
}
