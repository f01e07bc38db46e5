package io.ansermq.tools.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * W3: consumers that find a backlog. What does it cost to hand over a message that waits in the broker?
 *
 * <p>The backlog is sent before the measurement; the clock starts when the connections are started and stops with the
 * last message. Bodies are read.
 *
 * @param consumers each with a connection of its own
 * @param acknowledgeEvery 0 for AUTO_ACKNOWLEDGE; else CLIENT_ACKNOWLEDGE after so many messages
 */
public record Drain(int consumers, int acknowledgeEvery) implements Workload {

    private static final int FILL_WINDOW = 1000;
    private static final long RECEIVE_MS = 100;

    @Override
    public String id() {
        return acknowledgeEvery > 0 ? "W3client" : consumers == 1 ? "W3" : "W3x" + consumers;
    }

    @Override
    public String title() {
        return "drain, " + consumers + (consumers == 1 ? " consumer, " : " consumers, ")
                + (acknowledgeEvery > 0 ? "CLIENT_ACK by " + acknowledgeEvery : "AUTO_ACK");
    }

    @Override
    public RoundResult run(final Round round) throws JMSException, InterruptedException {
        fill(round);
        final Measurement measurement = round.measurement();
        final Backlog backlog = new Backlog(round.backlogMessages());
        final List<Connection> connections = new ArrayList<>();
        final List<MessageConsumer> queues = new ArrayList<>();
        try {
            for (int consumer = 0; consumer < consumers; consumer++) {
                final Connection connection = round.connect();
                connections.add(connection);
                final Session session = connection.createSession(false, mode());
                queues.add(session.createConsumer(session.createQueue(round.queue())));
            }
            measurement.begin();
            final Workers workers = Workers.start("consumer", consumers, worker -> {
                connections.get(worker).start();
                consume(queues.get(worker), round.messageBytes(), backlog, measurement.tally());
            });
            backlog.await(workers);
            measurement.end();
            workers.join();
        } finally {
            for (final Connection connection : connections) {
                connection.close();
            }
        }
        return measurement.result(this, round, "");
    }

    private int mode() {
        return acknowledgeEvery > 0 ? Session.CLIENT_ACKNOWLEDGE : Session.AUTO_ACKNOWLEDGE;
    }

    private static void fill(final Round round) throws JMSException, InterruptedException {
        final byte[] body = round.body();
        try (Connection connection = round.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final WindowedProducer producer =
                    new WindowedProducer(round.producer(session), FILL_WINDOW, latencyNs -> {});
            for (int message = 0; message < round.backlogMessages(); message++) {
                producer.send(Round.message(session, body));
            }
            producer.drain();
        }
    }

    private void consume(
            final MessageConsumer consumer,
            final int messageBytes,
            final Backlog backlog,
            final Measurement.Tally tally)
            throws JMSException {
        final byte[] body = new byte[messageBytes];
        int unacknowledged = 0;
        while (!backlog.isDone()) {
            final Message message = consumer.receive(RECEIVE_MS);
            if (message == null) {
                continue;
            }
            if (((BytesMessage) message).readBytes(body) != messageBytes) {
                throw new LoadException("A message of another size is in the queue: " + message.getJMSMessageID());
            }
            tally.record(0);
            final boolean last = backlog.take();
            if (acknowledgeEvery > 0 && (++unacknowledged == acknowledgeEvery || last)) {
                message.acknowledge();
                unacknowledged = 0;
            }
        }
    }

    /** How many messages are still to come, shared by the consumers. Thread safe. */
    private static final class Backlog {

        private final int messages;
        private final AtomicInteger left;
        private final CountDownLatch done = new CountDownLatch(1);

        Backlog(final int messages) {
            this.messages = messages;
            this.left = new AtomicInteger(messages);
        }

        /** One message has come; whether it was the last. */
        boolean take() {
            final boolean last = left.decrementAndGet() <= 0;
            if (last) {
                done.countDown();
            }
            return last;
        }

        boolean isDone() {
            return left.get() <= 0;
        }

        /** Waits for the last message, as long as others come and no consumer fails. */
        void await(final Workers workers) throws InterruptedException {
            int before = left.get();
            long movedNs = System.nanoTime();
            while (!done.await(RECEIVE_MS, TimeUnit.MILLISECONDS)) {
                workers.check();
                final int now = left.get();
                if (now != before) {
                    before = now;
                    movedNs = System.nanoTime();
                } else if (System.nanoTime() - movedNs > TimeUnit.MILLISECONDS.toNanos(Workers.STALL_MS)) {
                    throw new LoadException(now + " of " + messages + " messages have not come, and none came for "
                            + Workers.STALL_MS + " ms");
                }
            }
        }
    }
}
