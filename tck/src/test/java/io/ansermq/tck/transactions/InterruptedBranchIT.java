package io.ansermq.tck.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ansermq.jms.AnserConnectionFactory;
import io.ansermq.tck.process.Evidence;
import io.ansermq.tck.process.ServerProcess;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Queue;
import jakarta.jms.XAJMSContext;
import java.time.Duration;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Connections that come back by themselves when the server was killed: what was not prepared is gone as a whole. */
class InterruptedBranchIT {

    @RegisterExtension
    final Evidence evidence = new Evidence();

    private record Branch(byte number) implements Xid {
        @Override
        public int getFormatId() {
            return 1;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {number};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {1};
        }
    }

    @Test
    void shouldRollBackTheWholeOfABranchThatAKillInterrupts() throws Exception {
        final ServerProcess server = ServerProcess.with(evidence).start();
        final AnserConnectionFactory factory = new AnserConnectionFactory("failover:(" + server.uri() + ")");
        try (XAJMSContext one = factory.createXAContext();
                XAJMSContext two = factory.createXAContext()) {
            final Queue queue = one.createQueue("queue");
            final Branch branch = new Branch((byte) 1);
            one.getXAResource().start(branch, XAResource.TMNOFLAGS);
            two.getXAResource().start(branch, XAResource.TMJOIN);
            one.createProducer().send(queue, "never");
            two.createProducer().send(queue, "never");
            two.getXAResource().end(branch, XAResource.TMSUCCESS);
            server.kill();
            server.start();

            assertThatThrownBy(() -> {
                        one.getXAResource().end(branch, XAResource.TMSUCCESS);
                        one.getXAResource().prepare(branch);
                    })
                    .isInstanceOf(XAException.class);

            await().atMost(Duration.ofSeconds(30))
                    .ignoreExceptionsMatching(XAException.class::isInstance)
                    .until(() -> {
                        final Branch next = new Branch((byte) 2);
                        one.getXAResource().start(next, XAResource.TMNOFLAGS);
                        one.createProducer().send(queue, "after");
                        one.getXAResource().end(next, XAResource.TMSUCCESS);
                        one.getXAResource().commit(next, true);
                        return true;
                    });
            try (JMSContext context = factory.createContext()) {
                final JMSConsumer consumer = context.createConsumer(queue);
                assertThat(consumer.receiveBody(String.class, 20_000)).isEqualTo("after");
                assertThat(consumer.receiveNoWait()).isNull();
            }
        }
        server.stop();
    }
}
