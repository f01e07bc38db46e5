package io.ansermq.client;

import io.ansermq.remoting.protocol.ConsumingHeader.CloseConsumer;
import io.ansermq.remoting.protocol.ConsumingHeader.Expired;
import io.ansermq.remoting.protocol.ConsumingHeader.Fetch;
import io.ansermq.remoting.protocol.ConsumingHeader.Pull;
import io.ansermq.remoting.protocol.ConsumingHeader.Release;
import io.ansermq.remoting.protocol.ConsumingHeader.ReleaseUnseen;
import io.ansermq.remoting.protocol.ConsumingHeader.Subscribe;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.transport.SystemClock;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer on one destination. The broker pushes deliveries within the credit that this side grants; each delivery is
 * first {@link #handed} to the application, which gives its credit back, and later acknowledged, or released with all
 * the others.
 *
 * <p>Thread safe. Futures complete on the session's event loop; when they fail, then with a {@link BrokerException}.
 */
public final class Subscriber {
    private static final Logger LOG = LoggerFactory.getLogger(Subscriber.class);

    private final BrokerSession session;
    private final int number;
    private final Destination destination;
    private final int prefetchMessages;
    private final int prefetchBytes;
    private final DeliveryHandler handler;
    private final PendingAcks acks;
    private final HeldDeliveries held;

    /** Of one whose handler can let go of what an idle application does not take. */
    private final @Nullable IdleWatch idleWatch;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final CompletableFuture<Void> closeResult = new CompletableFuture<>();
    private final AtomicLong lapsed = new AtomicLong();

    /** Of a subscriber without prefetch: whether the last one asked for was to come when there is one. */
    private volatile boolean asking;

    /** Whether it has given back what the application did not take, and gets nothing until that wants something. */
    private volatile boolean resting;

    /** Whether the broker knows it, so that it is made again on another connection. Written by the event loop. */
    private volatile boolean established;

    private final Subscription subscription;

    // Event loop only.
    private long lastTag;

    /** What the numbers of deliveries are more here than at the broker, see {@link PendingAcks}. */
    private long tagBase;
    /** Releases and closes that the broker has not answered: what arrives meanwhile is not the application's. */
    private int unansweredReleases;

    Subscriber(
            final BrokerSession session,
            final int number,
            final Destination destination,
            final Subscription subscription,
            final int prefetchMessages,
            final int prefetchBytes,
            final DeliveryHandler handler) {
        this.session = session;
        this.number = number;
        this.destination = destination;
        this.subscription = subscription;
        this.prefetchMessages = prefetchMessages;
        this.prefetchBytes = prefetchBytes;
        this.handler = handler;
        final boolean letsGo =
                handler instanceof BufferingHandler && prefetchMessages > 0 && subscription.isShareable();
        this.acks = new PendingAcks(
                number,
                letsGo
                        ? CreditWindow.growing(prefetchMessages, SystemClock.NANOS)
                        : CreditWindow.fixed(prefetchMessages),
                prefetchBytes);
        this.held = new HeldDeliveries(session::largeBodies, new Sink());
        this.idleWatch = letsGo ? new IdleWatch(new Buffer()) : null;
    }

    /** The number that this consumer has on its connection. */
    public int number() {
        return number;
    }

    /** Where its messages come from. */
    public Destination destination() {
        return destination;
    }

    /** The most deliveries that may be on the way or waiting here; 0 when the application asks for each. */
    public int prefetchMessages() {
        return prefetchMessages;
    }

    /** The most bytes of records that may be on the way or waiting here; one longer record comes all the same. */
    public int prefetchBytes() {
        return prefetchBytes;
    }

    /**
     * The application has this delivery now: it counts as seen, and its credit goes back to the broker, with that of
     * others in lumps of half the prefetch window. To be called once for each delivery, in their order.
     */
    public void handed(final Delivery delivery) {
        session.acks().handed(acks, delivery);
        handedLarge(delivery);
    }

    /**
     * Acknowledges one message, without waiting: the event loop sends it soon, together with whatever else waits. On a
     * closed subscriber this does nothing, for the message has gone back to the broker.
     *
     * @param lane the lane of the delivery
     * @param offset the offset of the delivery
     */
    public void acknowledge(final int lane, final long offset) {
        acknowledge(lane, offset, offset);
    }

    /**
     * As {@link #acknowledge(int, long)} for all offsets of a lane from {@code first} to {@code last}, both included.
     */
    public void acknowledge(final int lane, final long first, final long last) {
        if (!closed.get()) {
            session.acks().acknowledge(acks, lane, first, last, true);
        }
    }

    /**
     * As {@link #acknowledge(int, long)}, but in no hurry: it goes out with the next acknowledgement, credit or
     * confirmation of the session, before a release or close, or when very many wait.
     */
    public void acknowledgeLazily(final int lane, final long offset) {
        acknowledgeLazily(lane, offset, offset);
    }

    /**
     * As {@link #acknowledgeLazily(int, long)} for all offsets of a lane from {@code first} to {@code last}, both
     * included.
     */
    public void acknowledgeLazily(final int lane, final long first, final long last) {
        if (!closed.get()) {
            session.acks().acknowledge(acks, lane, first, last, false);
        }
    }

    /** {@link #handed} and {@link #acknowledge(int, long)} in one step. */
    public void consumed(final Delivery delivery) {
        if (!closed.get()) {
            session.acks().consumed(acks, delivery);
            handedLarge(delivery);
        }
    }

    private void handedLarge(final Delivery delivery) {
        if (delivery.isLarge()) {
            session.execute(() -> held.handed(delivery.tag()));
        }
    }

    /**
     * Instead of {@link #consumed}: the delivery is not handed over because its time is over. Its credit goes back, and
     * the broker settles the message as expired.
     */
    public void expired(final Delivery delivery) {
        if (!closed.get()) {
            lapsed.incrementAndGet();
            session.acks().handed(acks, delivery);
            session.tell(new Expired(number, delivery.lane(), delivery.offset()));
        }
    }

    /**
     * How many deliveries came to nothing so far: expired here, left out by the broker, or with a body that
     * cannot be loaded. When this has grown during a
     * {@link #fetch} or {@link #pull} then credit went to them, and there may be messages that did not come for want of it.
     */
    public long lapsed() {
        return lapsed.get();
    }

    /** {@link #release(Runnable)} for an application that keeps no deliveries. */
    public CompletableFuture<Void> release() {
        return release(() -> {});
    }

    /**
     * Gives back all deliveries that are not acknowledged, to be delivered again in their order. Acknowledgements given
     * before are sent first.
     *
     * @param forget run on the event loop at the border between old and new: after the last delivery that is given back
     *     was handed to the {@link DeliveryHandler}, before the first one that comes anew. The place to empty buffers.
     * @return completes when the broker has taken them back
     */
    public CompletableFuture<Void> release(final Runnable forget) {
        return session.askInOrder(
                () -> {
                    if (idleWatch != null && !resting) {
                        // What comes back is for whoever asks first, which need not be this application.
                        resting = true;
                        giveBackFrom(session.acks().release(acks, lastTag) + 1);
                    }
                    unansweredReleases++;
                    held.clear();
                    runSafely(forget);
                },
                () -> new Release(number, session.acks().release(acks, lastTag)),
                () -> unansweredReleases = Math.max(0, unansweredReleases - 1),
                BrokerSession.WhenLost.DONE);
    }

    /**
     * The application waits for a message, and none is here: for a {@link BufferingHandler} to call then. Does something only
     * for a subscriber that rests.
     */
    public void want() {
        if (resting) {
            session.execute(this::goOn);
        }
    }

    private void goOn() {
        if (resting) {
            resting = false;
            session.acks().goOn(acks);
        }
    }

    /** Event loop: the application is idle. */
    private void rest() {
        // First, so that whoever finds the buffer empty finds this too.
        resting = true;
        final long firstUnseen = handler instanceof BufferingHandler buffer ? letGo(buffer) : BufferingHandler.NOTHING;
        if (firstUnseen == BufferingHandler.NOTHING) {
            resting = false;
            return;
        }
        giveBackFrom(firstUnseen - tagBase);
    }

    /** Event loop: from this delivery on, by the broker's number, nothing is the application's, and no more is to come. */
    private void giveBackFrom(final long brokersTag) {
        held.clear();
        unansweredReleases++;
        session.acks().rest(acks, lastTag);
        session.askNow(
                new ReleaseUnseen(number, brokersTag), () -> unansweredReleases = Math.max(0, unansweredReleases - 1));
    }

    /** Event loop: the connection is about to end, and what comes until then is nobody's. */
    void giveBackUnseen() {
        unansweredReleases++;
        final long firstUnseen = handler instanceof BufferingHandler buffer ? letGo(buffer) : BufferingHandler.NOTHING;
        if (firstUnseen != BufferingHandler.NOTHING) {
            giveBackFrom(firstUnseen - tagBase);
        }
    }

    private long letGo(final BufferingHandler buffer) {
        try {
            return buffer.letGo(this);
        } catch (RuntimeException e) {
            LOG.error("consumer {} of {}: the handler threw when it was to let go", number, destination, e);
            return BufferingHandler.NOTHING;
        }
    }

    private void runSafely(final Runnable forget) {
        try {
            forget.run();
        } catch (RuntimeException e) {
            LOG.error("consumer {} of {}: what was to run when its deliveries went back threw", number, destination, e);
        }
    }

    /**
     * Has the broker deliver now what this consumer may have within its credit. Completes after those deliveries were
     * handed to the {@link DeliveryHandler}: if there were none, and {@link #lapsed} is as before, none was available.
     */
    public CompletableFuture<Void> fetch() {
        return session.askInOrder(
                        () -> {
                            goOn();
                            session.acks().giveCreditNow(acks);
                        },
                        () -> new Fetch(number),
                        () -> {},
                        BrokerSession.WhenLost.FAILS)
                .thenCompose(done -> held.settled());
    }

    /**
     * For a subscriber whose prefetch is 0: lets the broker deliver one message, now or when there is one. To be called
     * again only when that has come.
     */
    public void ask() {
        asking = true;
        session.acks().ask(acks, prefetchBytes);
    }

    /**
     * For a subscriber whose prefetch is 0: has the broker deliver one message now if there is one. Completes after it was
     * handed to the {@link DeliveryHandler}; when there was none, none comes later, whether {@link #ask} was called before
     * or not.
     */
    public CompletableFuture<Void> pull() {
        asking = false;
        return session.askInOrder(
                        () -> {}, () -> new Pull(number, prefetchBytes), () -> {}, BrokerSession.WhenLost.FAILS)
                .thenCompose(done -> held.settled());
    }

    /**
     * Ends this consumer: acknowledgements given before are sent first, all other deliveries go back to the broker. The
     * handler is not called any more once the event loop has begun with this. Repeated calls return the same future.
     */
    public CompletableFuture<Void> close() {
        if (closed.compareAndSet(false, true)) {
            var unused = session.askInOrder(
                            () -> {
                                unansweredReleases++;
                                held.clear();
                                if (idleWatch != null) {
                                    idleWatch.stop();
                                }
                                session.acks().close(acks);
                            },
                            () -> new CloseConsumer(number, session.acks().release(acks, lastTag)),
                            () -> session.subscribers().forget(this),
                            BrokerSession.WhenLost.DONE)
                    .whenComplete((done, failure) -> Requests.complete(closeResult, null, failure));
        }
        return closeResult;
    }

    // ---- Another connection

    /** Event loop, or the answer to the subscription was awaited: the broker knows this consumer. */
    void established() {
        established = true;
    }

    boolean isEstablished() {
        return established;
    }

    Subscription subscription() {
        return subscription;
    }

    /** What makes it at the broker, with so much credit. */
    Subscribe question(final int destinationNumber, final int creditMessages, final int creditBytes) {
        return new Subscribe(
                number,
                destinationNumber,
                subscription.type(),
                subscription.name(),
                subscription.selector(),
                subscription.noLocal(),
                creditMessages,
                creditBytes);
    }

    int linkNumber() {
        return session.linkNumber();
    }

    /** Event loop of a new connection: how many deliveries may come at once. */
    int firstCredit() {
        return resting ? 0 : session.acks().firstCredit(acks);
    }

    PendingAcks pendingAcks() {
        return acks;
    }

    /** Event loop: the connection is lost. */
    void lost() {
        tagBase = lastTag;
        unansweredReleases = 0;
        held.clear();
        session.acks().lost(acks, lastTag);
        if (idleWatch != null) {
            idleWatch.stop();
        }
        runSafely(() -> handler.onInterrupted(this));
    }

    /** Event loop: this delivery never comes. */
    void skip(final long brokersTag) {
        final long tag = tagBase + brokersTag;
        checkNext(tag);
        lastTag = tag;
        lapsed.incrementAndGet();
        LOG.warn("consumer {} of {}: the broker left out a message that is damaged on its disk", number, destination);
    }

    private void checkNext(final long tag) {
        if (tag != lastTag + 1) {
            throw new MalformedFrameException("deliveries of consumer " + number + " start with number " + tag
                    + ", but the next one is " + (lastTag + 1));
        }
    }

    /** Event loop: a Deliver frame came. The caller releases {@code records}. */
    void deliver(final long brokersFirstTag, final int count, final ByteBuf records) {
        final long firstTag = tagBase + brokersFirstTag;
        checkNext(firstTag);
        if (count < 1 || count > records.readableBytes() / MessageLayout.FIXED_BYTES_V1) {
            throw new MalformedFrameException(
                    count + " deliveries for consumer " + number + " in " + records.readableBytes() + " bytes");
        }
        lastTag += count;
        if (unansweredReleases > 0) {
            return;
        }
        if (idleWatch != null) {
            idleWatch.delivered();
        }
        final byte[] data = new byte[records.readableBytes()];
        records.readBytes(data);
        final Delivery[] batch = session.subscribers().deliveries(count);
        Delivery.split(data, firstTag, count, batch);
        if (held.isEmpty() && !anyLarge(batch, count)) {
            pass(batch, firstTag, count);
            return;
        }
        for (int i = 0; i < count; i++) {
            held.add(Objects.requireNonNull(batch[i], "just split"));
        }
        Arrays.fill(batch, 0, count, null);
    }

    private static boolean anyLarge(final @Nullable Delivery[] batch, final int count) {
        for (int i = 0; i < count; i++) {
            if (Objects.requireNonNull(batch[i], "just split").isLarge()) {
                return true;
            }
        }
        return false;
    }

    private final class Buffer implements IdleWatch.Watched {
        @Override
        public long unhanded() {
            return session.acks().unhanded(acks, lastTag);
        }

        @Override
        public long handed() {
            return session.acks().lastHanded(acks);
        }

        @Override
        public void idle() {
            rest();
        }

        @Override
        public void later(final Runnable task, final int delayMs) {
            session.link().connection().schedule(task, delayMs);
        }
    }

    private final class Sink implements HeldDeliveries.Sink {
        @Override
        public void pass(final Delivery delivery) {
            // Not the session's array, which may be in use while a body that was loaded at once is passed on.
            Subscriber.this.pass(new Delivery[] {delivery}, delivery.tag(), 1);
        }

        /** It stays leased, and counts as seen: given back often enough it is set aside. Others take its place. */
        @Override
        public void drop(final Delivery delivery) {
            lapsed.incrementAndGet();
            session.acks().handed(acks, delivery);
            if (asking) {
                ask();
            }
        }
    }

    private void pass(final @Nullable Delivery[] batch, final long firstTag, final int count) {
        try {
            handler.onDeliveries(this, batch, count);
        } catch (RuntimeException e) {
            LOG.error(
                    "consumer {} of {}: the handler threw; {} deliveries from number {} stay unacknowledged",
                    number,
                    destination,
                    count,
                    firstTag,
                    e);
        } finally {
            Arrays.fill(batch, 0, count, null);
        }
    }
}
