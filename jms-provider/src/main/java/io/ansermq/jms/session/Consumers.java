package io.ansermq.jms.session;

import io.ansermq.client.Subscription;
import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import jakarta.jms.Destination;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Topic;
import org.jspecify.annotations.Nullable;

/**
 * Makes the consumers of one session, whichever of its many methods asks: what each kind may be made of (Jakarta Messaging
 * 3.1, sections 4.2 and 4.3) is said here, what they then do in {@link JmsConsumer}. Used as its session is, by one thread at
 * a time. That the session is open and of the right domain is checked by the session.
 */
@SuppressWarnings("DoNotCallSuggester") // What cannot be made yet throws.
final class Consumers {
    private final ConnectionSettings settings;
    private final Destinations destinations;
    private final Inboxes inboxes;
    private final Intake intake;
    private final Listeners listeners;
    private final Lifetime session;

    Consumers(
            final ConnectionSettings settings,
            final Destinations destinations,
            final Inboxes inboxes,
            final Intake intake,
            final Listeners listeners,
            final Lifetime session) {
        this.settings = settings;
        this.destinations = destinations;
        this.inboxes = inboxes;
        this.intake = intake;
        this.listeners = listeners;
        this.session = session;
    }

    /** Of a queue, or an unshared subscription that ends with its consumer. Of a queue {@code noLocal} means nothing. */
    JmsConsumer plain(
            final @Nullable Destination destination, final @Nullable String messageSelector, final boolean noLocal)
            throws JMSException {
        final AnserDestination from = Destinations.require(destination);
        return from.isQueue()
                ? subscribe(from, SubscriptionType.QUEUE, null, messageSelector, false)
                : subscribe(from, SubscriptionType.VOLATILE, null, messageSelector, noLocal);
    }

    /** Of a shared subscription that ends with its last consumer. */
    JmsConsumer shared(final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector)
            throws JMSException {
        return named(topic, SubscriptionType.SHARED, name, messageSelector, false);
    }

    /** Of an unshared durable subscription, which is made or changed when it is not as said. */
    JmsConsumer durable(
            final @Nullable Topic topic,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        return named(topic, SubscriptionType.DURABLE, name, messageSelector, noLocal);
    }

    /** Of a shared durable subscription, which is made or changed when it is not as said. */
    JmsConsumer sharedDurable(
            final @Nullable Topic topic, final @Nullable String name, final @Nullable String messageSelector)
            throws JMSException {
        return named(topic, SubscriptionType.SHARED_DURABLE, name, messageSelector, false);
    }

    private JmsConsumer named(
            final @Nullable Topic topic,
            final SubscriptionType type,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        return subscribe(requireNamed(topic, name), type, name, messageSelector, noLocal);
    }

    /** What may have a named subscription, with a name that it may have. */
    static AnserDestination requireNamed(final @Nullable Destination topic, final @Nullable String name)
            throws JMSException {
        final AnserDestination from = Destinations.require(topic);
        if (from.isQueue()) {
            throw new InvalidDestinationException(from + " is a queue: only topics have subscriptions");
        }
        if (name == null || name.isEmpty()) {
            throw new JMSException("a subscription needs a name that is not empty");
        }
        return from;
    }

    private JmsConsumer subscribe(
            final AnserDestination from,
            final SubscriptionType type,
            final @Nullable String name,
            final @Nullable String messageSelector,
            final boolean noLocal)
            throws JMSException {
        final Inbox inbox = inboxes.subscribe(
                from,
                destinations.resolve(from),
                new Subscription(type, name, selector(messageSelector), noLocal),
                from.isQueue() ? settings.queuePrefetch() : settings.topicPrefetch(),
                settings.prefetchBytes());
        return new JmsConsumer(inboxes, intake, listeners, inbox, session);
    }

    /** An empty selector is none: section 3.8.1.1. */
    static @Nullable String selector(final @Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    /** Ends a durable subscription of this client. */
    void unsubscribe(final @Nullable String name) throws JMSException {
        if (name == null || name.isEmpty()) {
            throw new InvalidDestinationException("there is no durable subscription without a name");
        }
        inboxes.unsubscribe(name);
    }

    /** Looks at a queue without consuming. */
    QueueBrowser browser(final @Nullable Queue queue, final @Nullable String messageSelector) throws JMSException {
        final AnserDestination from = Destinations.require(queue);
        return new JmsBrowser(
                inboxes,
                intake,
                from,
                destinations.resolve(from),
                selector(messageSelector),
                Math.max(1, settings.queuePrefetch()),
                settings.prefetchBytes(),
                session);
    }
}
