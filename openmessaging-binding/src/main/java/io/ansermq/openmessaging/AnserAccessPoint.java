package io.ansermq.openmessaging;

import io.ansermq.client.BrokerException;
import io.ansermq.client.BrokerSession;
import io.ansermq.client.ClientOptions;
import io.openmessaging.KeyValue;
import io.openmessaging.MessagingAccessPoint;
import io.openmessaging.OMS;
import io.openmessaging.OMSBuiltinKeys;
import io.openmessaging.ResourceManager;
import io.openmessaging.consumer.PullConsumer;
import io.openmessaging.consumer.PushConsumer;
import io.openmessaging.consumer.StreamingConsumer;
import io.openmessaging.producer.Producer;
import org.jspecify.annotations.Nullable;

/**
 * Makes producers and consumers that connect to one broker, or to the first of several that answers. Thread safe.
 *
 * <p>{@link #startup} and {@link #shutdown} concern the resource manager alone, which connects when it is first used;
 * producers and consumers are started and shut down by themselves, in any order.
 */
public class AnserAccessPoint implements MessagingAccessPoint {

    /** The attribute with the password of the account, for brokers that ask for one. */
    public static final String PASSWORD = "PASSWORD";

    private static final String VERSION = "0.3.1-alpha";

    private final KeyValue attributes;
    private final Manager manager;

    /** Looks at nothing yet, see the driver class. */
    protected AnserAccessPoint(final KeyValue attributes) {
        this.attributes = attributes;
        this.manager = new Manager(this);
    }

    @Override
    public String implVersion() {
        return VERSION;
    }

    @Override
    public KeyValue attributes() {
        return Attributes.copy(attributes);
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
        final String hosts = Attributes.text(attributes, OMSBuiltinKeys.ACCESS_POINTS);
        if (hosts == null) {
            throw Errors.of(
                    ErrorCode.BAD_PARAMETER,
                    "attribute ACCESS_POINTS names no broker: use OMS.getMessagingAccessPoint with a URL"
                            + " oms:anser://host:port/region");
        }
        try {
            return BrokerSession.connect(options(hosts, own, clientName));
        } catch (IllegalArgumentException e) {
            throw Errors.of(ErrorCode.BAD_PARAMETER, "the URL of the access point: " + e.getMessage(), e);
        } catch (BrokerException e) {
            throw Errors.of(e);
        }
    }

    private ClientOptions options(final String hosts, final KeyValue own, final String clientName) {
        final long timeoutMs = Math.min(Integer.MAX_VALUE, operationTimeoutMs(own, 0));
        final ClientOptions.Builder options = ClientOptions.builder()
                .addresses(hosts)
                .clientName(clientName)
                .user(account())
                .password(Attributes.text(attributes, PASSWORD));
        if (timeoutMs > 0) {
            options.requestTimeoutMs((int) timeoutMs).sendTimeoutMs((int) timeoutMs);
        }
        return options.build();
    }

    private @Nullable String account() {
        return Attributes.text(attributes, OMSBuiltinKeys.ACCOUNT_ID);
    }

    /** OPERATION_TIMEOUT of a service, else of the access point, else {@code otherwise}. */
    long operationTimeoutMs(final KeyValue own, final long otherwise) {
        return Attributes.timeoutMs(
                own,
                OMSBuiltinKeys.OPERATION_TIMEOUT,
                Attributes.timeoutMs(attributes, OMSBuiltinKeys.OPERATION_TIMEOUT, otherwise));
    }
}
