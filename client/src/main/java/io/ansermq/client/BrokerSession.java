package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ControlHeader.TransactionInfo;
import io.ansermq.remoting.protocol.ControlHeader.TransactionState;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.transport.Connection;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker: sends with pipelining, subscribes with credit, acknowledges in batches.
 *
 * <p>Thread safe. Callbacks, handlers and completions run on the session's event loop and must not block; methods that
 * wait for the broker throw {@link IllegalStateException} there. When the connection is lost everything that is pending
 * fails with {@link BrokerException#CONNECTION_LOST}; a session does not come back, connect a new one.
 */
public final class BrokerSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final int CLOSE_GRACE_MS = 1_000;

    private final Connection connection;
    private final ControlHeader.Connected broker;
    private final ClientOptions options;
    private final Flusher flusher;
    private final Sender sender;
    private final AckQueue acks;
    private final LargeBodies largeBodies;

    /** One entry per destination that the application named; kept as long as the session. */
    private final Map<DestinationKey, Destination> destinations = new ConcurrentHashMap<>();

    private final AtomicInteger destinationGeneration = new AtomicInteger();

    private final Map<Integer, Subscriber> subscribers = new ConcurrentHashMap<>();
    private final AtomicInteger lastConsumer = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable Consumer<BrokerException>> closedListener = new AtomicReference<>();

    /** Why the session ended, once it has; written by the event loop. */
    private volatile @Nullable BrokerException ended;

    // Event loop only.
    private @Nullable Delivery[] deliveries = new Delivery[64];

    private record DestinationKey(DestinationKind kind, String name) {}

    BrokerSession(final Connection connection, final ControlHeader.Connected broker, final ClientOptions options) {
        this.connection = connection;
        this.broker = broker;
        this.options = options;
        flusher = new Flusher(connection, this::flush);
        sender = new Sender(connection, flusher, broker, options);
        acks = new AckQueue(flusher);
        largeBodies = new LargeBodies(
                connection, broker.maxMessageBytes(), options.maxLargeMessageBytes(), options.requestTimeoutMs());
    }

    /**
     * Connects to the first address that leads to a broker; a name server on the way is asked for one.
     *
     * @throws BrokerException naming what was tried and what came of it
     */
    public static BrokerSession connect(final ClientOptions options) throws BrokerException {
        return new Connector(options).connect();
    }

    /** The name of the broker. */
    public String brokerName() {
        return broker.brokerName();
    }

    /** A number that all sessions with one run of one broker have, and no others. */
    public long brokerIncarnation() {
        return broker.incarnation();
    }

    /** The address of the broker. */
    public String remote() {
        return connection.remote();
    }

    /** The broker's number for this connection, as its log and {@code anser status} show it. */
    public long connectionId() {
        return broker.connectionId();
    }

    /** Whom messages of this connection name as their sender to those who want none of their own. */
    public String origin() {
        final String clientId = options.clientId();
        return clientId == null ? "#" + connectionId() : clientId;
    }

    /** The longest message body that the broker takes. */
    public int maxMessageBytes() {
        return broker.maxMessageBytes();
    }

    /**
     * The broker's number for a destination, which is made when it does not exist and the broker allows it. Asked for
     * once, then known.
     *
     * @throws BrokerException when the broker refuses, or the connection is lost
     */
    public Destination open(final DestinationKind kind, final String name) throws BrokerException {
        final DestinationKey key = new DestinationKey(kind, name);
        final Destination known = destinations.get(key);
        if (known != null) {
            return known;
        }
        final ControlHeader.DestinationOpened opened = await(
                request(new ControlHeader.OpenDestination(kind, name, true), ControlHeader.DestinationOpened.class));
        final Destination destination =
                new Destination(opened.destination(), kind, name, opened.topic().getBytes(StandardCharsets.UTF_8));
        destinations.put(key, destination);
        return destination;
    }

    /**
     * How often it turned out that a destination is gone: a {@link Destination} that was opened at another value may be
     * out of date, and {@link #open} finds out.
     */
    public int destinationGeneration() {
        return destinationGeneration.get();
    }

    /** One of them is gone; asks anew for whichever is used next. */
    void forgetDestinations() {
        destinations.clear();
        destinationGeneration.incrementAndGet();
    }

    /** A new queue or topic that ends with this session, and that it alone can subscribe to. */
    public Destination createTemporary(final DestinationKind kind) throws BrokerException {
        final ControlHeader.DestinationOpened opened =
                await(request(new ControlHeader.CreateTemporary(kind), ControlHeader.DestinationOpened.class));
        final Destination destination = new Destination(
                opened.destination(), kind, opened.topic(), opened.topic().getBytes(StandardCharsets.UTF_8));
        destinations.put(new DestinationKey(kind, destination.name()), destination);
        return destination;
    }

    /**
     * Ends a destination with all its messages and subscriptions.
     *
     * @throws BrokerException when there is none, when somebody consumes from it, or when it is another session's
     *     temporary one
     */
    public void delete(final DestinationKind kind, final String name) throws BrokerException {
        await(request(new ControlHeader.DeleteDestination(kind, name), ControlHeader.Done.class));
        destinations.remove(new DestinationKey(kind, name));
    }

    /**
     * Ends a durable subscription of this session's client ID, with all messages that wait for it.
     *
     * @throws BrokerException when there is none of this name, or it has a consumer
     */
    public void unsubscribe(final String name) throws BrokerException {
        await(request(new ControlHeader.Unsubscribe(name), ControlHeader.Done.class));
    }

    /**
     * Sends a message without waiting for the answer, which {@code callback} hears. Waits while the broker's send
     * window is used up, except on the event loop, where the window is exceeded instead.
     *
     * @return the number of this send; numbers start at 1 and have no gaps
     * @throws BrokerException when the message is too large, the session has ended, or there was no room within {@code
     *     sendTimeoutMs}; then nothing was sent and the callback is not called
     */
    public long send(final Destination destination, final OutgoingMessage message, final SendCallback callback)
            throws BrokerException {
        return sender.send(destination, message, callback);
    }

    /**
     * Sends a message and waits until the broker has stored it.
     *
     * @return the number of this send
     * @throws BrokerException when it was refused; with {@link BrokerException#TIMEOUT}, {@link
     *     BrokerException#INTERRUPTED}, {@link BrokerException#CONNECTION_LOST} or {@link BrokerException#CLOSED} it
     *     may or may not be stored
     */
    public long sendAndWait(final Destination destination, final OutgoingMessage message) throws BrokerException {
        failOnEventLoop();
        final SyncSend answer = new SyncSend(System::nanoTime);
        final long sequence = sender.send(destination, message, answer);
        answer.await(destination, options.sendTimeoutMs());
        return sequence;
    }

    /**
     * Stores the body of a message in parts when it is longer than {@code minLargeMessageBytes} of the options, and waits for
     * that; to be called before the message is sent, in whichever way.
     *
     * @return what to send: the message itself, or one with the list of the parts as its body
     * @throws BrokerException when the broker refuses, or the connection is lost
     */
    public OutgoingMessage withBodyStored(final OutgoingMessage message) throws BrokerException {
        if (message.bodyLength() <= options.minLargeMessageBytes()) {
            return message;
        }
        failOnEventLoop();
        return largeBodies.store(message);
    }

    /** Makes the plain consumer of a destination, see {@link #subscribe(Destination, Subscription, int, int, DeliveryHandler)}. */
    public Subscriber subscribe(
            final Destination destination,
            final int prefetchMessages,
            final int prefetchBytes,
            final DeliveryHandler handler)
            throws BrokerException {
        return subscribe(destination, Subscription.plain(destination.kind()), prefetchMessages, prefetchBytes, handler);
    }

    /**
     * Makes a consumer and waits for the broker to know it.
     *
     * @param subscription whose messages it takes
     * @param prefetchMessages how many deliveries may be on the way or wait here; 0: only what is asked for with
     *     {@link Subscriber#ask} and {@link Subscriber#pull}
     * @param prefetchBytes how many bytes of records may be, at least 1
     * @throws BrokerException when the broker refuses, or the connection is lost
     */
    public Subscriber subscribe(
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
        final int number = lastConsumer.incrementAndGet();
        final Subscriber subscriber =
                new Subscriber(this, number, destination, prefetchMessages, prefetchBytes, handler);
        subscribers.put(number, subscriber);
        try {
            await(request(
                    new ControlHeader.Subscribe(
                            number,
                            destination.number(),
                            subscription.type(),
                            subscription.name(),
                            subscription.selector(),
                            subscription.noLocal(),
                            prefetchMessages,
                            prefetchBytes),
                    ControlHeader.Subscribed.class));
            return subscriber;
        } catch (BrokerException e) {
            if (e.error() == ErrorCodes.DESTINATION) {
                forgetDestinations();
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

    /**
     * Sends all acknowledgements that wait, of all subscribers of this session.
     *
     * @return completes once they and all earlier ones are stored at the broker's flush level, with the number of those
     *     that were refused because the message was no longer this session's; fails with a {@link BrokerException}
     */
    public CompletableFuture<Integer> confirmAcks() {
        return acks.confirm();
    }

    // ---- Transactions

    /**
     * Commits a transaction with the rest or all of its work.
     *
     * @param onePhase whether it was not prepared
     * @return completes when it is stored; fails with a {@link BrokerException}: with a positive number nothing of it has
     *     happened, else {@link #transactionState} of another session knows
     */
    public CompletableFuture<Void> commit(final TransactionId id, final boolean onePhase, final WorkBatch work) {
        return done(request(
                new ControlHeader.Commit(id, onePhase, work.runs(), work.acks()),
                work.records(),
                ControlHeader.Done.class));
    }

    /**
     * Makes a branch ready for either outcome, with the rest or all of its work.
     *
     * @return completes with whether there was no work at all, so that there is nothing to commit
     */
    public CompletableFuture<Boolean> prepare(final TransactionId id, final WorkBatch work) {
        return request(
                        new ControlHeader.Prepare(id, work.runs(), work.acks()),
                        work.records(),
                        ControlHeader.Prepared.class)
                .thenApply(ControlHeader.Prepared::readOnly);
    }

    /**
     * Sends some work of a transaction ahead of its end; completes when the broker has it.
     *
     * @param timeoutMs when it is neither prepared nor committed so long after the first part, it can only be rolled back;
     *     0 for no limit
     */
    public CompletableFuture<Void> sendAhead(final TransactionId id, final int timeoutMs, final WorkBatch work) {
        return done(request(
                new ControlHeader.TransactionPart(id, timeoutMs, work.runs(), work.acks()),
                work.records(),
                ControlHeader.Done.class));
    }

    /** Undoes a transaction of which the broker has work. */
    public CompletableFuture<Void> rollback(final TransactionId id) {
        return done(request(new ControlHeader.Rollback(id), ControlHeader.Done.class));
    }

    /** Tells the broker that the heuristic outcome of a branch is known. */
    public CompletableFuture<Void> forget(final TransactionId id) {
        return done(request(new ControlHeader.Forget(id), ControlHeader.Done.class));
    }

    /** Decides about a transaction as an administrator. */
    public CompletableFuture<Void> resolve(final TransactionId id, final boolean commit) {
        return done(request(new ControlHeader.Resolve(id, commit), ControlHeader.Done.class));
    }

    /** What became of a transaction; a local one that was not committed cannot be committed any more after this. */
    public TransactionState transactionState(final TransactionId id) throws BrokerException {
        return await(request(new ControlHeader.GetTransactionStatus(id), ControlHeader.TransactionStatus.class))
                .state();
    }

    /** All branches that wait for their transaction manager. */
    public List<TransactionId> recover() throws BrokerException {
        final List<TransactionId> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            final TransactionId after = all.isEmpty() ? null : all.get(all.size() - 1);
            final ControlHeader.Recovered page =
                    await(request(new ControlHeader.Recover(after), ControlHeader.Recovered.class));
            all.addAll(page.transactions());
            more = page.more() && !page.transactions().isEmpty();
        }
        return all;
    }

    /** All transactions that the broker has something of. */
    public List<TransactionInfo> transactions() throws BrokerException {
        final List<TransactionInfo> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            final TransactionId after =
                    all.isEmpty() ? null : all.get(all.size() - 1).transaction();
            final ControlHeader.Transactions page =
                    await(request(new ControlHeader.ListTransactions(after), ControlHeader.Transactions.class));
            all.addAll(page.transactions());
            more = page.more() && !page.transactions().isEmpty();
        }
        return all;
    }

    private static CompletableFuture<Void> done(final CompletableFuture<ControlHeader.Done> answer) {
        return answer.thenRun(() -> {});
    }

    /**
     * What lies in a dead letter or expiry queue, a page at a time.
     *
     * @param lane with {@code offset}, where the page before said to go on; 0 and 0 at first
     */
    public ControlHeader.DeadLetters deadLetters(final String queue, final int lane, final long offset)
            throws BrokerException {
        return await(request(new ControlHeader.ListDeadLetters(queue, lane, offset), ControlHeader.DeadLetters.class));
    }

    /** Sends messages of a dead letter queue back, or throws them away; returns where to go on. */
    public ControlHeader.DeadLettersSettled settleDeadLetters(final ControlHeader.SettleDeadLetters request)
            throws BrokerException {
        return await(request(request, ControlHeader.DeadLettersSettled.class));
    }

    /** Asks for something that concerns the broker rather than messages: what administrators ask for. */
    public <T extends ControlHeader> T ask(final ControlHeader request, final Class<T> answer) throws BrokerException {
        return await(request(request, answer));
    }

    /** Sends what nothing answers. */
    void tell(final ControlHeader header) {
        connection.execute(() -> connection.write(RemotingCommand.control(header, 0)));
    }

    /** How the broker is. */
    public ControlHeader.Status status() throws BrokerException {
        return await(request(new ControlHeader.GetStatus(), ControlHeader.Status.class));
    }

    /**
     * Sets who is told, once, when the session ends by anything but its own {@link #close}. Called on the event loop;
     * at once on this thread when it has already happened.
     */
    public void onClosed(final Consumer<BrokerException> listener) {
        closedListener.set(listener);
        final BrokerException reason = ended;
        if (reason != null) {
            tellClosed(reason);
        }
    }

    /** Whether the session can be used. */
    public boolean isOpen() {
        return ended == null && !closing.get();
    }

    /**
     * Ends the session in order: what was sent and acknowledged goes out, the broker settles it and answers, then the
     * connection closes. Waits for all that at most {@code requestTimeoutMs}, except on the event loop, where it only
     * begins. When it returns every callback has been called. Later calls wait for the first one.
     */
    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            sender.refuseFurther(closedByApplication());
            var unused = askInOrder(
                    () -> {}, ControlHeader.Disconnect::new, () -> connection.close("closed by the application"));
        }
        if (!connection.inEventLoop()) {
            awaitClosed();
        }
    }

    private void awaitClosed() {
        try {
            if (!closed.await(options.requestTimeoutMs() + CLOSE_GRACE_MS, TimeUnit.MILLISECONDS)) {
                connection.close("the broker did not answer the goodbye");
            }
        } catch (InterruptedException e) {
            connection.close("interrupted while closing in order");
            Thread.currentThread().interrupt();
        }
    }

    // What Subscriber and the dispatcher use.

    LargeBodies largeBodies() {
        return largeBodies;
    }

    /** Runs something on the event loop. */
    void execute(final Runnable task) {
        connection.execute(task);
    }

    AckQueue acks() {
        return acks;
    }

    Sender sender() {
        return sender;
    }

    @Nullable
    Subscriber subscriber(final int number) {
        return subscribers.get(number);
    }

    void forget(final Subscriber subscriber) {
        subscribers.remove(subscriber.number());
    }

    /** Event loop: room for at least {@code count} deliveries, reused from frame to frame. */
    @Nullable
    Delivery[] deliveries(final int count) {
        if (deliveries.length < count) {
            deliveries = new Delivery[Math.max(count, 2 * deliveries.length)];
        }
        return deliveries;
    }

    /** Event loop: writes what was sent, then what was acknowledged, so that an answer is never behind its question. */
    void flush() {
        try {
            sender.flush();
            flushAcks();
        } catch (RuntimeException e) {
            // What was taken for this flush is lost, so the connection cannot go on as if it had been sent.
            LOG.error("{}: could not write what was sent", connection.remote(), e);
            connection.close("an error of the client, see its log");
        }
    }

    private void flushAcks() {
        final List<CompletableFuture<Integer>> confirmations = acks.takeConfirmations();
        final List<List<ConsumerAck>> frames = acks.take();
        if (confirmations.isEmpty()) {
            frames.forEach(frame -> connection.write(RemotingCommand.control(new ControlHeader.Ack(false, frame), 0)));
        } else {
            confirm(frames.isEmpty() ? List.of(List.of()) : frames, confirmations);
        }
    }

    private void confirm(final List<List<ConsumerAck>> frames, final List<CompletableFuture<Integer>> confirmations) {
        CompletableFuture<Integer> refused = CompletableFuture.completedFuture(0);
        for (final List<ConsumerAck> frame : frames) {
            refused = refused.thenCombine(
                    request(new ControlHeader.Ack(true, frame), ControlHeader.AckDone.class),
                    (sum, done) -> sum + done.refused());
        }
        var unused = refused.whenComplete(
                (sum, failure) -> confirmations.forEach(each -> Requests.complete(each, sum, failure)));
    }

    /**
     * On the event loop: {@code before}, then everything that waits, then a request that {@link ControlHeader.Done}
     * answers, then {@code after}, however it was answered.
     */
    CompletableFuture<Void> askInOrder(
            final Runnable before, final Supplier<ControlHeader> request, final Runnable after) {
        final CompletableFuture<Void> result = new CompletableFuture<>();
        connection.execute(() -> {
            before.run();
            flush();
            var unused = request(request.get(), ControlHeader.Done.class).whenComplete((done, failure) -> {
                after.run();
                Requests.complete(result, null, failure);
            });
        });
        final BrokerException reason = ended;
        if (reason != null) {
            // The event loop may be gone and the task with it.
            result.completeExceptionally(reason);
        }
        return result;
    }

    /** Sends a request; the future fails with a {@link BrokerException} unless the answer is of the type expected. */
    <T extends ControlHeader> CompletableFuture<T> request(final ControlHeader request, final Class<T> answerType) {
        return Requests.send(connection, request, answerType, options.requestTimeoutMs());
    }

    private <T extends ControlHeader> CompletableFuture<T> request(
            final ControlHeader request, final ByteBuf body, final Class<T> answerType) {
        return Requests.send(connection, request, body, answerType, options.requestTimeoutMs());
    }

    private <T> T await(final CompletableFuture<T> answer) throws BrokerException {
        failOnEventLoop();
        return Requests.await(answer);
    }

    private void failOnEventLoop() {
        if (connection.inEventLoop()) {
            throw new IllegalStateException("a callback runs on the event loop that the answer would come from:"
                    + " call this from a thread of your own");
        }
    }

    /** The connection is gone, and with it whatever the event loop was to do. Only the first call counts. */
    void connectionClosed(final @Nullable Throwable cause) {
        if (!gone.compareAndSet(false, true)) {
            return;
        }
        final BrokerException reason = closing.get() ? closedByApplication() : connectionLost(cause);
        ended = reason;
        acks.fail(reason);
        sender.fail(reason);
        subscribers.clear();
        tellClosed(reason);
        closed.countDown();
    }

    private void tellClosed(final BrokerException reason) {
        if (reason.error() == BrokerException.CLOSED) {
            return;
        }
        final Consumer<BrokerException> listener = closedListener.getAndSet(null);
        if (listener != null) {
            try {
                listener.accept(reason);
            } catch (RuntimeException e) {
                LOG.error("{}: the listener for the end of the session threw", connection.remote(), e);
            }
        }
    }

    private BrokerException connectionLost(final @Nullable Throwable cause) {
        final String text =
                "lost the connection to broker '" + broker.brokerName() + "' at " + connection.remote() + " ("
                        + connection.closeReason() + "); the fate of " + sender.unanswered()
                        + " unanswered sends is unknown: connect again";
        return cause == null
                ? new BrokerException(BrokerException.CONNECTION_LOST, text)
                : new BrokerException(BrokerException.CONNECTION_LOST, text, cause);
    }

    private static BrokerException closedByApplication() {
        return new BrokerException(BrokerException.CLOSED, "the session was closed by its application");
    }
}
