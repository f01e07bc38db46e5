package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.OutgoingMessage;
import io.ansermq.client.SendCallback;
import io.ansermq.client.SharedQueues;
import io.ansermq.client.message.MessageIds;
import io.ansermq.remoting.protocol.ErrorCodes;
import io.openmessaging.BytesMessage;
import io.openmessaging.Future;
import io.openmessaging.KeyValue;
import io.openmessaging.Message;
import io.openmessaging.Message.BuiltinKeys;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.exception.OMSRuntimeException;
import io.openmessaging.interceptor.ProducerInterceptor;
import io.openmessaging.producer.BatchMessageSender;
import io.openmessaging.producer.LocalTransactionExecutor;
import io.openmessaging.producer.Producer;
import io.openmessaging.producer.SendResult;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends messages. Thread safe.
 *
 * <p>A send is done when the broker has stored the message. An asynchronous one returns at once unless the broker's send
 * window is used up; listeners of its future are called in the order of the sends by a thread of this producer.
 */
public final class AnserProducer extends Service implements Producer {
    private static final Logger LOG = LoggerFactory.getLogger(AnserProducer.class);
    private static final long DEFAULT_TIMEOUT_MS = 30_000;
    private static final String BORN_HOST = localHost();

    /** The result of a send. */
    private record Sent(String messageId) implements SendResult {}

    private final Interceptors<ProducerInterceptor> interceptors = new Interceptors<>();
    private final Executor callbacks = CallbackThread.named("anser-openmessaging-callbacks");
    private final LocalTransactions transactions;

    AnserProducer(final AnserAccessPoint accessPoint, final KeyValue attributes) {
        super(accessPoint, withId(attributes), "producer");
        transactions = new LocalTransactions(this, ownAttributes().getString(OMSBuiltinKeys.PRODUCER_ID), callbacks);
    }

    /** A producer that names no group is one of its own. */
    private static KeyValue withId(final KeyValue attributes) {
        final KeyValue copy = Attributes.copy(attributes);
        if (Attributes.text(copy, OMSBuiltinKeys.PRODUCER_ID) == null) {
            copy.put(
                    OMSBuiltinKeys.PRODUCER_ID,
                    MessageIds.PROCESS.next(System.currentTimeMillis()).digits());
        }
        return copy;
    }

    private static String localHost() {
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }

    /**
     * Sets who is asked about transactional messages whose producer is gone: one of the same PRODUCER_ID, such as this
     * program before it was started again. Until it is set, the executor of the last transactional send is asked. Beyond the
     * standard, which leaves a producer that has just started no way to answer.
     */
    public AnserProducer checkWith(final LocalTransactionExecutor executor) {
        transactions.checkWith(executor);
        return this;
    }

    @Override
    void started() {
        transactions.started();
    }

    @Override
    void restored() {
        transactions.restored();
    }

    @Override
    public BytesMessage createBytesMessage(final String queue, final byte[] body) {
        final OmsMessage message = new OmsMessage(body);
        message.putSysHeaders(BuiltinKeys.DESTINATION, QueueNames.check(queue, "queue"));
        return message;
    }

    // ---- one by one

    @Override
    public SendResult send(final Message message) {
        return send(message, OMS.newKeyValue());
    }

    @Override
    public SendResult send(final Message message, final KeyValue attributes) {
        interceptors.before(each -> each.preSend(message, attributes));
        final SendResult result;
        try {
            final long timeoutMs = timeoutMs(attributes);
            result = submit(message).get(timeoutMs);
        } catch (OMSRuntimeException e) {
            Interceptors.failed(interceptors, message, attributes, e);
            throw e;
        }
        Interceptors.sent(interceptors, message, attributes);
        return result;
    }

    @Override
    public Future<SendResult> sendAsync(final Message message) {
        return sendAsync(message, OMS.newKeyValue());
    }

    @Override
    public Future<SendResult> sendAsync(final Message message, final KeyValue attributes) {
        OmsPromise<SendResult> promise;
        try {
            interceptors.before(each -> each.preSend(message, attributes));
        } catch (OMSRuntimeException e) {
            return failed(e);
        }
        try {
            promise = submit(message);
        } catch (OMSRuntimeException e) {
            promise = failed(e);
        }
        final OmsPromise<SendResult> sent = promise;
        sent.addListener(done -> {
            if (done.getThrowable() == null) {
                Interceptors.sent(interceptors, message, attributes);
            } else {
                Interceptors.failed(interceptors, message, attributes, Errors.of(done.getThrowable()));
            }
        });
        return sent;
    }

