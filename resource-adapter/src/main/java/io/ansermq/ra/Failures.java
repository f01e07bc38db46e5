package io.ansermq.ra;

import jakarta.jms.InvalidClientIDException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.ResourceAllocationException;
import jakarta.resource.ResourceException;
import jakarta.resource.spi.CommException;
import jakarta.resource.spi.SecurityException;

/** The exceptions of Connectors as those of Messaging, and the other way round. */
final class Failures {
    private Failures() {}

    /** For a server: why there is no connection. */
    static ResourceException ofJms(final JMSException e) {
        if (e instanceof JMSSecurityException) {
            return new SecurityException(e.getMessage(), e);
        } else if (e instanceof InvalidClientIDException) {
            return new ResourceException(e.getMessage(), e);
        }
        return new CommException(e.getMessage(), e);
    }

    /** For an application; servers wrap what they got of us in exceptions of their own. */
    static JMSException ofServer(final ResourceException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof JMSSecurityException) {
                return withCause(new JMSSecurityException(cause.getMessage()), e);
            } else if (cause instanceof InvalidClientIDException) {
                return withCause(new InvalidClientIDException(cause.getMessage()), e);
            } else if (cause instanceof SecurityException) {
                return withCause(new JMSSecurityException(cause.getMessage()), e);
            } else if (cause instanceof JMSException) {
                return withCause(new JMSException(cause.getMessage()), e);
            }
        }
        if (e instanceof jakarta.resource.spi.ResourceAllocationException) {
            return withCause(new ResourceAllocationException(e.getMessage()), e);
        }
        return withCause(new JMSException(e.getMessage()), e);
    }

    static <E extends JMSException> E withCause(final E exception, final Exception cause) {
        exception.initCause(cause);
        exception.setLinkedException(cause);
        return exception;
    }
}
