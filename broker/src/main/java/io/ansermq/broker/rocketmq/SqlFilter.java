package io.ansermq.broker.rocketmq;

import io.ansermq.broker.core.CoreDesk;
import io.ansermq.broker.core.Lane;
import io.ansermq.broker.selector.Dialect;
import io.ansermq.broker.selector.RecordFields;
import io.ansermq.broker.selector.Selector;
import io.ansermq.broker.selector.SelectorException;
import io.ansermq.remoting.protocol.MessageLayout;
import java.nio.ByteBuffer;

/** An SQL92 expression over the properties of messages, which are read from the log for it. Owned by the core agent. */
final class SqlFilter implements MessageFilter {

    private static final int DEFAULT_PRIORITY = 4;

    private final CoreDesk desk;
    private final Selector selector;
    private final RecordFields fields = new RecordFields();
    private ByteBuffer record = ByteBuffer.allocate(4096);

    private SqlFilter(final CoreDesk desk, final Selector selector) {
        this.desk = desk;
        this.selector = selector;
    }

    /** @throws RefusedException when the text is no expression */
    static SqlFilter of(final CoreDesk desk, final String expression) {
        try {
            return new SqlFilter(desk, Selector.parse(expression, Dialect.ROCKETMQ));
        } catch (final SelectorException e) {
            throw new RefusedException(
                    ResponseCodes.SUBSCRIPTION_PARSE_FAILED,
                    "'" + expression + "' is not an SQL92 filter: " + e.getMessage());
        }
    }

    @Override
    public boolean wants(final Lane lane, final long offset) {
        final int size = lane.size(offset);
        if (record.capacity() < size) {
            record = ByteBuffer.allocate(Integer.highestOneBit(size) * 2);
        }
        record.clear();
        if (!desk.read(lane.position(offset), size, record)) {
            return false;
        }
        final int sysFlag = record.getInt(MessageLayout.SYS_FLAG);
        fields.set(
                (sysFlag & MessageLayout.SYS_FLAG_NON_PERSISTENT) == 0,
                DEFAULT_PRIORITY,
                record.getLong(MessageLayout.BORN_TIMESTAMP),
                1,
                record.array(),
                MessageLayout.propertiesOffset(record, 0),
                MessageLayout.propertiesLength(record, 0));
        return selector.matches(fields);
    }
}
