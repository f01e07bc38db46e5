package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.openmessaging.KeyValue;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.ResourceManager;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.producer.Producer;

/**
 * Makes producers and consumers that connect to one broker, or to the first of several that answers. Thread safe.
 *
 * <p>{@link #startup} and {@link #shutdown} concern the resource manager alone, which connects when it is first used;
 * producers and consumers are started and shut down by themselves, in any order.
 */
public class AnserAccessPoint implements MessagingAccessPoint {

    /** The attribute with the password of the account, for brokers that ask for one and URLs that do not have it. */
    public static final String PASSWORD = "PASSWORD";

    /** The attribute that says, by {@code true}, that connections are encrypted. */
    public static final String TLS = "TLS";

    /** The attribute with the file of those who may have signed the broker's certificate; without it Java's own count. */
    public static final String TLS_TRUST_STORE = "TLS_TRUST_STORE";

    /** The attribute with what opens the trust store. */
    public static final String TLS_TRUST_STORE_PASSWORD = "TLS_TRUST_STORE_PASSWORD";

    /** The attribute with the file of this end's key and certificates, for brokers that ask for them. */
    public static final String TLS_KEY_STORE = "TLS_KEY_STORE";

    /** The attribute with what opens the key store. */
    public static final String TLS_KEY_STORE_PASSWORD = "TLS_KEY_STORE_PASSWORD";

    /** The attribute that says, by {@code false}, that the broker's certificate need not name its host. */
    public static final String TLS_VERIFY_HOST = "TLS_VERIFY_HOST";

    private static final String VERSION = "0.3.1-alpha";

    private final KeyValue attributes;
    private final Manager manager;

    /** Looks at nothing yet, see the driver class. Takes a copy: the API writes into the caller's attributes. */
    protected AnserAccessPoint(final KeyValue attributes) {
        this.attributes = Attributes.copy(attributes);
        this.manager = new Manager(this);
    }

    @Override
    public String implVersion() {
        return VERSION;
    }

    /** A copy, without passwords. */
    @Override
    public KeyValue attributes() {
        return AccessPointOptions.withoutSecrets(attributes);
    }

    /** @throws io.openmessaging.exception.OMSRuntimeException when no broker can be reached, or it lets nobody in */
    @Override
    public void startup() {
        manager.startup();
    }

    @Override
    public void shutdown() {
        manager.shutdown();
    }

    @Override
    public Producer createProducer() {
        return createProducer(OMS.newKeyValue());
    }

    /** @return an {@link AnserProducer} */
    @Override
    public Producer createProducer(final KeyValue producerAttributes) {
        return new AnserProducer(this, producerAttributes);
    }

    @Override
    public PushConsumer createPushConsumer() {
        return createPushConsumer(OMS.newKeyValue());
    }

    @Override
    public PushConsumer createPushConsumer(final KeyValue consumerAttributes) {
        return new AnserPushConsumer(this, consumerAttributes);
    }

    @Override
    public PullConsumer createPullConsumer() {
        return createPullConsumer(OMS.newKeyValue());
    }

    @Override
    public PullConsumer createPullConsumer(final KeyValue consumerAttributes) {
        return new AnserPullConsumer(this, consumerAttributes);
    }

    @Override
    public StreamingConsumer createStreamingConsumer() {
        return createStreamingConsumer(OMS.newKeyValue());
    }

    @Override
    public StreamingConsumer createStreamingConsumer(final KeyValue consumerAttributes) {
        return new AnserStreamingConsumer(this, consumerAttributes);
    }

    @Override
    public ResourceManager resourceManager() {
        return manager;
    }

    /** A connection for one service; {@code own} are the attributes of that. */
    BrokerSession connect(final KeyValue own, final String clientName) {
        try {
            return BrokerSession.connect(AccessPointOptions.of(attributes, clientName, operationTimeoutMs(own, 0)));
        } catch (IllegalArgumentException e) {
            throw Errors.of(ErrorCode.BAD_PARAMETER, "the URL of the access point: " + e.getMessage(), e);
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }

    /** OPERATION_TIMEOUT of a service, else of the access point, else {@code otherwise}. */
    long operationTimeoutMs(final KeyValue own, final long otherwise) {
        return Attributes.timeoutMs(
                own,
                OMSBuiltinKeys.OPERATION_TIMEOUT,
                Attributes.timeoutMs(attributes, OMSBuiltinKeys.OPERATION_TIMEOUT, otherwise));
    }
}
