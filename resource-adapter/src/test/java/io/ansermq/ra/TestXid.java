package io.ansermq.ra;

import java.nio.ByteBuffer;
import javax.transaction.xa.Xid;

/** The number of a branch of nobody's transaction manager. */
record TestXid(long number) implements Xid {
    static TestXid of(final long number) {
        return new TestXid(number);
    }

    @Override
    public int getFormatId() {
        return 0x7E57;
    }

    @Override
    public byte[] getGlobalTransactionId() {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    @Override
    public byte[] getBranchQualifier() {
        return new byte[] {1};
    }
}
