package io.ansermq.client;

/**
 * A {@link DeliveryHandler} that keeps deliveries until its application wants them, and lets go of them when it does not: so
 * that an idle consumer does not keep messages from others. The subscriber begins with a small window of deliveries, and doubles it
 * up to its prefetch while the application keeps up.
 *
 * <p>Whoever finds nothing buffered and waits for a message calls {@link Subscriber#want}.
 */
public interface BufferingHandler extends DeliveryHandler {

    /** What {@link #letGo} returns when there was nothing. */
    long NOTHING = 0;

    /**
     * The application takes nothing, or so little that what is buffered would last it for many seconds: forgets what it was not
     * given, which goes back to its place in the broker, unseen. Called on the event loop: must not block.
     *
     * @return the tag of the first delivery that was forgotten, of which none that follows may be handed over;
     *     {@link #NOTHING} when nothing is buffered
     */
    long letGo(Subscriber subscriber);
}
