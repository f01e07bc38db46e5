package io.ansermq.jms.session;

import io.ansermq.client.Delivery;
import io.ansermq.client.Destination;
import io.ansermq.client.Subscriber;
import io.ansermq.client.Subscription;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.destination.AnserQueue;
import io.ansermq.jms.message.JmsMessage;
import io.ansermq.remoting.protocol.ConsumingHeader.SubscriptionType;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import jakarta.jms.Queue;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the messages of a queue and leaves them there (Jakarta Messaging 3.1, section 4.1.4). Each enumeration sees the
 * queue as it is when it is asked for: in order, with what consumers hold and have not acknowledged, and nothing that is
 * sent later. Used by one thread at a time, except {@link #close}.
 */
final class JmsBrowser implements QueueBrowser {
    private final Inboxes inboxes;
    private final Intake intake;
    private final AnserDestination queue;
    private final Destination resolved;
    private final Subscription subscription;
    private final int messages;
    private final int bytes;
    private final Lifetime lifetime;
    private final List<Walk> walks = new CopyOnWriteArrayList<>();

    /** Asks the broker at once, so that a wrong selector is found here. */
    JmsBrowser(
            final Inboxes inboxes,
            final Intake intake,
            final AnserDestination queue,
            final Destination resolved,
            final @Nullable String selector,
            final int messages,
            final int bytes,
            final Lifetime session)
            throws JMSException {
        this.inboxes = inboxes;
        this.intake = intake;
        this.queue = queue;
        this.resolved = resolved;
        this.messages = messages;
        this.bytes = bytes;
        subscription = new Subscription(SubscriptionType.BROWSER, null, selector, false);
        lifetime = new Lifetime("browser", session);
        new Walk().end();
    }

    @Override
    public @Nullable Queue getQueue() throws JMSException {
        lifetime.requireOpen();
        return queue instanceof AnserQueue known ? known : null;
    }

    @Override
    public @Nullable String getMessageSelector() throws JMSException {
        lifetime.requireOpen();
        return subscription.selector();
    }

    @Override
    @SuppressWarnings("JdkObsolete") // What the API has.
    public Enumeration<?> getEnumeration() throws JMSException {
        lifetime.requireOpen();
        final Walk walk = new Walk();
        walks.add(walk);
        if (!lifetime.isOpen()) {
            // By another thread, which may not have met it.
            walk.end();
            lifetime.requireOpen();
        }
        return walk;
    }

    @Override
    public void close() throws JMSException {
        final boolean wasOpen = lifetime.isOpen();
        if (lifetime.close() && wasOpen) {
            for (final Walk walk : walks) {
                walk.end();
            }
        }
    }

    /** One walk over the queue. Deliveries come on the event loop, {@code fetch} says when there are no more. */
    @SuppressWarnings("JdkObsolete") // What the API has.
    private final class Walk implements Enumeration<JmsMessage> {
        private final ConcurrentLinkedQueue<Delivery> arrived = new ConcurrentLinkedQueue<>();
        private final Subscriber subscriber;
        private @Nullable JmsMessage next;
        private boolean ended;

        Walk() throws JMSException {
            subscriber = inboxes.browse(resolved, subscription, messages, bytes, (from, batch, count) -> {
                for (int i = 0; i < count; i++) {
                    arrived.add(batch[i]);
                }
            });
        }

        @Override
        public boolean hasMoreElements() {
            while (next == null && !ended) {
                final Delivery delivery = arrived.poll();
                if (delivery != null) {
                    subscriber.handed(delivery);
                    next = intake.browsed(delivery, queue);
                } else if (!lifetime.isOpen()) {
                    ended = true;
                } else {
                    fetch();
                }
            }
            return next != null;
        }

        @Override
        public JmsMessage nextElement() {
            if (!hasMoreElements() || next == null) {
                throw new NoSuchElementException("there are no more messages");
            }
            final JmsMessage message = next;
            next = null;
            return message;
        }

        private void fetch() {
            try {
                Calls.await(subscriber.fetch());
                if (arrived.isEmpty()) {
                    end();
                }
            } catch (JMSException e) {
                ended = true;
                throw new JMSRuntimeException(e.getMessage(), e.getErrorCode(), e);
            }
        }

        void end() throws JMSException {
            ended = true;
            walks.remove(this);
            inboxes.endBrowse(subscriber);
        }
    }
}
