package io.ansermq.client;

import io.ansermq.client.BrokerSession.LinkListener;
import io.ansermq.remoting.protocol.SharedQueueHeader.CheckTransaction;
import io.netty.buffer.ByteBuf;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who hears of a session's connections, of its end, and of what the broker asks. They are set by any thread. What they throw
 * is logged and goes no further, for it would end what the session is doing.
 */
final class SessionListeners {
    private static final Logger LOG = LoggerFactory.getLogger(SessionListeners.class);

    /** The session's newest connection, to say of which session a line of the log is. */
    private final Supplier<Link> link;

    private volatile @Nullable LinkListener ofLinks;
    private volatile SharedQueues.@Nullable Checker checker;
    private final AtomicReference<@Nullable Consumer<BrokerException>> ofEnd = new AtomicReference<>();

    SessionListeners(final Supplier<Link> link) {
        this.link = link;
    }

    void onLink(final LinkListener listener) {
        ofLinks = listener;
    }

    void onEnd(final Consumer<BrokerException> listener) {
        ofEnd.set(listener);
    }

    /** Sets who is asked about half messages. */
    void onCheck(final SharedQueues.Checker newChecker) {
        checker = newChecker;
    }

    /** A connection is lost, and the session tries to get another. */
    void interrupted(final BrokerException reason) {
        tell(listener -> listener.interrupted(reason));
    }

    /** The session has another connection. */
    void restored() {
        tell(LinkListener::restored);
    }

    private void tell(final Consumer<LinkListener> what) {
        final LinkListener listener = ofLinks;
        if (listener != null) {
            try {
                what.accept(listener);
            } catch (RuntimeException e) {
                LOG.error("{}: a listener for connections threw", link.get(), e);
            }
        }
    }

    /** The session has ended; whoever hears of that hears once, and not of what its own application did. */
    void ended(final BrokerException reason) {
        if (reason.error() == BrokerException.CLOSED) {
            return;
        }
        final Consumer<BrokerException> listener = ofEnd.getAndSet(null);
        if (listener != null) {
            try {
                listener.accept(reason);
            } catch (RuntimeException e) {
                LOG.error("{}: the listener for the end of the session threw", link.get(), e);
            }
        }
    }

    /** Event loop: the broker asks about a half message. */
    void check(final CheckTransaction question, final ByteBuf record) {
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
            LOG.error("{}: could not ask about half message {}", link.get(), question.transaction(), e);
        }
    }
}
