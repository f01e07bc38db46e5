package io.ansermq.jms.session;

import io.ansermq.remoting.protocol.TransactionId;
import javax.transaction.xa.Xid;

/** A branch's name as the transaction manager gets it back. Immutable. */
record AnserXid(TransactionId id) implements Xid {

    /** The name of a branch, as the broker knows it. */
    static TransactionId idOf(final Xid xid) {
        return TransactionId.xa(xid.getFormatId(), xid.getGlobalTransactionId(), xid.getBranchQualifier());
    }

    @Override
    public int getFormatId() {
        return id.formatId();
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return id.globalId();
    }

    @Override
    public byte[] getBranchQualifier() {
        return id.branch();
    }

    @Override
    public String toString() {
        return id.text();
    }
}
