package io.ansermq.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.TransactionId;
import io.ansermq.tools.console.ExitCode;
import jakarta.jms.JMSContext;
import jakarta.jms.XAJMSContext;
import java.nio.file.Path;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code anser tx} with a real broker. */
class TxCommandTest {

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
            return new byte[] {2};
        }

        String text() {
            return TransactionId.xa(getFormatId(), getGlobalTransactionId(), getBranchQualifier())
                    .text();
        }
    }

    @TempDir
    private Path directory;

    private LocalBroker broker;

    @BeforeEach
    void startBroker() throws Exception {
        broker = LocalBroker.start(directory);
    }

    @AfterEach
    void stopBroker() {
        broker.close();
    }

    private Branch prepare(final int number, final String queue) throws Exception {
        final Branch branch = new Branch((byte) number);
        try (XAJMSContext context = broker.factory().createXAContext()) {
            final XAResource resource = context.getXAResource();
            resource.start(branch, XAResource.TMNOFLAGS);
            context.createProducer().send(context.createQueue(queue), "from branch " + number);
            resource.end(branch, XAResource.TMSUCCESS);
            resource.prepare(branch);
        }
        return branch;
    }

    @Test
    void shouldListAndShowWhatIsInDoubt() throws Exception {
        assertThat(broker.run("tx", "list").output().strip()).isEqualTo("no transactions");
        final Branch branch = prepare(1, "orders");
        assertThat(broker.run("tx", "list").output()).contains(branch.text(), "prepared");
        assertThat(broker.run("tx", "list", "--json").output()).contains("\"transaction\": \"" + branch.text() + "\"");
        assertThat(broker.run("tx", "show", branch.text()).output()).contains("state: prepared", "sends: 1");
        assertThat(broker.run("tx", "show", "--json", branch.text()).output()).contains("\"sends\": 1");
        assertThat(broker.run("tx", "show", "L:1:1").exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(broker.run("tx", "show", "nonsense").exitCode()).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void shouldDecideInPlaceOfTheTransactionManager() throws Exception {
        final Branch first = prepare(1, "orders");
        final Branch second = prepare(2, "orders");

        assertThat(broker.run("tx", "commit", first.text()).output()).contains("is committed");
        assertThat(broker.run("tx", "rollback", second.text()).output()).contains("is rolled back");

        try (JMSContext context = broker.factory().createContext()) {
            assertThat(context.createConsumer(context.createQueue("orders")).receiveBody(String.class, 10_000))
                    .isEqualTo("from branch 1");
        }
        assertThat(broker.run("tx", "list").output()).contains("heuristically committed", "heuristically rolled back");
        try (XAJMSContext context = broker.factory().createXAContext()) {
            final XAResource resource = context.getXAResource();
            assertThat(resource.recover(XAResource.TMSTARTRSCAN | XAResource.TMENDRSCAN))
                    .hasSize(2);
            assertThatThrownBy(() -> resource.commit(first, false))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_HEURCOM));
            assertThatThrownBy(() -> resource.rollback(second))
                    .isInstanceOfSatisfying(
                            XAException.class, e -> assertThat(e.errorCode).isEqualTo(XAException.XA_HEURRB));
            resource.forget(first);
            resource.forget(second);
        }
        assertThat(broker.run("tx", "list").output().strip()).isEqualTo("no transactions");
        assertThat(broker.run("tx", "commit", first.text()).exitCode()).isEqualTo(ExitCode.FAILED);
    }
}
