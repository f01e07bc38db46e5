package io.ansermq.openmessaging;

/**
 * The error codes of our exceptions: the numbers that OpenMessaging gave to these cases from its version 1.0 on, as text.
 * Version 0.3.1 leaves them to the vendor.
 */
public enum ErrorCode {
    /** The request, or an argument of it, makes no sense. */
    BAD_REQUEST(1400),
    /** User or password is wrong. */
    UNAUTHORIZED(1401),
    /** A message to be sent has no body. */
    BODY_REQUIRED(1402),
    /** The user may not do this. */
    FORBIDDEN(1403),
    /** There is no such queue, or nothing by this name in it. */
    NOT_FOUND(1404),
    /** There is no such namespace. */
    NAMESPACE_NOT_FOUND(1405),
    /** There is one by this name. */
    EXISTS_ALREADY(1406),
    /** Nothing came of it in time. */
    TIMEOUT(1410),
    /** The headers of a message take more than a record can hold. */
    HEADERS_TOO_LARGE(1412),
    /** The message is larger than the broker takes. */
    BODY_TOO_LARGE(1413),
    /** There is no message where one was asked for. */
    NO_MESSAGE(1414),
    /** A parameter has a value that is not possible. */
    BAD_PARAMETER(1418),
    /** Something went wrong in the broker; its log says more. */
    SERVER_ERROR(1500),
    /** The broker has no room. */
    STORAGE_BUSY(1502),
    /** No broker can be reached, or the connection was lost: whether the request was carried out is unknown. */
    UNAVAILABLE(1503),
    /** The service is not started, or was shut down. */
    NOT_STARTED(10000),
    /** Something of the application's, such as an interceptor, has thrown. */
    APPLICATION(10001);

    private final String code;

    ErrorCode(final int number) {
        code = Integer.toString(number);
    }

    /** What {@code getErrorCode()} of an exception returns. */
    public String code() {
        return code;
    }
}
