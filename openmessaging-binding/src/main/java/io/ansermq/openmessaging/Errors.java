package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.openmessaging.exception.OMSException;
import io.openmessaging.exception.OMSMessageFormatException;
import io.openmessaging.exception.OMSResourceNotExistException;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.exception.OMSTimeOutException;
import org.jspecify.annotations.Nullable;

/** What went wrong, as OpenMessaging says it. Stateless. */
final class Errors {

    private Errors() {}

    static OMSRuntimeException of(final ErrorCode code, final String text) {
        return new OMSRuntimeException(code.code(), text);
    }

    static OMSRuntimeException of(final ErrorCode code, final String text, final Throwable cause) {
        return new OMSRuntimeException(code.code(), text, cause);
    }

    /** What must be given; {@code what} with its article. */
    static <T> T required(final @Nullable T given, final String what) {
        if (given == null) {
            throw of(ErrorCode.BAD_PARAMETER, what + " is needed, not null");
        }
        return given;
    }

    static OMSMessageFormatException badMessage(final ErrorCode code, final String text) {
        return new OMSMessageFormatException(code.code(), text);
    }

    static OMSTimeOutException timeout(final String text) {
        return new OMSTimeOutException(ErrorCode.TIMEOUT.code(), text);
    }

    /** A refusal of the broker, or what became of the connection to it. */
    static OMSRuntimeException of(final BrokerException e) {
        final ErrorCode code = codeOf(e.error());
        final String text = textOf(e);
        return switch (code) {
            case TIMEOUT -> new OMSTimeOutException(code.code(), text, e);
            case BODY_TOO_LARGE, HEADERS_TOO_LARGE -> new OMSMessageFormatException(code.code(), text, e);
            default -> new OMSRuntimeException(code.code(), text, e);
        };
    }

    /** Any failure; one that is OpenMessaging's already as it is. */
    static OMSRuntimeException of(final Throwable failure) {
        if (failure instanceof OMSRuntimeException known) {
            return known;
        }
        return failure instanceof BrokerException e
                ? of(e)
                : new OMSRuntimeException(ErrorCode.SERVER_ERROR.code(), textOf(failure), failure);
    }

    /** A refusal of what was asked for by name: something that is not there is a checked exception. */
    static OMSRuntimeException unlessMissing(final BrokerException e) throws OMSResourceNotExistException {
        if (e.error() == ErrorCodes.DESTINATION || e.error() == ErrorCodes.NAMESPACE) {
            throw new OMSResourceNotExistException(codeOf(e.error()).code(), textOf(e), e);
        }
        return of(e);
    }

    /** For the interceptors, who are told in a checked exception. */
    static OMSException checked(final OMSRuntimeException e) {
        return new OMSException(e.getErrorCode(), textOf(e), e);
    }

    private static ErrorCode codeOf(final int error) {
        return switch (error) {
            case ErrorCodes.AUTHENTICATION -> ErrorCode.UNAUTHORIZED;
            case ErrorCodes.AUTHORIZATION -> ErrorCode.FORBIDDEN;
            case ErrorCodes.DESTINATION -> ErrorCode.NOT_FOUND;
            case ErrorCodes.NAMESPACE -> ErrorCode.NAMESPACE_NOT_FOUND;
            case ErrorCodes.MESSAGE_TOO_LARGE -> ErrorCode.BODY_TOO_LARGE;
            case ErrorCodes.RESOURCE_LIMIT -> ErrorCode.STORAGE_BUSY;
            case ErrorCodes.ILLEGAL_STATE -> ErrorCode.EXISTS_ALREADY;
            case ErrorCodes.INVALID_SELECTOR, ErrorCodes.PROTOCOL, ErrorCodes.MESSAGE_MALFORMED ->
                ErrorCode.BAD_PARAMETER;
            case ErrorCodes.SHUTTING_DOWN, BrokerException.CONNECTION_LOST, BrokerException.UNREACHABLE ->
                ErrorCode.UNAVAILABLE;
            case BrokerException.TIMEOUT -> ErrorCode.TIMEOUT;
            case BrokerException.CLOSED -> ErrorCode.NOT_STARTED;
            case BrokerException.INTERRUPTED -> ErrorCode.APPLICATION;
            default -> ErrorCode.SERVER_ERROR;
        };
    }

    private static String textOf(final Throwable failure) {
        final String text = failure.getMessage();
        return text == null ? failure.getClass().getSimpleName() : text;
    }
}
