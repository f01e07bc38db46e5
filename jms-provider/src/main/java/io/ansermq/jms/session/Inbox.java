package io.ansermq.jms.session;

import io.ansermq.client.BufferingHandler;
import io.ansermq.client.Delivery;
import io.ansermq.client.Subscriber;
import io.ansermq.client.Subscription;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import jakarta.jms.MessageListener;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the broker has sent ahead for one consumer. One of a session's {@link Inboxes}, whose lock guards all of it; the event
 * loop fills it, the application's thread or the session's dispatcher empties it.
 */
final class Inbox {
    private static final int MOST_DONE_ANYWAY = 64;

    private final AnserDestination destination;
    private final Subscription subscription;
    private final ArrayDeque<Delivery> buffer = new ArrayDeque<>();
    private final Unacknowledged unacknowledged = new Unacknowledged();

    /** Whether a connection consumer loads it, whose subscriber it shares with other sessions. */
    private final boolean loaded;

    private @Nullable Delivery inHand;

    /** Of a loaded one: what a listener has that is acknowledged when it returns. */
    private @Nullable Delivery running;

    private @Nullable Subscriber subscriber;
    /** Written under the lock, read by anybody. */
    private volatile @Nullable MessageListener listener;

    /** No more deliveries for this consumer's application. */
    private boolean closed;

    /** Releases under way: until the broker's new deliveries come, none may be handed over. */
    private int releases;

    /** Counts releases: a message from before one is no longer this consumer's. */
    private int generation;

    /** Of a consumer without prefetch: whether one message has been asked for that the application has not had. */
    private boolean asked;

    /** Counts up with {@link #generation} when the connection is lost: the generation that began then. */
    private int interruptedAt;

    /**
     * What the application was done with when it was no longer this consumer's: comes again, be it after more losses, and is not
     * handed over. The latest ones, for some may have come to others.
     */
    private final ArrayDeque<Delivery> doneAnyway = new ArrayDeque<>(0);

    /** Threads inside a receive method, which close waits for. */
    private int receivers;

    /** Messages between this buffer and the application: 1 while a listener or a body conversion runs. */
    private int handing;

    /** The listener has closed its own consumer: to be carried out when it returns. */
    private boolean closeWhenReturned;

    Inbox(final AnserDestination destination, final Subscription subscription) {
        this(destination, subscription, false);
    }

    private Inbox(final AnserDestination destination, final Subscription subscription, final boolean loaded) {
        this.destination = destination;
        this.subscription = subscription;
        this.loaded = loaded;
    }

    /** One that a connection consumer loads with some of what its subscriber gets. */
    static Inbox loaded(final AnserDestination destination, final Subscription subscription, final Subscriber shared) {
        final Inbox inbox = new Inbox(destination, subscription, true);
        inbox.subscribed(shared);
        return inbox;
    }

    boolean isLoaded() {
        return loaded;
    }

    /** The application has this delivery now. Of a loaded one that was said when it was loaded. */
    void handed(final Delivery delivery) {
        if (!loaded) {
            subscriber().handed(delivery);
        }
    }

    /** A message of a loaded one goes to a listener. */
    void beginRunning(final boolean acknowledgedLater) {
        running = acknowledgedLater ? null : inHand;
        beginHanding();
    }

    /** What the listener had is acknowledged. */
    void endRunning() {
        running = null;
    }

    /** All that this has of the shared subscriber, to be given back. */
    List<OffsetRange> unload() {
        generation++;
        if (running != null) {
            unacknowledged.add(running);
            running = null;
        }
        buffer.forEach(unacknowledged::add);
        buffer.clear();
        return unacknowledged.take();
    }

    /** Whether it takes the messages that a consumer of this kind would share. */
    boolean isOf(final AnserDestination from, final Subscription as) {
        return destination.equals(from) && subscription.equals(as);
    }

    /** Whether its messages are nobody's once it ends. */
    boolean isVolatile() {
        return subscription.type() == SubscriptionType.VOLATILE;
    }

    AnserDestination destination() {
        return destination;
    }

    /** What its consumer subscribed as. */
    Subscription subscription() {
        return subscription;
    }

    /** Set once, before the inbox is known to anybody but the event loop. */
    void subscribed(final Subscriber newSubscriber) {
        subscriber = newSubscriber;
    }

    Subscriber subscriber() {
        return Objects.requireNonNull(subscriber, "an inbox is used only once it has subscribed");
    }

    Unacknowledged unacknowledged() {
        return unacknowledged;
    }