    private OmsPromise<SendResult> failed(final OMSRuntimeException failure) {
        final OmsPromise<SendResult> promise = new OmsPromise<>(callbacks);
        promise.setFailure(failure);
        return promise;
    }

    @Override
    public void sendOneway(final Message message) {
        sendOneway(message, OMS.newKeyValue());
    }

    /** What goes wrong is a line in the log, for nobody waits to hear of it. */
    @Override
    public void sendOneway(final Message message, final KeyValue properties) {
        try {
            sendAsync(message, properties).addListener(done -> {
                if (done.getThrowable() != null) {
                    LOG.warn(
                            "a message sent one way was not stored: {}",
                            done.getThrowable().toString());
                }
            });
        } catch (RuntimeException e) {
            LOG.warn("a message cannot be sent one way: {}", e.toString());
        }
    }

    private OmsPromise<SendResult> submit(final Message message) {
        final SharedQueues.Opened to = open(MessageEncoder.destination(message));
        final BrokerSession session = session();
        final OmsPromise<SendResult> promise = new OmsPromise<>(callbacks);
        try {
            final OutgoingMessage record = session.withBodyStored(encode(message, to, null));
            final String id = message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID);
            session.send(to.destination(), record, new SendCallback() {
                @Override
                public void stored(final long sequence) {
                    // The answer does not say it, and comes at once.
                    message.sysHeaders().put(BuiltinKeys.STORE_TIMESTAMP, System.currentTimeMillis());
                    promise.set(new Sent(id));
                }

                @Override
                public void failed(final long sequence, final BrokerException e) {
                    promise.setFailure(refused(e));
                }
            });
        } catch (BrokerException e) {
            throw refused(e);
        }
        return promise;
    }

    private OMSRuntimeException refused(final BrokerException e) {
        if (e.error() == ErrorCodes.DESTINATION) {
            forgetQueues();
        }
        return Errors.of(e);
    }

    /** Encodes a message and sets on it what a send sets. */
    OutgoingMessage encode(final Message message, final SharedQueues.Opened to, final @Nullable String producerGroup) {
        final OutgoingMessage record = MessageEncoder.encode(message, to, producerGroup, System.currentTimeMillis());
        message.sysHeaders()
                .put(BuiltinKeys.BORN_HOST, BORN_HOST)
                .put(BuiltinKeys.STORE_HOST, session().remote());
        return record;
    }

    long timeoutMs(final KeyValue attributes) {
        return operationTimeoutMs(
                attributes, Attributes.timeoutMs(attributes, BuiltinKeys.TIMEOUT, DEFAULT_TIMEOUT_MS));
    }

    // ---- in two phases

    /**
     * Stores the message where nobody sees it, runs {@code executor.execute}, and does what that has decided. When it has
     * decided nothing, or throws, or its decision does not reach the broker, the broker asks {@code executor.check} later.
     */
    @Override
    public SendResult send(
            final Message message, final LocalTransactionExecutor branchExecutor, final KeyValue attributes) {
        interceptors.before(each -> each.preSend(message, attributes));
        try {
            transactions.send(message, branchExecutor, timeoutMs(attributes));
        } catch (OMSRuntimeException e) {
            Interceptors.failed(interceptors, message, attributes, e);
            throw e;
        }
        Interceptors.sent(interceptors, message, attributes);
        return new Sent(message.sysHeaders().getString(BuiltinKeys.MESSAGE_ID));
    }

    // ---- in batches

    /** All messages of a commit become visible together, or none does. */
    @Override
    public BatchMessageSender createBatchMessageSender() {
        return new BatchSender(this, interceptors);
    }

    @Override
    public void addInterceptor(final ProducerInterceptor interceptor) {
        interceptors.add(interceptor);
    }

    @Override
    public void removeInterceptor(final ProducerInterceptor interceptor) {
        interceptors.remove(interceptor);
    }
}
