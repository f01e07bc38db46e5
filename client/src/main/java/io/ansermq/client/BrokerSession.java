package io.ansermq.client;

import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.ControlHeader.SubscriptionType;
import io.ansermq.remoting.protocol.ControlHeader.TransactionInfo;
import io.ansermq.remoting.protocol.ControlHeader.TransactionState;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.remoting.transport.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a broker: sends with pipelining, subscribes with credit, acknowledges in batches.
 *
 * <p>Thread safe. Callbacks, handlers and completions run on the session's event loop and must not block; methods that
 * wait for the broker throw {@link IllegalStateException} there. When the connection is lost everything that is pending
 * fails with {@link BrokerException#CONNECTION_LOST}, and that is the end of the session.
 *
 * <p>Unless {@link ReconnectOptions} say that it comes back: then sends, acknowledgements and whoever waits for them live
 * through the loss of a connection and of the broker's process, each send is stored once, consumers go on
 * ({@link DeliveryHandler#onInterrupted}), and only requests about transactions fail. {@code docs/internals/client.md} says how.
 */
public final class BrokerSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final int CLOSE_GRACE_MS = 1_000;

    /** No destination has this number. */
    private static final int NOWHERE = 0;

    private static final int UNASKED = -1;

    private final ClientOptions options;
    private final Connector connector;
    private final Reconnector reconnector;

    /** The newest connection; when it is lost, {@link #reconnector} knows. Written by the event loop of the new one. */
    private volatile Link link;

    private final TemporaryNames temporaries = new TemporaryNames();

    /** The connection on which the broker got work of a transaction ahead, while that is not over. */
    private final Map<TransactionId, Integer> workAhead = new ConcurrentHashMap<>();

    private final Flusher flusher;
    private final Sender sender;
    private final AckQueue acks;

    /** One entry per destination that the application named; kept as long as the session. */
    private final Map<DestinationKey, Destination> destinations = new ConcurrentHashMap<>();

    /** By number; what was ever opened, so that it can be opened again. */
    private final Map<Integer, Destination> names = new ConcurrentHashMap<>();

    private final AtomicInteger destinationGeneration = new AtomicInteger();

    private final Map<Integer, Subscriber> subscribers = new ConcurrentHashMap<>();
    private final AtomicInteger lastConsumer = new AtomicInteger();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();
    private final AtomicReference<@Nullable LinkListener> linkListener = new AtomicReference<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final AtomicReference<@Nullable Consumer<BrokerException>> closedListener = new AtomicReference<>();

    private volatile SharedQueues.@Nullable Checker checker;

    /** Why the session ended, once it has; written by the event loop. */
    private volatile @Nullable BrokerException ended;

    // Event loop only.
    private @Nullable Delivery[] deliveries = new Delivery[64];

    private record DestinationKey(DestinationKind kind, String name) {}

    /** Hears of the session's connections, on an event loop or a thread of the session's own; must not block. */
    public interface LinkListener {
        /** One is lost, and the session tries to get another. */
        void interrupted(BrokerException reason);

        /** The session has another one, and everything goes on. */
        void restored();
    }

    /** What comes of a request when the connection is lost before it is answered, and the session comes back. */
    enum WhenLost {
        /** It is done: it was about giving something back to the broker, which has everything back. */
        DONE,
        /** It fails. */
        FAILS
    }

    private BrokerSession(final ClientOptions options, final Connector connector, final Connector.Opened opened) {
        this.options = options;
        this.connector = connector;
        link = new Link(opened.connection(), opened.greeting(), 1, options);
        reconnector = new Reconnector(
                options.reconnect(), () -> ThreadLocalRandom.current().nextDouble());
        flusher = new Flusher(this::flush);
        flusher.connect(opened.connection());
        sender = new Sender(link, flusher, options);
        acks = new AckQueue(flusher, reconnector.isEnabled());
    }

    /**
     * Connects to the first address that leads to a broker; a name server on the way is asked for one. Tries as often as the
     * {@link ReconnectOptions} say.
     *
     * @throws BrokerException naming what was tried and what came of it
     */
    public static BrokerSession connect(final ClientOptions options) throws BrokerException {
        final ReconnectOptions retries = options.reconnect();
        final Connector connector = new Connector(options, retries.enabled() ? newSession() : null);
        for (int attempt = 1; ; attempt++) {
            try {
                final Connector.Opened opened = connector.open();
                final BrokerSession session = new BrokerSession(options, connector, opened);
                opened.handler().attach(session, session.link);
                return session;
            } catch (BrokerException e) {
                final boolean again = e.error() == BrokerException.UNREACHABLE
                        || e.error() == BrokerException.TIMEOUT
                        || e.error() == BrokerException.CONNECTION_LOST
                        || e.error() == ErrorCodes.SHUTTING_DOWN;
                if (!again || (retries.startupAttempts() >= 0 && attempt > retries.startupAttempts())) {
                    throw e;
                }
                LOG.info("no broker yet, trying again: {}", e.getMessage());
                pause(retries.delayBeforeMs(
                        Math.min(attempt, 1_000), ThreadLocalRandom.current().nextDouble()));
            }
        }
    }

    private static void pause(final long delayMs) throws BrokerException {
        try {
            TimeUnit.MILLISECONDS.sleep(delayMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerException(BrokerException.INTERRUPTED, "interrupted while connecting", e);
        }
    }

    /** Nobody can guess it, for whoever knows it can take the session's place. */
    private static String newSession() {
        final byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        return ByteBufUtil.hexDump(random);
    }

    /** The name of the broker. */
    public String brokerName() {
        return link.greeting().brokerName();
    }

    /** A number that all sessions with one run of one broker have, and no others. */
    public long brokerIncarnation() {
        return link.greeting().incarnation();
    }

    /** The address of the broker. */
    public String remote() {
        return link.connection().remote();
    }

    /** The broker's number for this connection, as its log and {@code anser status} show it. */
    public long connectionId() {
        return link.greeting().connectionId();
    }

    /** Whom messages of this connection name as their sender to those who want none of their own. */
    public String origin() {
        final String clientId = options.clientId();
        return clientId == null ? "#" + connectionId() : clientId;
    }

    /** The longest message body that the broker takes. */
    public int maxMessageBytes() {
        return link.greeting().maxMessageBytes();
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
        final int generation = destinationGeneration.get();
        final ControlHeader.DestinationOpened opened =
                call(new ControlHeader.OpenDestination(kind, name, true), ControlHeader.DestinationOpened.class);
        final Destination destination =
                new Destination(opened.destination(), kind, name, opened.topic().getBytes(StandardCharsets.UTF_8));
        names.put(destination.number(), destination);
        if (generation == destinationGeneration.get()) {
            destinations.put(key, destination);
        }
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
                call(new ControlHeader.CreateTemporary(kind), ControlHeader.DestinationOpened.class);
        final Destination destination = new Destination(
                opened.destination(), kind, opened.topic(), opened.topic().getBytes(StandardCharsets.UTF_8));
        temporaries.created(destination);
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
        call(new ControlHeader.DeleteDestination(kind, name), ControlHeader.Done.class);
        temporaries.deleted(name);
        destinations.remove(new DestinationKey(kind, name));
    }

    /**
     * Ends a durable subscription of this session's client ID, with all messages that wait for it.
     *
     * @throws BrokerException when there is none of this name, or it has a consumer
     */
    public void unsubscribe(final String name) throws BrokerException {
        call(new ControlHeader.Unsubscribe(name), ControlHeader.Done.class);
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
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.sendTimeoutMs());
        while (true) {
            reconnector.awaitUp(deadlineNs);
            try {
                return link.largeBodies().store(message);
            } catch (BrokerException e) {
                if (!isToBeTriedAgain(e)) {
                    throw e;
                }
            }
        }
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
                new Subscriber(this, number, destination, subscription, prefetchMessages, prefetchBytes, handler);
        subscribers.put(number, subscriber);
        try {
            callOn(newest -> Requests.send(
                            newest.connection(),
                            subscriber.question(
                                    temporaries.numberNow(destination.number()), prefetchMessages, prefetchBytes),
                            ControlHeader.Subscribed.class,
                            options.requestTimeoutMs())
                    .thenApply(answer -> {
                        // On the event loop, which hears later of the connection's loss.
                        subscriber.established();
                        return answer;
                    }));
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
        final CompletableFuture<Integer> confirmation = acks.confirm();
        return reconnector.isEnabled() ? inTime(confirmation) : confirmation;
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
        return done(requestOf(
                id,
                true,
                work,
                new ControlHeader.Commit(id, onePhase, work.runs(), work.acks()),
                ControlHeader.Done.class));
    }

    /**
     * Makes a branch ready for either outcome, with the rest or all of its work.
     *
     * @return completes with whether there was no work at all, so that there is nothing to commit
     */
    public CompletableFuture<Boolean> prepare(final TransactionId id, final WorkBatch work) {
        return requestOf(
                        id,
                        true,
                        work,
                        new ControlHeader.Prepare(id, work.runs(), work.acks()),
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
        return done(requestOf(
                id,
                false,
                work,
                new ControlHeader.TransactionPart(id, timeoutMs, work.runs(), work.acks()),
                ControlHeader.Done.class));
    }

    /**
     * A request that carries work of a transaction, which must not go on without what an earlier connection has brought of
     * it, or with what an earlier connection has received.
     */
    private <T extends ControlHeader> CompletableFuture<T> requestOf(
            final TransactionId id,
            final boolean last,
            final WorkBatch work,
            final ControlHeader request,
            final Class<T> answerType) {
        final Link current = link;
        final Integer ahead = last ? workAhead.remove(id) : workAhead.putIfAbsent(id, current.number());
        final boolean torn = (ahead != null && ahead != current.number())
                || (work.linkNumber() != 0 && work.linkNumber() != current.number());
        if (torn) {
            return CompletableFuture.failedFuture(new BrokerException(
                    ErrorCodes.TRANSACTION_ROLLED_BACK,
                    "the connection was lost and restored meanwhile, and what transaction " + id
                            + " had received or sent before is not part of it any more"));
        }
        return Requests.send(current.connection(), request, work.records(), answerType, options.requestTimeoutMs());
    }

    /** The number of the session's connection, from 1 on. */
    int linkNumber() {
        return link.number();
    }

    /** Undoes a transaction of which the broker has work. */
    public CompletableFuture<Void> rollback(final TransactionId id) {
        workAhead.remove(id);
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
        return call(new ControlHeader.GetTransactionStatus(id), ControlHeader.TransactionStatus.class)
                .state();
    }

    /** All branches that wait for their transaction manager. */
    public List<TransactionId> recover() throws BrokerException {
        final List<TransactionId> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            final TransactionId after = all.isEmpty() ? null : all.get(all.size() - 1);
            final ControlHeader.Recovered page = call(new ControlHeader.Recover(after), ControlHeader.Recovered.class);
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
                    call(new ControlHeader.ListTransactions(after), ControlHeader.Transactions.class);
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
        return call(new ControlHeader.ListDeadLetters(queue, lane, offset), ControlHeader.DeadLetters.class);
    }

    /** Sends messages of a dead letter queue back, or throws them away; returns where to go on. */
    public ControlHeader.DeadLettersSettled settleDeadLetters(final ControlHeader.SettleDeadLetters request)
            throws BrokerException {
        return call(request, ControlHeader.DeadLettersSettled.class);
    }

    /** Asks for something that concerns the broker rather than messages: what administrators ask for. */
    public <T extends ControlHeader> T ask(final ControlHeader request, final Class<T> answer) throws BrokerException {
        return call(request, answer);
    }

    /** Sends what nothing answers. */
    void tell(final ControlHeader header) {
        execute(() -> link.connection().write(RemotingCommand.control(header, 0)));
    }

    /** How the broker is. */
    public ControlHeader.Status status() throws BrokerException {
        return call(new ControlHeader.GetStatus(), ControlHeader.Status.class);
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

    /** Sets who hears of connections that are lost and restored; of the last loss {@link #onClosed} tells instead. */
    public void onLink(final LinkListener listener) {
        linkListener.set(listener);
    }

    /** Whether the session comes back when it loses its connection. */
    public boolean comesBack() {
        return reconnector.isEnabled();
    }

    /** Whether there is a connection, as far as is known. */
    public boolean isConnected() {
        return reconnector.isUp();
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
            if (reconnector.closeIfDown(closedByApplication())) {
                end(closedByApplication());
            } else {
                final Connection last = link.connection();
                var unused = askInOrder(
                        () -> {},
                        ControlHeader.Disconnect::new,
                        () -> last.close("closed by the application"),
                        WhenLost.DONE);
            }
        }
        if (!link.connection().inEventLoop()) {
            awaitClosed();
        }
    }

    private void awaitClosed() {
        try {
            if (!closed.await(options.requestTimeoutMs() + CLOSE_GRACE_MS, TimeUnit.MILLISECONDS)) {
                link.connection().close("the broker did not answer the goodbye");
            }
        } catch (InterruptedException e) {
            link.connection().close("interrupted while closing in order");
            Thread.currentThread().interrupt();
        }
    }

    // What Subscriber and the dispatcher use.

    LargeBodies largeBodies() {
        return link.largeBodies();
    }

    /** Runs something on the event loop; while there is no connection, on that of the next one. */
    void execute(final Runnable task) {
        if (reconnector.keep(task)) {
            return;
        }
        final Link current = link;
        current.connection().execute(() -> {
            // Lost meanwhile, so that this event loop is not the session's any more.
            if ((current == link && !current.isClosed()) || !reconnector.keep(task)) {
                task.run();
            }
        });
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
            LOG.error("{}: could not write what was sent", link, e);
            link.connection().close("an error of the client, see its log");
        }
    }

    private void flushAcks() {
        final Connection connection = link.connection();
        final List<CompletableFuture<Integer>> confirmations = acks.takeConfirmations();
        final List<List<ConsumerAck>> frames = acks.take();
        if (confirmations.isEmpty()) {
            frames.forEach(frame -> connection.write(RemotingCommand.control(new ControlHeader.Ack(false, frame), 0)));
        } else {
            confirm(frames.isEmpty() ? List.of(List.of()) : frames, confirmations);
        }
        askWhatArrived();
    }

    /** One such question is under way at a time, be there ever so many acknowledgements. */
    private void askWhatArrived() {
        if (reconnector.isEnabled() && acks.askWhatArrived()) {
            var unused = request(new ControlHeader.Mark(), ControlHeader.Done.class)
                    .thenAccept(done -> {
                        acks.arrived();
                        askWhatArrived();
                    });
        }
    }

    private void confirm(final List<List<ConsumerAck>> frames, final List<CompletableFuture<Integer>> confirmations) {
        CompletableFuture<Integer> refused = CompletableFuture.completedFuture(0);
        for (final List<ConsumerAck> frame : frames) {
            refused = refused.thenCombine(
                    request(new ControlHeader.Ack(true, frame), ControlHeader.AckDone.class),
                    (sum, done) -> sum + done.refused());
        }
        var unused = refused.whenComplete((sum, failure) -> {
            if (failure != null && isToBeTriedAgain(failure)) {
                acks.waitForAgain(confirmations);
            } else {
                confirmations.forEach(each -> Requests.complete(each, sum, failure));
            }
        });
    }

    /**
     * On the event loop: {@code before}, then everything that waits, then a request that {@link ControlHeader.Done}
     * answers, then {@code after}, however it was answered. While there is no connection all of this waits for the next one;
     * what is {@link WhenLost#DONE} by the loss completes at once.
     */
    CompletableFuture<Void> askInOrder(
            final Runnable before,
            final Supplier<ControlHeader> request,
            final Runnable after,
            final WhenLost whenLost) {
        final CompletableFuture<Void> result = new CompletableFuture<>();
        execute(() -> {
            before.run();
            flush();
            var unused = request(request.get(), ControlHeader.Done.class).whenComplete((done, failure) -> {
                after.run();
                final boolean lost = failure != null && isToBeTriedAgain(failure);
                Requests.complete(result, null, lost && whenLost == WhenLost.DONE ? null : failure);
            });
        });
        final BrokerException reason = ended;
        if (reason != null) {
            // The event loop may be gone and the task with it.
            result.completeExceptionally(reason);
        } else if (!reconnector.isUp()) {
            if (whenLost == WhenLost.DONE) {
                result.complete(null);
            } else {
                result.completeExceptionally(lostMeanwhile());
            }
        }
        return result;
    }

    private static BrokerException lostMeanwhile() {
        return new BrokerException(BrokerException.CONNECTION_LOST, "the connection was lost, and is not restored yet");
    }

    /** Sends a request; the future fails with a {@link BrokerException} unless the answer is of the type expected. */
    <T extends ControlHeader> CompletableFuture<T> request(final ControlHeader request, final Class<T> answerType) {
        return Requests.send(link.connection(), request, answerType, options.requestTimeoutMs());
    }

    /** Asks and waits; when the connection is lost meanwhile and restored in time, asks again. */
    private <T extends ControlHeader> T call(final ControlHeader request, final Class<T> answerType)
            throws BrokerException {
        return callOn(newest -> Requests.send(newest.connection(), request, answerType, options.requestTimeoutMs()));
    }

    /** Asks for an answer with a body. */
    <T extends ControlHeader> T ask(
            final ControlHeader request, final Class<T> answerType, final Consumer<ByteBuf> answerBody)
            throws BrokerException {
        return callOn(newest -> Requests.send(
                newest.connection(),
                request,
                Unpooled.EMPTY_BUFFER,
                answerType,
                answerBody,
                options.requestTimeoutMs()));
    }

    /** Sets who is asked about half messages. */
    void checker(final SharedQueues.Checker newChecker) {
        checker = newChecker;
    }

    /** Event loop: the broker asks about a half message. */
    void check(final ControlHeader.CheckTransaction question, final ByteBuf record) {
        final SharedQueues.Checker current = checker;
        if (current == null || !record.isReadable()) {
            return;
        }
        final byte[] data = new byte[record.readableBytes()];
        record.readBytes(data);
        final @Nullable Delivery[] half = new Delivery[1];
        Delivery.split(data, 1, 1, half);
        try {
            current.check(question, Objects.requireNonNull(half[0], "just split"));
        } catch (RuntimeException e) {
            LOG.error("{}: could not ask about half message {}", link, question.transaction(), e);
        }
    }

    private <T> T callOn(final Function<Link, CompletableFuture<T>> question) throws BrokerException {
        failOnEventLoop();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.requestTimeoutMs());
        while (true) {
            final Link current = link;
            try {
                return Requests.await(question.apply(current));
            } catch (BrokerException e) {
                if (!isToBeTriedAgain(e)) {
                    throw e;
                }
                awaitAnother(current, deadlineNs);
            }
        }
    }

    /** Waits until there is a connection that is not this one. */
    private void awaitAnother(final Link lost, final long deadlineNs) throws BrokerException {
        // That it is lost may be known here before the event loop has told.
        while (lost == link) {
            reconnector.awaitUp(deadlineNs);
            if (lost == link) {
                LockSupport.parkNanos(1_000_000);
                if (System.nanoTime() >= deadlineNs) {
                    throw lostMeanwhile();
                }
            }
        }
        reconnector.awaitUp(deadlineNs);
    }

    private boolean isToBeTriedAgain(final Throwable failure) {
        final Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return reconnector.isEnabled()
                && !closing.get()
                && ended == null
                && cause instanceof BrokerException e
                && e.error() == BrokerException.CONNECTION_LOST;
    }

    /** Fails when there is no answer in time, be it for want of a connection. */
    private <T> CompletableFuture<T> inTime(final CompletableFuture<T> answer) {
        final CompletableFuture<T> result = new CompletableFuture<>();
        var unused = answer.copy()
                .orTimeout(options.requestTimeoutMs(), TimeUnit.MILLISECONDS)
                .whenComplete((value, failure) -> {
                    final boolean late = failure instanceof TimeoutException;
                    Requests.complete(
                            result,
                            value,
                            late
                                    ? new BrokerException(
                                            BrokerException.TIMEOUT,
                                            "no answer within " + options.requestTimeoutMs()
                                                    + " ms, the connection being lost meanwhile or not")
                                    : failure);
                });
        return result;
    }

    private void failOnEventLoop() {
        if (link.connection().inEventLoop()) {
            throw new IllegalStateException("a callback runs on the event loop that the answer would come from:"
                    + " call this from a thread of your own");
        }
    }

    // ---- The end of a connection

    /** A connection is gone, and with it whatever its event loop was to do. Called on that, or by whoever opens it. */
    void connectionClosed(final Link gone, final @Nullable Throwable cause) {
        gone.closed();
        if (gone != link) {
            // It never was the session's, and whoever was to make it so finds out.
            return;
        }
        final BrokerException reason = closing.get() ? closedByApplication() : connectionLost(cause);
        flusher.disconnect();
        if (!reconnector.isEnabled()) {
            end(reason);
            return;
        }
        subscribers.values().removeIf(each -> each.subscription().type() == SubscriptionType.BROWSER);
        subscribers.values().forEach(Subscriber::lost);
        if (reconnector.lost(reason, new Restoration())) {
            tell(listener -> listener.interrupted(reason));
        } else {
            end(closing.get() ? closedByApplication() : reason);
        }
    }

    private void tell(final Consumer<LinkListener> what) {
        final LinkListener listener = linkListener.get();
        if (listener != null) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("{}: a listener for connections threw", link, e);
            }
        }
    }

    /** The end of the session. Only the first call counts. */
    private void end(final BrokerException reason) {
        if (!gone.compareAndSet(false, true)) {
            return;
        }
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
                LOG.error("{}: the listener for the end of the session threw", link, e);
            }
        }
    }

    private BrokerException connectionLost(final @Nullable Throwable cause) {
        final boolean again = reconnector.isEnabled();
        final String text =
                "lost the connection to " + link + " (" + link.connection().closeReason() + "); "
                        + (again
                                ? sender.unanswered() + " unanswered sends wait for it to be restored"
                                : "the fate of " + sender.unanswered() + " unanswered sends is unknown: connect again");
        return cause == null
                ? new BrokerException(BrokerException.CONNECTION_LOST, text)
                : new BrokerException(BrokerException.CONNECTION_LOST, text, cause);
    }

    private static BrokerException closedByApplication() {
        return new BrokerException(BrokerException.CLOSED, "the session was closed by its application");
    }

    // ---- Another connection

    /** Brings the session to another connection; on the reconnecting thread, which waits for each answer. */
    private final class Restoration implements Reconnector.Restorer {
        @Override
        public void restore() throws BrokerException {
            final Connector.Opened opened = connector.open();
            final Link next = new Link(opened.connection(), opened.greeting(), link.number() + 1, options);
            opened.handler().attach(BrokerSession.this, next);
            boolean done = false;
            try {
                restoreOn(next);
                done = true;
            } finally {
                if (!done) {
                    next.connection().close("the session could not be restored on it");
                }
            }
        }

        private void restoreOn(final Link next) throws BrokerException {
            final ControlHeader.Resumed resumed =
                    ask(next, new ControlHeader.Resume(sender.firstUnanswered()), ControlHeader.Resumed.class);
            final Map<Integer, Integer> changed = new HashMap<>();
            temporaries.restore(changed, request -> ask(next, request, ControlHeader.DestinationOpened.class)
                    .destination());
            sender.destinations(number -> changed.putIfAbsent(number, UNASKED));
            for (final Subscriber each : subscribers.values()) {
                changed.putIfAbsent(each.destination().number(), UNASKED);
            }
            for (final Map.Entry<Integer, Integer> each : changed.entrySet()) {
                if (each.getValue() == UNASKED) {
                    each.setValue(openAgain(next, each.getKey()));
                }
            }
            acks.beginAgain();
            final long run = link.greeting().run();
            int refused = 0;
            for (final Subscriber each : subscribers.values()) {
                if (each.isEstablished()) {
                    refused += subscribeAgain(next, each, changed, run);
                }
            }
            final CompletableFuture<Boolean> activated = new CompletableFuture<>();
            next.connection().execute(() -> activate(next, resumed, changed, activated));
            if (Boolean.TRUE.equals(Requests.await(inTime(activated)))) {
                acks.endAgain(refused);
                LOG.info("restored the connection to {}", next);
                tell(LinkListener::restored);
            }
        }

        private int openAgain(final Link next, final int number) throws BrokerException {
            final Destination before = names.get(number);
            if (before == null) {
                return number;
            }
            try {
                final ControlHeader.DestinationOpened opened = ask(
                        next,
                        new ControlHeader.OpenDestination(before.kind(), before.name(), true),
                        ControlHeader.DestinationOpened.class);
                names.put(opened.destination(), before);
                return opened.destination();
            } catch (BrokerException e) {
                if (e.error() == ErrorCodes.DESTINATION || e.error() == ErrorCodes.AUTHORIZATION) {
                    // Whoever has sent to it hears that from the broker.
                    return NOWHERE;
                }
                throw e;
            }
        }

        private int subscribeAgain(
                final Link next, final Subscriber subscriber, final Map<Integer, Integer> changed, final long run)
                throws BrokerException {
            final int number = subscriber.destination().number();
            ask(next, subscriber.question(changed.getOrDefault(number, number), 0, 0), ControlHeader.Subscribed.class);
            int refused = 0;
            for (final PendingAcks.Again again : acks.beginAgain(subscriber.pendingAcks(), run)) {
                for (int from = 0; from < again.ranges().size(); from += AckQueue.MAX_RANGES_PER_FRAME) {
                    final int to = Math.min(again.ranges().size(), from + AckQueue.MAX_RANGES_PER_FRAME);
                    refused += ask(
                                    next,
                                    new ControlHeader.AcknowledgeAgain(
                                            subscriber.number(),
                                            again.run(),
                                            again.ranges().subList(from, to)),
                                    ControlHeader.AckDone.class)
                            .refused();
                }
            }
            acks.endAgain(subscriber.pendingAcks());
            return refused;
        }

        private <T extends ControlHeader> T ask(final Link next, final ControlHeader request, final Class<T> answerType)
                throws BrokerException {
            return Requests.await(Requests.send(next.connection(), request, answerType, options.requestTimeoutMs()));
        }

        /** Event loop of the new connection: from here on it is the session's. */
        private void activate(
                final Link next,
                final ControlHeader.Resumed resumed,
                final Map<Integer, Integer> changed,
                final CompletableFuture<Boolean> activated) {
            if (next.isClosed()) {
                activated.completeExceptionally(lostMeanwhile());
                return;
            }
            link = next;
            if (!reconnector.restored()) {
                next.connection().close("the session was closed meanwhile");
                activated.complete(false);
                return;
            }
            // Their numbers may be others at another broker; whoever uses one next asks.
            forgetDestinations();
            try {
                sender.goOn(next, resumed, changed);
                for (final Subscriber each : subscribers.values()) {
                    if (each.isEstablished() && each.prefetchMessages() > 0) {
                        next.connection()
                                .write(RemotingCommand.control(
                                        new ControlHeader.Flow(
                                                each.number(), each.prefetchMessages(), each.prefetchBytes(), 0),
                                        0));
                    }
                }
                flusher.connect(next.connection());
                for (Runnable kept = reconnector.nextKept(); kept != null; kept = reconnector.nextKept()) {
                    kept.run();
                }
                flush();
            } catch (RuntimeException e) {
                LOG.error("{}: could not go on", next, e);
                next.connection().close("an error of the client, see its log");
            }
            activated.complete(true);
        }

        @Override
        public void gaveUp(final BrokerException reason) {
            end(reason);
        }
    }
}