    @Nullable
    MessageListener listener() {
        return listener;
    }

    void listener(final @Nullable MessageListener newListener) {
        listener = newListener;
    }

    void add(final Delivery[] batch, final int count) {
        for (int i = 0; i < count; i++) {
            final Delivery delivery = batch[i];
            if (wasDoneAnyway(delivery)) {
                subscriber().consumed(delivery);
            } else {
                buffer.add(delivery);
            }
        }
    }

    /**
     * What comes again says so, so the other messages cost no look, though an entry may stay for ever: somebody else may have its
     * message, and give it back at any time.
     */
    private boolean wasDoneAnyway(final Delivery delivery) {
        return !doneAnyway.isEmpty() && delivery.deliveryCount() > 1 && doneAnyway.removeIf(delivery::isSameAs);
    }

    /** The connection is lost: everything that was delivered is the broker's again. */
    void interrupt() {
        generation++;
        interruptedAt = generation;
        buffer.clear();
        unacknowledged.clear();
        running = null;
        asked = false;
    }

    /** Whether a delivery of this generation went back with a connection, and with nothing else. */
    boolean isInterrupted(final int generationOfDelivery) {
        return generationOfDelivery < interruptedAt && interruptedAt == generation;
    }

    /** The application is done with a message that went back with a connection; it is not to have it again. */
    void doneAnyway(final Delivery delivery) {
        for (final Iterator<Delivery> each = buffer.iterator(); each.hasNext(); ) {
            final Delivery again = each.next();
            if (again.isSameAs(delivery)) {
                each.remove();
                subscriber().consumed(again);
                return;
            }
        }
        if (doneAnyway.size() == MOST_DONE_ANYWAY) {
            doneAnyway.remove();
        }
        doneAnyway.add(delivery);
    }

    /** The oldest delivery that may be handed over, or null. */
    @Nullable
    Delivery poll() {
        inHand = closed || releases > 0 ? null : buffer.poll();
        if (inHand != null) {
            asked = false;
        }
        return inHand;
    }

    /** What {@link #poll} has returned last. */
    Delivery inHand() {
        return Objects.requireNonNull(inHand, "a delivery was polled");
    }

    /** Undoes a {@link #poll} of the same generation. */
    void putBack(final Delivery delivery) {
        buffer.addFirst(delivery);
    }

    /** Whether the broker sends nothing ahead: each message is asked for. */
    boolean isPulling() {
        return subscriber().prefetchMessages() == 0;
    }

    /** Somebody waits for a message, and none is here: asks for one unless prefetch sees to that or one is asked for already. */
    void want() {
        if (closed || loaded) {
            return;
        }
        if (!isPulling()) {
            subscriber().want();
        } else if (!asked) {
            asked = true;
            subscriber().ask();
        }
    }

    /** The application does not take what is here: it is the broker's again, from the tag on that is returned. */
    long letGo() {
        final Delivery oldest = releases > 0 ? null : buffer.peek();
        if (oldest == null) {
            return BufferingHandler.NOTHING;
        }
        buffer.clear();
        return oldest.tag();
    }

    /** The broker has taken back what was asked for, unless it is here. */
    void askedNoMore() {
        asked = !buffer.isEmpty();
    }

    boolean isDrained() {
        return buffer.isEmpty();
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }

    void closeWhenReturned() {
        closeWhenReturned = true;
    }

    /** Whether {@link #closeWhenReturned} was called; once. */
    boolean takeCloseWhenReturned() {
        final boolean wanted = closeWhenReturned;
        closeWhenReturned = false;
        return wanted;
    }

    /** For a consumer that takes over what its predecessor on the same destination left. */
    void reopen() {
        closed = false;
        listener = null;
    }

    int generation() {
        return generation;
    }

    /** Everything that was delivered is being given back. */
    void releasing() {
        releases++;
        generation++;
        buffer.clear();
        unacknowledged.clear();
    }

    /** What comes from now on is new. */
    void released() {
        releases--;
        buffer.clear();
    }

    void forgetAll() {
        buffer.clear();
        running = null;
        unacknowledged.clear();
    }

    void enterReceive() {
        receivers++;
    }

    void leaveReceive() {
        receivers--;
    }

    void beginHanding() {
        handing++;
    }

    void endHanding() {
        handing--;
    }

    /** Whether no thread of the application is in the middle of receiving from here. */
    boolean isQuiet() {
        return receivers == 0 && handing == 0;
    }

    boolean isHanding() {
        return handing > 0;
    }
}
