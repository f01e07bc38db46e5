package io.ansermq.tck.servers.app;

import jakarta.transaction.TransactionManager;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A resource that votes to commit and ends the JVM when it is told to. */
final class Halt implements XAResource {
    /** Where servers have their transaction manager; none is portable. */
    private static final String[] NAMES = {"java:jboss/TransactionManager", "java:appserver/TransactionManager"};

    /** Open Liberty has it in a static method, which is part of what it offers to applications. */
    private static final String FACTORY = "com.ibm.tx.jta.TransactionManagerFactory";

    /** Puts one into the transaction of this thread. */
    static void enlist() throws Exception {
        manager().getTransaction().enlistResource(new Halt());
    }

    @SuppressWarnings("BanJNDI") // The names are constants.
    private static TransactionManager manager() throws ReflectiveOperationException {
        for (final String name : NAMES) {
            try {
                return (TransactionManager) new InitialContext().lookup(name);
            } catch (NamingException e) {
                continue;
            }
        }
        return (TransactionManager)
                Class.forName(FACTORY).getMethod("getTransactionManager").invoke(null);
    }

    @Override
    public int prepare(final Xid xid) {
        return XA_OK;
    }

    @Override
    public void commit(final Xid xid, final boolean onePhase) {
        Runtime.getRuntime().halt(1);
    }

    @Override
    public void rollback(final Xid xid) {}

    @Override
    public void start(final Xid xid, final int flags) {}

    @Override
    public void end(final Xid xid, final int flags) {}

    @Override
    public void forget(final Xid xid) {}

    @Override
    public Xid[] recover(final int flag) {
        return new Xid[0];
    }

    @Override
    public boolean isSameRM(final XAResource other) {
        return other == this;
    }

    @Override
    public boolean setTransactionTimeout(final int seconds) {
        return false;
    }

    @Override
    public int getTransactionTimeout() {
        return 0;
    }
}
