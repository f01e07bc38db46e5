package io.ansermq.tck.reliability;

import io.ansermq.tck.history.ConsumerLog;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Receives until told to stop and nothing is left.
 *
 * <p>In every second life of the broker no session is closed, because a consumer that leaves gives back what it was sent
 * ahead, and that excuses others from strict order for the rest of the life.
 */
final class LoadConsumer implements Runnable {
    /** Who acknowledges, and what proves it. */
    enum Mode {
        /** The application, every few messages; the call that returns is the proof. */
        CLIENT,
        /**
         * The provider, in its own time. The one exchange of {@code jakarta.jms} that proves it is an orderly close, so the
         * session is closed now and then.
         */
        AUTO,
        /** The provider, which waits for each answer ({@code strictAck=true}): a message proves the one before it. */
        STRICT_AUTO
    }

    private static final int RECEIVE_MS = 200;

    /** A message that another consumer gave back can be a moment on its way. */
    private static final int EMPTY_RECEIVES_AT_THE_END = 5;

    private final Load load;
    private final String name;
    private final Mode mode;
    private final SplittableRandom random;
    private int sessions;

    LoadConsumer(Load load, String name, Mode mode, SplittableRandom random) {
        this.load = load;
        this.name = name;
        this.mode = mode;
        this.random = random;
    }

    @Override
    public void run() {
        try {
            boolean drained = false;
            while (!drained) {
                final int phase = load.phase().awaitUp();
                try (Connection connection = load.factory(mode).createConnection()) {
                    connection.start();
                    drained = receiveOnOneConnection(connection, phase);
                } catch (JMSException e) {
                    load.failed(name, phase, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether nothing was left; otherwise the server is gone. */
    private boolean receiveOnOneConnection(Connection connection, int phase) throws JMSException {
        final boolean auto = mode != Mode.CLIENT;
        while (load.phase().now() == phase) {
            final Session session =
                    connection.createSession(false, auto ? Session.AUTO_ACKNOWLEDGE : Session.CLIENT_ACKNOWLEDGE);
            final MessageConsumer consumer = session.createConsumer(session.createQueue(Load.QUEUE));
            // Only a connection that was made while the server was in one phase belongs to its life for certain.
            if (load.phase().now() != phase) {
                return false;
            }
            sessions++;
            final int life = BrokerPhase.life(phase);
            final ConsumerLog log = load.history().consumerOpened(name + "/" + sessions, life, auto);
            final int closeAfter = auto && life % 2 == 1 ? random.nextInt(100, 1000) : Integer.MAX_VALUE;
            final boolean drained = receiveOnOneSession(consumer, log, phase, closeAfter);
            if (load.phase().now() == phase) {
                close(session, log, phase);
            }
            if (drained) {
                return true;
            }
        }
        return false;
    }

    /** Returns whether nothing was left; otherwise the session is to be closed, or the server is gone. */
    private boolean receiveOnOneSession(MessageConsumer consumer, ConsumerLog log, int phase, int closeAfter)
            throws JMSException {
        int received = 0;
        int empty = 0;
        int acknowledgeAfter = random.nextInt(1, 60);
        @Nullable Message last = null;
        while (received < closeAfter && load.phase().now() == phase) {
            final Message message = consumer.receive(RECEIVE_MS);
            if (message != null) {
                if (mode == Mode.STRICT_AUTO) {
                    log.acknowledging();
                    log.acknowledged();
                }
                empty = 0;
                received++;
                last = message;
                Letter.record(message, log);
                load.progress().step();
            } else if (!load.receiving()) {
                empty++;
            }
            final boolean ending = empty == EMPTY_RECEIVES_AT_THE_END;
            if (mode == Mode.CLIENT && last != null && (ending || log.unsettled() >= acknowledgeAfter)) {
                acknowledge(last, log);
                last = null;
                acknowledgeAfter = random.nextInt(1, 60);
            }
            if (ending) {
                return true;
            }
        }
        return false;
    }

    /** A session also closes, without a complaint, when its server is gone: that proves nothing. */
    private void close(Session session, ConsumerLog log, int phase) throws JMSException {
        log.departing();
        if (mode != Mode.CLIENT) {
            log.acknowledging();
        }
        session.close();
        if (mode != Mode.CLIENT && load.phase().now() == phase) {
            log.acknowledged();
        }
    }

    private static void acknowledge(Message last, ConsumerLog log) throws JMSException {
        log.acknowledging();
        last.acknowledge();
        log.acknowledged();
    }

    @Override
    public String toString() {
        return name;
    }
}
