package io.ansermq.remoting.protocol;

/**
 * The {@code error} numbers of {@link ConnectionHeader.Failure} and {@link SendingHeader.SendFailed}. Numbers are never
 * reused; the text that comes with them says what to do next.
 */
public final class ErrorCodes {
    /** Something went wrong in the broker; its log says more. */
    public static final int INTERNAL = 1;
    /** The request was not understood or broke a rule of the protocol. */
    public static final int PROTOCOL = 2;
    /** User or password is wrong. */
    public static final int AUTHENTICATION = 3;
    /** The user may not do this. */
    public static final int AUTHORIZATION = 4;
    /** The destination does not exist and was not to be created, or its name is not valid. */
    public static final int DESTINATION = 5;
    /** The message is larger than the broker's limit. */
    public static final int MESSAGE_TOO_LARGE = 6;
    /** The broker has no room (disk or a configured limit). */
    public static final int RESOURCE_LIMIT = 7;
    /** The broker is closing. */
    public static final int SHUTTING_DOWN = 8;
    /** The client ID is in use. */
    public static final int CLIENT_ID_IN_USE = 9;
    /** The client's protocol version is not spoken here. */
    public static final int VERSION = 10;
    /** The message is malformed (layout, checksum, limits of its fields). */
    public static final int MESSAGE_MALFORMED = 11;
    /** The message selector is not valid; the text names the position. */
    public static final int INVALID_SELECTOR = 12;
    /** The state of what was named does not allow this: a subscription in use, a client ID that is missing. */
    public static final int ILLEGAL_STATE = 13;
    /** The transaction was rolled back instead of being committed. */
    public static final int TRANSACTION_ROLLED_BACK = 14;
    /** No such transaction is known here. */
    public static final int TRANSACTION_UNKNOWN = 40;
    /** The transaction is in a state that does not allow this. */
    public static final int TRANSACTION_STATE = 41;
    /** The administrator has committed the transaction already. */
    public static final int HEURISTIC_COMMIT = 42;
    /** The administrator has rolled the transaction back already. */
    public static final int HEURISTIC_ROLLBACK = 43;

    /** There is no such namespace. */
    public static final int NAMESPACE = 44;

    private ErrorCodes() {}
}
