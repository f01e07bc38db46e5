package io.ansermq.jms.session;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.Destination;
import io.ansermq.client.OutgoingMessage;
import io.ansermq.client.SendCallback;
import io.ansermq.jms.destination.AnserDestination;
import io.ansermq.jms.message.ForeignMessages;
import io.ansermq.jms.message.JmsMessage;
import io.ansermq.jms.message.MessageCodec;
import io.ansermq.jms.message.MessageFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageFormatException;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages of one producer, of the classic or the simplified API: encodes them and chooses what to wait for.
 *
 * <p>A producer is used by one thread at a time; the lock makes the mistake of using it by two harmless to the encoder.
 */
final class Outlet {
    private final BrokerSession broker;
    private final Destinations destinations;
    private final MessageFactory messages;
    private final Completions completions;
    private final SendCallback unawaited;
    private final boolean awaitPersistent;
    private final boolean awaitNonPersistent;
    private final LongSupplier epochMsClock;
    private final Supplier<@Nullable Work> work;

    private final Completions.Source source = new Completions.Source();
    private final ReentrantLock lock = new ReentrantLock();

    // Guarded by lock.
    private final MessageCodec codec;
    private @Nullable AnserDestination lastDestination;
    private @Nullable Destination lastResolved;
    private int generation;

    /** {@code unawaited} hears of sends that nobody waits for; {@code work} has the transaction that sends belong to, if any. */
    Outlet(
            final BrokerSession broker,
            final MessageCodec codec,
            final Destinations destinations,
            final MessageFactory messages,
            final Completions completions,
            final SendCallback unawaited,
            final boolean awaitPersistent,
            final boolean awaitNonPersistent,
            final LongSupplier epochMsClock,
            final Supplier<@Nullable Work> work) {
        this.broker = broker;
        this.codec = codec;
        this.destinations = destinations;
        this.messages = messages;
        this.completions = completions;
        this.unawaited = unawaited;
        this.awaitPersistent = awaitPersistent;
        this.awaitNonPersistent = awaitNonPersistent;
        this.epochMsClock = epochMsClock;
        this.work = work;
    }

    /** Has the broker know the destination, so that one that it refuses is found early. */
    void resolve(final AnserDestination destination) throws JMSException {
        lock.lock();
        try {
            generation = broker.destinationGeneration();
            lastResolved = destinations.resolve(destination);
            lastDestination = destination;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Sends a message.
     *
     * @param listener makes the send asynchronous
     */
    void send(
            final AnserDestination to,
            final @Nullable Message message,
            final SendOptions options,
            final @Nullable CompletionListener listener)
            throws JMSException {
        if (message == null) {
            throw new MessageFormatException("there is no message to send: it is null");
        }
        final JmsMessage ours = message instanceof JmsMessage own ? own : ForeignMessages.copy(message, messages);
        final Destination destination;
        final OutgoingMessage encoded;
        lock.lock();
        try {
            if (!to.equals(lastDestination) || generation != broker.destinationGeneration()) {
                resolve(to);
            }
            destination = Objects.requireNonNull(lastResolved, "just resolved");
            encoded = codec.encode(
                    ours,
                    to,
                    options.deliveryMode(),
                    options.priority(),
                    options.timeToLiveMs(),
                    options.deliveryDelayMs(),
                    epochMsClock.getAsLong());
        } finally {
            lock.unlock();
        }
        if (ours != message) {
            ForeignMessages.copySendHeaders(ours, message);
        }
        final Work transaction = work.get();
        try {
            final OutgoingMessage record = broker.withBodyStored(encoded);
            if (transaction != null) {
                sendWithin(transaction, destination, record, message, listener);
            } else if (listener != null) {
                sendAsync(destination, record, message, listener);
            } else if (options.deliveryMode() == DeliveryMode.PERSISTENT ? awaitPersistent : awaitNonPersistent) {
                broker.sendAndWait(destination, record);
            } else {
                broker.send(destination, record, unawaited);
            }
        } catch (BrokerException e) {
            throw JmsErrors.ofSend(e);
        }
    }

    /** In a transaction a send is complete when it is part of it; whether it happens is the commit's business. */
    private void sendWithin(
            final Work transaction,
            final Destination destination,
            final OutgoingMessage record,
            final Message message,
            final @Nullable CompletionListener listener)
            throws BrokerException {
        transaction.send(destination, record);
        if (listener != null) {
            completions.begin(source);
            new AsyncSend(completions, source, message, listener).stored(0);
        }
    }

    private void sendAsync(
            final Destination destination,
            final OutgoingMessage record,
            final Message message,
            final CompletionListener listener)
            throws BrokerException {
        completions.begin(source);
        boolean accepted = false;
        try {
            broker.send(destination, record, new AsyncSend(completions, source, message, listener));
            accepted = true;
        } finally {
            if (!accepted) {
                completions.cancel(source);
            }
        }
    }

    /** Waits for the completion listeners of this producer. */
    void awaitCompletions() {
        completions.awaitAll(source);
    }

    /** Whether this thread is in a completion listener of this producer. */
    boolean isCallback() {
        return completions.isCallback(source);
    }
}
