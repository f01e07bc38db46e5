package io.ansermq.client;

import io.ansermq.remoting.protocol.ConnectionHeader;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.ControlHeader;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.remoting.protocol.DestinationHeader;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.ansermq.remoting.transport.Connection;
import io.ansermq.remoting.transport.SystemClock;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * fails with {@link BrokerException#CONNECTION_LOST}, and that is the end of the session.
 *
 * <p>Unless {@link ReconnectOptions} say that it comes back: then sends, acknowledgements and whoever waits for them live
 * through the loss of a connection and of the broker's process, each send is stored once, consumers go on
 * ({@link DeliveryHandler#onInterrupted}), and only requests about transactions fail. {@code docs/internals/client.md} says how.
 */
public final class BrokerSession implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerSession.class);
    private static final int CLOSE_GRACE_MS = 1_000;

    private final ClientOptions options;
    private final Connector connector;
    private final Reconnector reconnector;

    /** The newest connection; when it is lost, {@link #reconnector} knows. Written by the event loop of the new one. */
    private volatile Link link;

    private final Requester requester;
    private final Transactions transactions;
    private final NamedDestinations destinations;
    private final Flusher flusher;
    private final Sender sender;
    private final AckQueue acks;
    private final Acknowledger acknowledger;

    private final Subscribers subscribers;
    private final AtomicBoolean closing = new AtomicBoolean();
    private final AtomicBoolean gone = new AtomicBoolean();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final SessionListeners listeners;

    /** Why the session ended, once it has; written by the event loop. */
    private volatile @Nullable BrokerException ended;

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
        final Supplier<Link> newest = () -> link;
        listeners = new SessionListeners(newest);
        reconnector = new Reconnector(options.reconnect());
        requester = new Requester(this, newest, reconnector, options.requestTimeoutMs());
        transactions = new Transactions(newest, requester);
        destinations = new NamedDestinations(requester);
        subscribers = new Subscribers(this, requester, destinations);
        flusher = new Flusher(this);
        flusher.connect(opened.connection());
        sender = new Sender(link, flusher, options);
        acks = new AckQueue(flusher, reconnector.isEnabled());
        acknowledger = new Acknowledger(acks, newest, requester, reconnector.isEnabled());
    }

    /**
     * Connects to the first address that leads to a broker; a name server on the way is asked for one. Tries as often as the
     * {@link ReconnectOptions} say.
     *
     * @throws BrokerException naming what was tried and what came of it
     */
    public static BrokerSession connect(final ClientOptions options) throws BrokerException {
        final Connector connector = Connector.of(options);
        final Connector.Opened opened = connector.openFirst();
        final BrokerSession session = new BrokerSession(options, connector, opened);
        opened.handler().attach(session, session.link);
        return session;
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
        return destinations.open(kind, name);
    }

    /**
     * How often it turned out that a destination is gone: a {@link Destination} that was opened at another value may be
     * out of date, and {@link #open} finds out.
     */
    public int destinationGeneration() {
        return destinations.generation();
    }

    /** One of them is gone; asks anew for whichever is used next. */
    void forgetDestinations() {
        destinations.forget();
    }

    /** A new queue or topic that ends with this session, and that it alone can subscribe to. */
    public Destination createTemporary(final DestinationKind kind) throws BrokerException {
        return destinations.createTemporary(kind);
    }

    /**
     * Ends a destination with all its messages and subscriptions.
     *
     * @throws BrokerException when there is none, when somebody consumes from it, or when it is another session's
     *     temporary one
     */
    public void delete(final DestinationKind kind, final String name) throws BrokerException {
        destinations.delete(kind, name);
    }

    /**
     * Ends a durable subscription of this session's client ID, with all messages that wait for it.
     *
     * @throws BrokerException when there is none of this name, or it has a consumer
     */
    public void unsubscribe(final String name) throws BrokerException {
        requester.ask(new DestinationHeader.Unsubscribe(name), ConnectionHeader.Done.class);
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
        requester.failOnEventLoop();
        final SyncSend answer = new SyncSend(SystemClock.NANOS);
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
        requester.failOnEventLoop();
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(options.sendTimeoutMs());
        while (true) {
            reconnector.awaitUp(deadlineNs);
            try {
                return link.largeBodies().store(message);
            } catch (BrokerException e) {
                if (!requester.isToBeTriedAgain(e)) {
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
        return subscribers.subscribe(destination, subscription, prefetchMessages, prefetchBytes, handler);
    }

    /**
     * Sends all acknowledgements that wait, of all subscribers of this session.
     *
     * @return completes once they and all earlier ones are stored at the broker's flush level, accepted or refused; fails with a
     *     {@link BrokerException}
     */
    public CompletableFuture<Void> confirmAcks() {
        return confirm(List.of()).thenAccept(refused -> {});
    }

    /**
     * Acknowledges offsets of some of this session's subscribers and asks what came of these. What is of a subscriber that is
     * being closed counts as refused, for it goes back to the broker; what comes before the close goes out before it.
     *
     * @return completes once they are stored at the broker's flush level, with the number of those that were refused because
     *     the message was no longer this subscriber's; fails with a {@link BrokerException}
     */
    public CompletableFuture<Integer> acknowledge(final Map<Subscriber, List<OffsetRange>> received) {
        final List<Confirmation.Part> parts = new ArrayList<>(received.size());
        for (final Map.Entry<Subscriber, List<OffsetRange>> each : received.entrySet()) {
            parts.add(new Confirmation.Part(each.getKey().pendingAcks(), List.copyOf(each.getValue())));
        }
        return confirm(parts);
    }

    private CompletableFuture<Integer> confirm(final List<Confirmation.Part> parts) {
        final CompletableFuture<Integer> confirmation = acks.confirm(parts);
        return reconnector.isEnabled() ? requester.inTime(confirmation) : confirmation;
    }

    /** What the session does in transactions. */
    public Transactions transactions() {
        return transactions;
    }

    /** The number of the session's connection, from 1 on. */
    int linkNumber() {
        return link.number();
    }

    /** Asks for something that concerns the broker rather than messages: what administrators ask for. */
    public <T extends ControlHeader> T ask(final ControlHeader request, final Class<T> answer) throws BrokerException {
        return requester.ask(request, answer);
    }

    /** Asks for an answer with a body. */
    <T extends ControlHeader> T ask(
            final ControlHeader request, final Class<T> answerType, final Consumer<ByteBuf> answerBody)
            throws BrokerException {
        return requester.ask(request, answerType, answerBody);
    }

    /** Sends what nothing answers. */
    void tell(final ControlHeader header) {
        execute(() -> link.connection().write(RemotingCommand.control(header, 0)));
    }

    /** How the broker is. */
    public ConnectionHeader.Status status() throws BrokerException {
        return requester.ask(new ConnectionHeader.GetStatus(), ConnectionHeader.Status.class);
    }

    /**
     * Sets who is told, once, when the session ends by anything but its own {@link #close}. Called on the event loop;
     * at once on this thread when it has already happened.
     */
    public void onClosed(final Consumer<BrokerException> listener) {
        listeners.onEnd(listener);
        final BrokerException reason = ended;
        if (reason != null) {
            listeners.ended(reason);
        }
    }

    /** Sets who hears of connections that are lost and restored; of the last loss {@link #onClosed} tells instead. */
    public void onLink(final LinkListener listener) {
        listeners.onLink(listener);
    }

    /** Whether the session comes back when it loses its connection. */
    public boolean comesBack() {
        return reconnector.isEnabled();
    }

    /**
     * From now on a connection that is lost is not restored, and without one the session ends at once: for who will {@link #close}
     * it, and waits before that for what is not answered.
     */
    public void comeBackNoMore() {
        if (reconnector.giveUp(closedByApplication())) {
            end(closedByApplication());
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
            if (reconnector.giveUp(closedByApplication())) {
                end(closedByApplication());
            } else {
                final Connection last = link.connection();
                var unused = askInOrder(
                        () -> {},
                        ConnectionHeader.Disconnect::new,
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

    Link link() {
        return link;
    }

    LargeBodies largeBodies() {
        return link.largeBodies();
    }

    /** Runs something on the event loop; while there is no connection, on that of the next one. */
    void execute(final Runnable task) {
        execute(task, () -> {});
    }

    /** @param kept runs, on this thread or the event loop, when the task waits for a next connection: there may be none */
    void execute(final Runnable task, final Runnable kept) {
        if (reconnector.keep(task)) {
            kept.run();
            return;
        }
        final Link current = link;
        current.connection().execute(() -> {
            // Lost meanwhile, so that this event loop is not the session's any more.
            if ((current == link && !current.isClosed()) || !reconnector.keep(task)) {
                task.run();
            } else {
                kept.run();
            }
        });
    }

    SessionListeners listeners() {
        return listeners;
    }

    AckQueue acks() {
        return acks;
    }

    Sender sender() {
        return sender;
    }

    Subscribers subscribers() {
        return subscribers;
    }

    /** Event loop: writes what was sent, then what was acknowledged, so that an answer is never behind its question. */
    void flush() {
        try {
            sender.flush();
            acknowledger.flush();
        } catch (RuntimeException e) {
            // What was taken for this flush is lost, so the connection cannot go on as if it had been sent.
            LOG.error("{}: could not write what was sent", link, e);
            link.connection().close("an error of the client, see its log");
        }
    }

    /**
     * On the event loop: {@code before}, then everything that waits, then a request that {@link ConnectionHeader.Done}
     * answers, then {@code after}, however it was answered. While there is no connection all of this waits for the next one;
     * what is {@link WhenLost#DONE} by the loss completes at once.
     */
    CompletableFuture<Void> askInOrder(
            final Runnable before,
            final Supplier<ControlHeader> request,
            final Runnable after,
            final WhenLost whenLost) {
        final CompletableFuture<Void> result = new CompletableFuture<>();
        execute(
                () -> {
                    before.run();
                    flush();
                    var unused = requester
                            .once(request.get(), ConnectionHeader.Done.class)
                            .whenComplete((done, failure) -> {
                                after.run();
                                final boolean lost = failure != null && requester.isToBeTriedAgain(failure);
                                Requests.complete(result, null, lost && whenLost == WhenLost.DONE ? null : failure);
                            });
                },
                () -> completeLost(result, whenLost));
        final BrokerException reason = ended;
        if (reason != null) {
            // The event loop may be gone and the task with it.
            result.completeExceptionally(reason);
        } else if (!reconnector.isUp()) {
            completeLost(result, whenLost);
        }
        return result;
    }

    private static void completeLost(final CompletableFuture<Void> result, final WhenLost whenLost) {
        if (whenLost == WhenLost.DONE) {
            result.complete(null);
        } else {
            result.completeExceptionally(Requester.lostMeanwhile());
        }
    }

    /** On the event loop: what waits, then this request, which {@link ConnectionHeader.Done} answers, then {@code after}. */
    void askNow(final ControlHeader request, final Runnable after) {
        flush();
        var unused = requester.once(request, ConnectionHeader.Done.class).whenComplete((done, failure) -> after.run());
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
        subscribers.lost();
        if (reconnector.lost(reason, restoration())) {
            listeners.interrupted(reason);
        } else {
            end(closing.get() ? closedByApplication() : reason);
        }
    }

    /** The end of the session. Only the first call counts. */
    void end(final BrokerException reason) {
        if (!gone.compareAndSet(false, true)) {
            return;
        }
        ended = reason;
        acks.fail(reason);
        sender.fail(reason);
        subscribers.forgetAll();
        listeners.ended(reason);
        closed.countDown();
    }

    private BrokerException connectionLost(final @Nullable Throwable cause) {
        final boolean again = reconnector.comesBack();
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

    private Restoration restoration() {
        return new Restoration(
                this, new Restoration.Parts(connector, options, reconnector, requester, destinations, flusher));
    }

    /** Event loop of the new connection: from here on it is the session's. */
    void goOn(final Link next) {
        link = next;
    }
}
