package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The consumers of a session: made here, found by the numbers that frames name them with, taken along from one connection to
 * the next. Thread safe, but for what belongs to the event loop and says so.
 */
final class Subscribers {
    private final BrokerSession session;
    private final Requester requester;
    private final NamedDestinations destinations;

    private final Map<Integer, Subscriber> byNumber = new ConcurrentHashMap<>();
    private final AtomicInteger lastNumber = new AtomicInteger();

    // Event loop only.
    private @Nullable Delivery[] deliveries = new Delivery[64];

    Subscribers(final BrokerSession session, final Requester requester, final NamedDestinations destinations) {
        this.session = session;
        this.requester = requester;
        this.destinations = destinations;
    }

    /** See {@link BrokerSession#subscribe(Destination, Subscription, int, int, DeliveryHandler)}. */
    Subscriber subscribe(
            final Destination destination,
            final Subscription subscription,
            final int prefetchMessages,
            final int prefetchBytes,
            final DeliveryHandler handler)
            throws BrokerException {
        if (prefetchMessages < 0 || prefetchBytes < 1) {
            throw new IllegalArgumentException("a prefetch of " + prefetchMessages + " messages, " + prefetchBytes
                    + " bytes lets nothing through: they must be at least 0 and 1");
        }
        final int number = lastNumber.incrementAndGet();
        final Subscriber subscriber =
                new Subscriber(session, number, destination, subscription, prefetchMessages, prefetchBytes, handler);
        byNumber.put(number, subscriber);
        try {
            requester.ask(newest -> requester
                    .once(
                            newest,
                            subscriber.question(
                                    destinations.temporaries().numberNow(destination.number()),
                                    subscriber.firstCredit(),
                                    prefetchBytes),
                            ConsumingHeader.Subscribed.class)
                    .thenApply(answer -> {
                        // On the event loop, which hears later of the connection's loss.
                        subscriber.established();
                        return answer;
                    }));
            return subscriber;
        } catch (BrokerException e) {
            if (e.error() == ErrorCodes.DESTINATION) {
                destinations.forget();
            }
            if (e.error() > 0) {
                forget(subscriber);
            } else {
                // Without an answer the broker may know the consumer all the same.
                var unused = subscriber.close();
            }
            throw e;
        }
    }

    /** Who has this number, or null: it may be closed while frames for it are on their way. */
    @Nullable
    Subscriber get(final int number) {
        return byNumber.get(number);
    }

    Collection<Subscriber> all() {
        return byNumber.values();
    }

    void forget(final Subscriber subscriber) {
        byNumber.remove(subscriber.number());
    }

    /** The session has ended. */
    void forgetAll() {
        byNumber.clear();
    }

    /** Event loop: room for at least {@code count} deliveries, reused from frame to frame. */
    @Nullable
    Delivery[] deliveries(final int count) {
        if (deliveries.length < count) {
            deliveries = new Delivery[Math.max(count, 2 * deliveries.length)];
        }
        return deliveries;
    }

    /** Event loop: the broker stops, and is to know what the application was not given. */
    void giveBackUnseen() {
        for (final Subscriber each : byNumber.values()) {
            each.giveBackUnseen();
        }
    }

    /** Event loop: the connection is lost, and there will be another one; browsers end with the one they walk on. */
    void lost() {
        for (final Subscriber each : byNumber.values()) {
            if (each.subscription().type() == SubscriptionType.BROWSER) {
                forget(each);
            } else {
                each.lost();
            }
        }
    }

    /** Event loop of a new connection, where they were made again without credit: deliveries may come. */
    void goOn(final Link next) {
        for (final Subscriber each : byNumber.values()) {
            final int credit = each.isEstablished() ? each.firstCredit() : 0;
            if (credit > 0) {
                next.connection()
                        .write(RemotingCommand.control(
                                new ConsumingHeader.Flow(each.number(), credit, each.prefetchBytes(), 0), 0));
            }
        }
    }
}
