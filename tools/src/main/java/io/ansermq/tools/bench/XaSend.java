package io.ansermq.tools.bench;

import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XASession;
import java.nio.ByteBuffer;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** W10: a branch with one persistent message, prepared and committed in two phases. What does a branch cost? */
public record XaSend() implements Workload {

    @Override
    public String id() {
        return "W10";
    }

    @Override
    public String title() {
        return "XA, send, prepare and commit per message";
    }

    @Override
    public RoundResult run(final Round round) throws InterruptedException {
        if (!(round.target().factory() instanceof XAConnectionFactory factory)) {
            throw new LoadException("The connection factory makes no XA connections");
        }
        final Measurement measurement = round.measurement();
        final Measurement.Tally tally = measurement.tally();
        final Workers workers = Workers.start("xa", 1, worker -> send(factory, round, measurement, tally));
        measurement.runFor(workers, round.rampMs(), round.measureMs());
        workers.join();
        return measurement.result(this, round, "");
    }

    private static void send(
            final XAConnectionFactory factory,
            final Round round,
            final Measurement measurement,
            final Measurement.Tally tally)
            throws JMSException, XAException {
        final byte[] body = round.body();
        final long run = System.nanoTime();
        try (XAConnection connection = factory.createXAConnection();
                XASession session = connection.createXASession()) {
            final XAResource resource = session.getXAResource();
            final MessageProducer producer = round.producer(session);
            for (long number = 0; !measurement.isOver(); number++) {
                final Xid branch = new Branch(run, number);
                final long beganNs = System.nanoTime();
                resource.start(branch, XAResource.TMNOFLAGS);
                producer.send(Round.message(session, body));
                resource.end(branch, XAResource.TMSUCCESS);
                resource.prepare(branch);
                resource.commit(branch, false);
                tally.record(System.nanoTime() - beganNs);
            }
        }
    }

    private record Branch(long run, long number) implements Xid {
        private static final int FORMAT = 0x424E4348;

        @Override
        public int getFormatId() {
            return FORMAT;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(run)
                    .putLong(number)
                    .array();
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }
}
