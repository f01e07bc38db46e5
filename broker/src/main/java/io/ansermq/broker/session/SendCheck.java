package io.ansermq.broker.session;

import io.ansermq.broker.core.DeliveryTime;
import io.ansermq.broker.core.Expiry;
import io.ansermq.broker.core.SendPrefix;
import io.ansermq.broker.core.TopicTable;
import io.ansermq.remoting.protocol.MalformedFrameException;
import io.ansermq.remoting.protocol.MessageLayout;
import io.ansermq.remoting.protocol.MessageProperties;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.ansermq.remoting.protocol.TransactionHeader.RecordRun;
import io.ansermq.remoting.protocol.TransactionHeader.TransactionWork;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * What must hold for the records of a Send before core sees them, and what core wants to know of their properties.
 * Thread safe; called on event loops. Our own client never sends a record that fails here, so whoever does is told
 * nothing but a closed connection.
 */
final class SendCheck {

    private final TopicTable topics;
    private final int maxMessageBytes;

    SendCheck(final TopicTable topics, final int maxMessageBytes) {
        this.topics = topics;
        this.maxMessageBytes = maxMessageBytes;
    }

    /**
     * Checks all records of a Send and notes their tag code, expiry and delivery time in them ({@link SendPrefix}).
     *
     * @param bornHost the sender's address as the record layout holds it
     * @return false when the destination does not exist, or not any more; then nothing was checked
     * @throws MalformedFrameException naming the first thing that is wrong
     */
    boolean check(final Send send, final ByteBuf body, final long bornHost) {
        if (topics.topic(send.destination()) == null) {
            return false;
        }
        final int end = check(send.destination(), send.count(), body, body.readerIndex(), bornHost);
        if (send.count() <= 0 || end != body.writerIndex()) {
            throw new MalformedFrameException(
                    "Send of " + send.count() + " records whose body does not hold exactly these");
        }
        return true;
    }

    /** The same for the records that a transaction sends, and its name. */
    boolean check(final TransactionWork work, final ByteBuf body, final long bornHost) {
        if (!work.transaction().isValid()) {
            throw new MalformedFrameException("'" + work.transaction() + "' is no name of a transaction");
        }
        int index = body.readerIndex();
        for (final RecordRun run : work.runs()) {
            if (run.count() <= 0) {
                throw new MalformedFrameException("a transaction sends " + run.count() + " records in a row");
            }
            if (topics.topic(run.destination()) == null) {
                return false;
            }
            index = check(run.destination(), run.count(), body, index, bornHost);
        }
        if (index != body.writerIndex()) {
            throw new MalformedFrameException(
                    "transaction " + work.transaction() + " says that it sends less than its body holds");
        }
        return true;
    }

    private int check(final int destination, final int count, final ByteBuf body, final int from, final long bornHost) {
        final byte[] topic = topics.topic(destination);
        if (topic == null) {
            throw new MalformedFrameException("a send to destination " + destination + ", which was never opened");
        }
        final ByteBuffer records = body.nioBuffer();
        int index = from;
        for (int i = 0; i < count; i++) {
            final int size =
                    MessageLayout.validate(body, index, body.writerIndex() - index, maxMessageBytes, topic, true);
            final int grouped = note(body, index, records, index - body.readerIndex());
            body.setLong(index + MessageLayout.BORN_HOST, bornHost);
            // Only the broker says which send of whom it is.
            body.setLong(index + MessageLayout.PREPARED_POSITION, 0);
            // Only the broker says which records belong to transactions.
            final int sysFlag = body.getInt(index + MessageLayout.SYS_FLAG);
            body.setInt(
                    index + MessageLayout.SYS_FLAG,
                    (sysFlag & ~(MessageLayout.SYS_FLAG_TRANSACTION_MASK | MessageLayout.SYS_FLAG_GROUPED)) | grouped);
            index += size;
        }
        return index;
    }

    /** Notes what core wants to know; returns the system flag of a group if there is one. */
    private static int note(final ByteBuf body, final int index, final ByteBuffer records, final int at) {
        final int offset = MessageLayout.propertiesOffset(records, at);
        final int length = MessageLayout.propertiesLength(records, at);
        final boolean grouped = MessageProperties.hasGroup(records, offset, length);
        SendPrefix.note(
                body,
                index,
                grouped
                        ? MessageProperties.groupedCode(records, offset, length)
                        : MessageProperties.tagsCode(records, offset, length),
                Expiry.lastSecond(records, offset, length),
                DeliveryTime.epochMs(records, offset, length));
        return grouped ? MessageLayout.SYS_FLAG_GROUPED : 0;
    }
}
