package io.ansermq.tools.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

/**
 * W2: one producer that sends with a CompletionListener. What does a persistent message cost when nobody waits for it?
 *
 * @param window how many sends may wait for their completion
 */
public record AsyncSend(int window) implements Workload {

    @Override
    public String id() {
        return "W2";
    }

    @Override
    public String title() {
        return "asynchronous send, window " + window;
    }

    @Override
    public RoundResult run(final Round round) throws InterruptedException {
        final Measurement measurement = round.measurement();
        final Measurement.Tally tally = measurement.tally();
        final Workers workers = Workers.start("producer", 1, worker -> produce(round, measurement, tally));
        measurement.runFor(workers, round.rampMs(), round.measureMs());
        workers.join();
        return measurement.result(this, round, "");
    }

    private void produce(final Round round, final Measurement measurement, final Measurement.Tally tally)
            throws JMSException, InterruptedException {
        final byte[] body = round.body();
        try (Connection connection = round.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final WindowedProducer producer = new WindowedProducer(round.producer(session), window, tally::record);
            while (!measurement.isOver()) {
                producer.send(Round.message(session, body));
            }
            producer.drain();
        }
    }
}
