package io.ansermq.client;

/** Takes the deliveries of a {@link Subscriber} on the session's event loop: must not block. */
public interface DeliveryHandler {

    /**
     * The next deliveries, in the broker's order.
     *
     * @param batch holds them from index 0; the array itself is reused after this call
     * @param count how many there are, at least 1
     */
    void onDeliveries(Subscriber subscriber, Delivery[] batch, int count);

    /**
     * The connection is lost, and will be restored: no delivery so far is this subscriber's any more. What was not
     * acknowledged comes again; whatever is acknowledged of it from now on could be another message. The place to empty
     * buffers.
     */
    default void onInterrupted(final Subscriber subscriber) {}
}
