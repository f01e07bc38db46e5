package io.ansermq.tools.bench;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageListener;
import jakarta.jms.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * W4: one producer at a fixed rate, one listener. How long does a message take from end to end while the broker has
 * time to spare?
 *
 * <p>The latency counts from the instant at which a message was <em>due</em>, so a broker that stops for a while is
 * charged for every message it kept waiting (coordinated omission). The producer sleeps between messages rather than
 * spins, as spinning would take a core from the broker; how late that makes it is part of the latency and noted apart.
 *
 * @param perSecond messages per second
 */
public record FixedRate(int perSecond) implements Workload {

    /** Sends are asynchronous; more than this many without completion and the broker does not keep up. */
    private static final int WINDOW = 10_000;

    @Override
    public String id() {
        return "W4@" + (perSecond % 1000 == 0 ? perSecond / 1000 + "k" : String.valueOf(perSecond));
    }

    @Override
    public String title() {
        return "end to end at " + Figures.text(perSecond) + "/s";
    }

    @Override
    public RoundResult run(final Round round) throws JMSException, InterruptedException {
        final Measurement measurement = round.measurement();
        final Measurement.Tally tally = measurement.tally();
        final AtomicLong received = new AtomicLong();
        final Histogram lateness = Measurement.newHistogram();
        try (Connection connection = round.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer consumer = session.createConsumer(session.createQueue(round.queue()))) {
            final AtomicLong sent = new AtomicLong();
            final Workers workers = Workers.start("producer", 1, worker -> {
                sent.set(produce(round, measurement, lateness));
                awaitReceived(received, sent.get());
            });
            consumer.setMessageListener(listener(tally, received, workers));
            connection.start();
            measurement.runFor(workers, round.rampMs(), round.measureMs());
            workers.join();
        }
        return measurement.result(
                this,
                round,
                "producer late by " + micros(lateness, 50) + " us (p50), " + micros(lateness, 99) + " us (p99)");
    }

    /** Sends until the measurement is over and gives the number of messages. */
    private long produce(final Round round, final Measurement measurement, final Histogram lateness)
            throws JMSException, InterruptedException {
        final byte[] body = round.body();
        final ByteBuffer stamp = ByteBuffer.wrap(body);
        final long periodNs = TimeUnit.SECONDS.toNanos(1) / perSecond;
        try (Connection connection = round.connect();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            final WindowedProducer producer = new WindowedProducer(round.producer(session), WINDOW, latencyNs -> {});
            long sent = 0;
            long dueNs = System.nanoTime();
            while (!measurement.isOver()) {
                final long earlyNs = dueNs - System.nanoTime();
                if (earlyNs > 0) {
                    LockSupport.parkNanos(earlyNs);
                    continue;
                }
                lateness.recordValue(-earlyNs);
                stamp.putLong(0, dueNs);
                producer.send(Round.message(session, body));
                sent++;
                dueNs += periodNs;
            }
            producer.drain();
            return sent;
        }
    }

    private static MessageListener listener(
            final Measurement.Tally tally, final AtomicLong received, final Workers workers) {
        return message -> {
            try {
                tally.record(System.nanoTime() - ((BytesMessage) message).readLong());
                received.setRelease(received.getPlain() + 1);
            } catch (final JMSException e) {
                workers.fail(e);
            }
        };
    }

    /** All that was sent must come: a rate that loses messages is no rate. */
    private static void awaitReceived(final AtomicLong received, final long sent) throws InterruptedException {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Workers.STALL_MS / 2);
        while (received.get() < sent) {
            if (System.nanoTime() > deadlineNs) {
                throw new LoadException((sent - received.get()) + " of " + sent + " messages were not received");
            }
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    private static String micros(final Histogram histogram, final double percentile) {
        return Figures.text(histogram.getValueAtPercentile(percentile) / 1e3);
    }
}
