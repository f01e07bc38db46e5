package io.ansermq.client;

/**
 * Hears what became of one send: exactly one of the two methods, exactly once, in the order of the sequence numbers of
 * its session. Called on the session's event loop: must not block; it may send, then without waiting for the send
 * window.
 */
public interface SendCallback {

    /** The broker has stored the message at the flush level of its destination. */
    void stored(long sequence);

    /**
     * The broker refused the message and kept no trace of it; or, with {@link BrokerException#CONNECTION_LOST} or
     * {@link BrokerException#CLOSED}, the connection ended before the answer, and it may or may not be stored.
     */
    void failed(long sequence, BrokerException e);
}
