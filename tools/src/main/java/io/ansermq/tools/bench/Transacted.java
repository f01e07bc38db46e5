package io.ansermq.tools.bench;

import io.ansermq.tools.bench.Measurement.Tally;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/**
 * W5: one transacted session. What does a commit cost, and what is left of it for each message of a hundred?
 *
 * <p>Sending runs for a time; the latency is what the commit takes, once for each message of it. What receives finds a
 * backlog, and ends when that is used up. Receiving and sending is one transaction per message, from one queue
 * into another, and the latency is that of the whole.
 *
 * @param kind what a transaction does
 */
public record Transacted(Kind kind) implements Workload {

    private static final int BATCH = 100;
    private static final int FILL_BATCH = 500;
    private static final long RECEIVE_MS = 5_000;

    /** What a transaction does. */
    public enum Kind {
        SEND("W5send", "send, 100 per commit"),
        RECEIVE("W5receive", "receive, 100 per commit"),
        RECEIVE_AND_SEND("W5both", "receive and send, 1 per commit");

        private final String id;
        private final String title;

        Kind(final String id, final String title) {
            this.id = id;
            this.title = title;
        }
    }

    @Override
    public String id() {
        return kind.id;
    }

    @Override
    public String title() {
        return kind.title;
    }

    @Override
    public RoundResult run(final Round round) throws JMSException, InterruptedException {
        if (kind != Kind.SEND) {
            fill(round);
        }
        final Measurement measurement = round.measurement();
        final Workers workers = Workers.start("transacted", 1, worker -> {
            try (Connection connection = round.connect();
                    Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
                connection.start();
                switch (kind) {
                    case SEND -> send(round, session, measurement, measurement.tally());
                    case RECEIVE -> receive(round, session, measurement);
                    case RECEIVE_AND_SEND -> receiveAndSend(round, session, measurement, measurement.tally());
                }
            }
        });
        if (kind != Kind.RECEIVE) {
            measurement.runFor(workers, round.rampMs(), round.measureMs());
        }
        workers.join();
        return measurement.result(this, round, "");
    }

    private static void fill(final Round round) throws JMSException {
        final byte[] body = round.body();
        try (Connection connection = round.connect();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            final MessageProducer producer = round.producer(session);
            for (int message = 1; message <= round.backlogMessages(); message++) {
                producer.send(Round.message(session, body));
                if (message % FILL_BATCH == 0 || message == round.backlogMessages()) {
                    session.commit();
                }
            }
        }
    }

    private static void send(final Round round, final Session session, final Measurement measurement, final Tally tally)
            throws JMSException {
        final byte[] body = round.body();
        final MessageProducer producer = round.producer(session);
        while (!measurement.isOver()) {
            for (int message = 0; message < BATCH; message++) {
                producer.send(Round.message(session, body));
            }
            final long commitNs = System.nanoTime();
            session.commit();
            tally.record(System.nanoTime() - commitNs, BATCH);
        }
    }

    private static void receive(final Round round, final Session session, final Measurement measurement)
            throws JMSException {
        final Tally tally = measurement.tally();
        measurement.begin();
        final MessageConsumer consumer = session.createConsumer(session.createQueue(round.queue()));
        for (int left = round.backlogMessages(); left >= BATCH; left -= BATCH) {
            for (int message = 0; message < BATCH; message++) {
                require(consumer.receive(RECEIVE_MS));
            }
            final long commitNs = System.nanoTime();
            session.commit();
            tally.record(System.nanoTime() - commitNs, BATCH);
        }
        measurement.end();
    }

    private static void receiveAndSend(
            final Round round, final Session session, final Measurement measurement, final Tally tally)
            throws JMSException {
        final byte[] body = round.body();
        final MessageConsumer consumer = session.createConsumer(session.createQueue(round.queue()));
        final MessageProducer producer = session.createProducer(session.createQueue(round.queue() + ".out"));
        for (int left = round.backlogMessages(); left > 0 && !measurement.isOver(); left--) {
            final long beganNs = System.nanoTime();
            require(consumer.receive(RECEIVE_MS));
            producer.send(Round.message(session, body));
            session.commit();
            tally.record(System.nanoTime() - beganNs);
        }
        requireBacklog(measurement);
    }

    private static void require(final Message message) {
        if (message == null) {
            throw new LoadException("A message of the backlog has not come within " + RECEIVE_MS + " ms");
        }
    }

    /** The clock goes on when there is nothing left to do, and the rate would be too low. */
    private static void requireBacklog(final Measurement measurement) {
        if (!measurement.isOver()) {
            throw new LoadException("The backlog was used up before the time was over: give --backlog more messages");
        }
    }
}
