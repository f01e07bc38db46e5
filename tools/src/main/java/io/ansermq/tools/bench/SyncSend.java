package io.ansermq.tools.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

/**
 * W1: producers that wait for the broker's answer to each persistent send. How long does one send take, and how well do
 * sends that wait at the same time share a commit?
 *
 * @param producers each with a connection of its own
 */
public record SyncSend(int producers) implements Workload {

    @Override
    public String id() {
        return producers == 1 ? "W1" : "W1x" + producers;
    }

    @Override
    public String title() {
        return "synchronous send, " + producers + (producers == 1 ? " producer" : " producers");
    }

    @Override
    public RoundResult run(final Round round) throws InterruptedException {
        final Measurement measurement = round.measurement();
        final Workers workers =
                Workers.start("producer", producers, worker -> produce(round, measurement, measurement.tally()));
        measurement.runFor(workers, round.rampMs(), round.measureMs());
        workers.join();
        return measurement.result(this, round, "");
    }

    private static void produce(final Round round, final Measurement measurement, final Measurement.Tally tally)
            throws JMSException {
        final byte[] body = round.body();
        try (Connection connection = round.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final MessageProducer producer = round.producer(session);
            while (!measurement.isOver()) {
                final long sentNs = System.nanoTime();
                producer.send(Round.message(session, body));
                tally.record(System.nanoTime() - sentNs);
            }
        }
    }
}
