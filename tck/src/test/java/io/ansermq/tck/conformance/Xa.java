package io.ansermq.tck.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.TransactionId;
import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.XAConnection;
import jakarta.jms.XASession;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import javax.transaction.xa.XAException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Branches as a transaction manager has them, and what all cases about them need. */
final class Xa {

    private static final AtomicInteger BRANCHES = new AtomicInteger();

    private Xa() {}

    /** A branch that no other case uses. */
    record Branch(int number) implements Xid {
        static Branch next() {
            return new Branch(BRANCHES.incrementAndGet());
        }

        @Override
        public int getFormatId() {
            return 4711;
        }

        @Override
        public byte[] getGlobalTransactionId() {
            return new byte[] {(byte) (number >> 8), (byte) number};
        }

        @Override
        public byte[] getBranchQualifier() {
            return new byte[] {-1, 0, 1};
        }

        TransactionId id() {
            return TransactionId.xa(getFormatId(), getGlobalTransactionId(), getBranchQualifier());
        }

        boolean is(final Xid other) {
            return other.getFormatId() == getFormatId()
                    && Arrays.equals(other.getGlobalTransactionId(), getGlobalTransactionId())
                    && Arrays.equals(other.getBranchQualifier(), getBranchQualifier());
        }
    }

    static XASession session(final Scene scene) throws JMSException {
        return connection(scene).createXASession();
    }

    static XAConnection connection(final Scene scene) throws JMSException {
        final XAConnection connection = scene.closeLater(scene.factory().createXAConnection());
        connection.start();
        return connection;
    }

    static void send(final Session session, final Queue to, final String text) throws JMSException {
        session.createProducer(to).send(session.createTextMessage(text));
    }

    /** Starts a branch of this session and sends a message in it. */
    static void work(final Scene scene, final XASession session, final Branch branch) throws JMSException, XAException {
        session.getXAResource().start(branch, XAResource.TMNOFLAGS);
        send(session, scene.queue(), "work");
    }

    /** Both sessions work in one new branch from now on. */
    static Branch join(final XASession first, final XASession second) throws XAException {
        final Branch branch = Branch.next();
        first.getXAResource().start(branch, XAResource.TMNOFLAGS);
        second.getXAResource().start(branch, XAResource.TMJOIN);
        return branch;
    }

    /** The work of sessions in a branch is done. */
    static void end(final Branch branch, final XASession... sessions) throws XAException {
        for (final XASession each : sessions) {
            each.getXAResource().end(branch, XAResource.TMSUCCESS);
        }
    }

    /** A call that the resource refuses with this code. */
    static void expect(final int code, final ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(XAException.class, e -> assertThat(e.errorCode)
                .isEqualTo(code));
    }
}
