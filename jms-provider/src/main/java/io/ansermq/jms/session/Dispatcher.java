package io.ansermq.jms.session;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a session calls its message listeners, one at a time (Jakarta Messaging 3.1, section 6.2.13).
 * Ends with the session.
 */
final class Dispatcher implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);

    private final String name;
    private final Listeners listeners;
    private final Thread thread;

    Dispatcher(final String name, final Listeners listeners) {
        this.name = name;
        this.listeners = listeners;
        thread = new Thread(this, name);
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    boolean isCurrentThread() {
        return Thread.currentThread() == thread;
    }

    @Override
    public void run() {
        final ListenerCall call = new ListenerCall();
        while (listeners.awaitCall(call)) {
            final boolean threw = !listen(name, call);
            // A listener that interrupts its thread means this call, and not those that follow.
            final boolean unused = Thread.interrupted();
            listeners.returned(call, threw);
            call.clear();
        }
    }

    /** Whether the listener has returned as it should. */
    static boolean listen(final String name, final ListenerCall call) {
        try {
            call.listener().onMessage(call.message());
            return true;
        } catch (RuntimeException | Error e) {
            report(name, call, e);
            return false;
        }
    }

    /** Section 8.7: such clients should be flagged. A message that fails for ever must not fill the log. */
    private static void report(final String name, final ListenerCall call, final Throwable e) {
        final int count = call.delivery().deliveryCount();
        if (Integer.bitCount(count) == 1) {
            LOG.warn(
                    "{}: the listener {} of {} threw at delivery {} of message {}: it may be malfunctioning",
                    name,
                    call.listener().getClass().getName(),
                    call.inbox().destination(),
                    count,
                    call.message().getJMSMessageID(),
                    e);
        }
    }
}
