package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.openmessaging.Attachment.Received;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.consumer.PullConsumer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gives messages to whoever asks, from all of its queues in the order in which they come. Each has a receipt handle, new
 * with each delivery, by which it is acknowledged; what is not comes again when the consumer leaves the queue or is gone.
 * Thread safe: several threads may receive and acknowledge.
 */
final class AnserPullConsumer extends Service implements PullConsumer {
    /** Few, because what is sent ahead of a consumer that does not ask is kept from others. */
    private static final int PREFETCH = 8;

    private static final int PREFETCH_BYTES = 1 << 20;
    private static final long FOREVER = -1;

    private final Consumers<String> consumers = new Consumers<>(this, this::begin);
    private final Map<String, Received> unacknowledged = new ConcurrentHashMap<>();
    private final AtomicLong lastReceipt = new AtomicLong();
    private volatile Inbox inbox = new Inbox();

    AnserPullConsumer(final AnserAccessPoint accessPoint, final KeyValue attributes) {
        super(accessPoint, attributes, "pull consumer");
    }

    @Override
    void started() {
        inbox = new Inbox();
        consumers.started();
    }

    @Override
    void stopping() {
        inbox.close();
        consumers.stopping();
        unacknowledged.clear();
    }

    @Override
    void restored() {
        unacknowledged.values().removeIf(Received::isGone);
    }

    @Override
    void lost(final BrokerException reason) {
        super.lost(reason);
        inbox.fail(Errors.of(reason));
    }

    @Override
    public PullConsumer attachQueue(final String queueName) {
        return attachQueue(queueName, OMS.newKeyValue());
    }

    @Override
    public PullConsumer attachQueue(final String queueName, final KeyValue attributes) {
        consumers.attach(queueName, attributes, queueName);
        return this;
    }

    @Override
    public PullConsumer detachQueue(final String queueName) {
        consumers.detach(queueName);
        unacknowledged.values().removeIf(Received::isGone);
        return this;
    }

    private Attachment begin(final String queue, final @Nullable String group, final String name) {
        return new Attachment(this, queue, group, PREFETCH, PREFETCH_BYTES, inbox);
    }

    @Override
    public Message receive() {
        return receive(OMS.newKeyValue());
    }

    /** Waits for OPERATION_TIMEOUT, else TIMEOUT (of the call, the consumer or the access point), else for ever. */
    @Override
    @SuppressWarnings("NullAway") // The API's contract: null when the time is over or the consumer was shut down.
    public Message receive(final KeyValue attributes) {
        final long timeoutMs =
                operationTimeoutMs(attributes, Attributes.timeoutMs(attributes, BuiltinKeys.TIMEOUT, FOREVER));
        // Throws when this is not started; a shutdown from now on ends the wait.
        session();
        final Received received;
        try {
            received = inbox.take(timeoutMs == FOREVER ? Inbox.FOREVER_NS : TimeUnit.MILLISECONDS.toNanos(timeoutMs));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Errors.of(ErrorCode.APPLICATION, "interrupted while waiting for a message", e);
        }
        return received == null ? null : withReceipt(received);
    }

    private Message withReceipt(final Received received) {
        final OmsMessage message = received.message();
        final String receipt = message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID)
                + '/'
                + Long.toHexString(lastReceipt.incrementAndGet());
        message.putSysHeaders(BuiltinKeys.RECEIPT_HANDLE, receipt);
        unacknowledged.put(receipt, received);
        return message;
    }

    @Override
    public void ack(final String receiptHandle) {
        ack(receiptHandle, OMS.newKeyValue());
    }

    /** Waits until the broker has stored it. */
    @Override
    public void ack(final String receiptHandle, final KeyValue attributes) {
        session();
        final Received received = receiptHandle == null ? null : unacknowledged.remove(receiptHandle);
        if (received == null) {
            throw Errors.of(
                    ErrorCode.NO_MESSAGE,
                    "receipt handle '" + receiptHandle + "' stands for no message that this consumer has: it was"
                            + " acknowledged already, or went back when the consumer left the queue, lost its connection or was shut down");
        }
        received.from().acknowledge(received);
    }
}
