package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.remoting.protocol.ErrorCodes;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.InvalidClientIDException;
import jakarta.jms.InvalidClientIDRuntimeException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.InvalidDestinationRuntimeException;
import jakarta.jms.InvalidSelectorException;
import jakarta.jms.InvalidSelectorRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.JMSSecurityRuntimeException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageFormatRuntimeException;
import jakarta.jms.MessageNotWriteableException;
import jakarta.jms.MessageNotWriteableRuntimeException;
import jakarta.jms.ResourceAllocationException;
import jakarta.jms.ResourceAllocationRuntimeException;
import jakarta.jms.TransactionInProgressException;
import jakarta.jms.TransactionInProgressRuntimeException;
import jakarta.jms.TransactionRolledBackException;
import jakarta.jms.TransactionRolledBackRuntimeException;

/**
 * The client's errors as those of {@code jakarta.jms}, and checked exceptions as unchecked ones. A class of its own because
 * only who fails needs the specification's twenty-four.
 */
public final class JmsErrors {
    private JmsErrors() {}

    /** What the broker or the client said, as the exception that the specification has for it. */
    static JMSException of(final BrokerException e) {
        final String text = e.getMessage();
        final String code = String.valueOf(e.error());
        return withCause(
                switch (e.error()) {
                    case ErrorCodes.AUTHENTICATION, ErrorCodes.AUTHORIZATION -> new JMSSecurityException(text, code);
                    case ErrorCodes.DESTINATION -> new InvalidDestinationException(text, code);
                    case ErrorCodes.RESOURCE_LIMIT -> new ResourceAllocationException(text, code);
                    case ErrorCodes.CLIENT_ID_IN_USE -> new InvalidClientIDException(text, code);
                    case ErrorCodes.INVALID_SELECTOR -> new InvalidSelectorException(text, code);
                    case ErrorCodes.TRANSACTION_ROLLED_BACK -> new TransactionRolledBackException(text, code);
                    case ErrorCodes.MESSAGE_MALFORMED -> new MessageFormatException(text, code);
                    case ErrorCodes.ILLEGAL_STATE, BrokerException.CLOSED -> new IllegalStateException(text, code);
                    default -> new JMSException(text, code);
                },
                e);
    }

    /** The same for a send: what took too long found no room. */
    static JMSException ofSend(final BrokerException e) {
        if (e.error() == BrokerException.TIMEOUT) {
            return withCause(new ResourceAllocationException(e.getMessage(), String.valueOf(e.error())), e);
        }
        return of(e);
    }

    static <E extends JMSException> E withCause(final E exception, final Exception cause) {
        exception.initCause(cause);
        exception.setLinkedException(cause);
        return exception;
    }

    /** The unchecked exception of the same meaning, for the simplified API. */
    public static JMSRuntimeException unchecked(final JMSException e) {
        final String text = e.getMessage();
        final String code = e.getErrorCode();
        if (e instanceof IllegalStateException) {
            return new IllegalStateRuntimeException(text, code, e);
        } else if (e instanceof InvalidDestinationException) {
            return new InvalidDestinationRuntimeException(text, code, e);
        } else if (e instanceof MessageFormatException) {
            return new MessageFormatRuntimeException(text, code, e);
        } else if (e instanceof MessageNotWriteableException) {
            return new MessageNotWriteableRuntimeException(text, code, e);
        } else if (e instanceof JMSSecurityException) {
            return new JMSSecurityRuntimeException(text, code, e);
        } else if (e instanceof InvalidClientIDException) {
            return new InvalidClientIDRuntimeException(text, code, e);
        } else if (e instanceof InvalidSelectorException) {
            return new InvalidSelectorRuntimeException(text, code, e);
        } else if (e instanceof ResourceAllocationException) {
            return new ResourceAllocationRuntimeException(text, code, e);
        } else if (e instanceof TransactionInProgressException) {
            return new TransactionInProgressRuntimeException(text, code, e);
        } else if (e instanceof TransactionRolledBackException) {
            return new TransactionRolledBackRuntimeException(text, code, e);
        }
        return new JMSRuntimeException(text, code, e);
    }
}
