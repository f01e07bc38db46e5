package io.ansermq.tck.reliability;

import io.ansermq.tck.history.ProducerLog;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;

/** Sends until told to stop; with a window of 1 it waits for each answer, with more it sends ahead. */
final class LoadProducer implements Runnable {
    private final Load load;
    private final ProducerLog log;
    private final int window;
    private final SplittableRandom random;

    LoadProducer(Load load, String name, int window, SplittableRandom random) {
        this.load = load;
        this.log = load.history().producer(name);
        this.window = window;
        this.random = random;
    }

    @Override
    public void run() {
        try {
            while (load.sending()) {
                final int phase = load.phase().awaitUp();
                try {
                    sendOnOneConnection();
                } catch (JMSException e) {
                    load.failed(log.producer(), phase, e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendOnOneConnection() throws JMSException, InterruptedException {
        final Semaphore free = new Semaphore(window);
        try (Connection connection = load.factory().createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final Queue queue = session.createQueue(Load.QUEUE);
            final MessageProducer producer = session.createProducer(queue);
            while (load.sending()) {
                if (window == 1) {
                    sendAndWait(session, producer);
                } else {
                    free.acquire();
                    sendAhead(session, producer, free);
                }
            }
        }
        // Closing waits for the answers (Jakarta Messaging 3.1, section 7.3.4), so none may be missing now.
        if (free.availablePermits() != window) {
            throw new AssertionError(log.producer() + " was never told of " + (window - free.availablePermits())
                    + " sends, though its connection is closed");
        }
    }

    private void sendAndWait(Session session, MessageProducer producer) throws JMSException {
        final Letter letter = Letter.random(random);
        final long sequence = start(letter);
        producer.send(letter.toMessage(session, log.producer(), sequence), Letter.DELIVERY_MODE, letter.priority(), 0);
        answered(sequence);
    }

    private void sendAhead(Session session, MessageProducer producer, Semaphore free) throws JMSException {
        final Letter letter = Letter.random(random);
        final long sequence = start(letter);
        producer.send(
                letter.toMessage(session, log.producer(), sequence),
                Letter.DELIVERY_MODE,
                letter.priority(),
                0,
                new CompletionListener() {
                    @Override
                    public void onCompletion(Message message) {
                        answered(sequence);
                        free.release();
                    }

                    @Override
                    public void onException(Message message, Exception exception) {
                        free.release();
                    }
                });
    }

    private long start(Letter letter) {
        return log.started(Load.QUEUE, letter.priority(), true, letter.digest());
    }

    private void answered(long sequence) {
        log.answered(sequence);
        load.progress().step();
    }

    @Override
    public String toString() {
        return log.producer();
    }
}
