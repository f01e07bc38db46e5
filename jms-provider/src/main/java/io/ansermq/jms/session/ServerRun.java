package io.ansermq.jms.session;

import io.ansermq.client.Delivery;
import io.ansermq.jms.message.JmsMessage;
import jakarta.jms.IllegalStateException;
import jakarta.jms.IllegalStateRuntimeException;
import jakarta.jms.JMSException;
import jakarta.jms.MessageListener;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session of a {@code ServerSession}: what {@link JmsConnectionConsumer}s have loaded into it, run on the thread of an
 * application server (see the API documentation of {@code ServerSession}). Thread safe, by the lock of
 * {@link Inboxes}.
 */
final class ServerRun {
    private static final Logger LOG = LoggerFactory.getLogger(ServerRun.class);

    private final String name;
    private final AckMode mode;
    private final Inboxes inboxes;
    private final LoadedInboxes loaded;
    private final Intake intake;
    private final Settlement settlement;
    private final Listeners listeners;
    private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();

    ServerRun(
            final String name,
            final AckMode mode,
            final Inboxes inboxes,
            final LoadedInboxes loaded,
            final Intake intake,
            final Settlement settlement,
            final Listeners listeners) {
        this.name = name;
        this.mode = mode;
        this.inboxes = inboxes;
        this.loaded = loaded;
        this.intake = intake;
        this.settlement = settlement;
        this.listeners = listeners;
    }

    @Nullable
    MessageListener listener() {
        return listeners.distinguished();
    }

    /**
     * Sets who hears of what is loaded; null for nobody.
     *
     * @throws IllegalStateException when the session receives in another way
     */
    void listen(final @Nullable MessageListener listener) throws IllegalStateException {
        listeners.distinguish(listener);
    }

    /** Puts messages of a connection consumer behind what is loaded already; false when the session is over. */
    boolean load(final Inbox inbox, final List<Delivery> messages) {
        return loaded.load(inbox, messages);
    }

    /** Gives back what was loaded and will not be run. */
    void unload(final Inbox inbox) throws JMSException {
        settlement.release(List.of(inbox));
    }

    /** The connection consumer ends: nothing more of it is handed over; waits for a listener that has one. */
    void end(final Inbox inbox) {
        loaded.end(inbox);
    }

    /** Whether this thread is in {@link #run}. */
    boolean isRunning() {
        return runner.get() == Thread.currentThread();
    }

    /** Hands over all that is loaded, one message after the other; waits while the connection is stopped. */
    void run() {
        if (!runner.compareAndSet(null, Thread.currentThread())) {
            throw new IllegalStateRuntimeException("the session is run already: it is for one thread at a time");
        }
        try {
            final MessageListener listener = listeners.distinguished();
            if (listener == null) {
                unloadAll();
                throw new IllegalStateRuntimeException("the session has no message listener: set it before run");
            }
            final ListenerCall call = new ListenerCall();
            while (awaitCall(call, listener)) {
                listeners.returned(call, !Dispatcher.listen(name, call));
                call.clear();
            }
        } finally {
            runner.set(null);
        }
    }

    private void unloadAll() {
        try {
            settlement.release(loaded.all());
        } catch (JMSException e) {
            LOG.warn("{}: {}", name, e.getMessage(), e);
        }
    }

    /** Fills in the next call; false when there is nothing left, or the session ends. */
    private boolean awaitCall(final ListenerCall call, final MessageListener listener) {
        inboxes.lock();
        try {
            while (!inboxes.isClosing() && !inboxes.isLost()) {
                final Inbox inbox = loaded.first();
                if (inbox == null) {
                    return false;
                }
                final JmsMessage message = intake.next(inbox);
                if (message != null) {
                    call.set(inbox, inbox.inHand(), inbox.generation(), message, listener);
                    mode.listenerCalled(inbox, inbox.inHand());
                    inbox.beginRunning(mode.isDeferred());
                    return true;
                }
                inboxes.changed().awaitUninterruptibly();
            }
            return false;
        } finally {
            inboxes.unlock();
        }
    }
}
