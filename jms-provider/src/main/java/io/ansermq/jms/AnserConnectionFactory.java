package io.ansermq.jms;

import io.ansermq.jms.config.ConnectionSettings;
import io.ansermq.jms.config.ConnectionUri;
import io.ansermq.jms.config.Option;
import io.ansermq.jms.config.OptionValues;
import io.ansermq.jms.session.Domain;
import io.ansermq.jms.session.JmsConnection;
import io.ansermq.jms.session.JmsContext;
import io.ansermq.jms.session.JmsXaConnection;
import io.ansermq.jms.session.JmsXaContext;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.QueueConnection;
import jakarta.jms.QueueConnectionFactory;
import jakarta.jms.TopicConnection;
import jakarta.jms.TopicConnectionFactory;
import jakarta.jms.XAConnection;
import jakarta.jms.XAConnectionFactory;
import jakarta.jms.XAJMSContext;
import jakarta.jms.XAQueueConnection;
import jakarta.jms.XAQueueConnectionFactory;
import jakarta.jms.XATopicConnection;
import jakarta.jms.XATopicConnectionFactory;
import java.io.Serializable;
import java.util.Map;
import javax.naming.Reference;
import javax.naming.Referenceable;
import javax.naming.StringRefAddr;
import org.jspecify.annotations.Nullable;

/**
 * Makes connections to AnserMQ: the one connection factory for queues, topics, both at once, and XA.
 *
 * <pre>{@code
 * try (JMSContext context = new AnserConnectionFactory("anser://127.0.0.1:10911").createContext()) {
 *     Queue orders = context.createQueue("orders");
 *     context.createProducer().send(orders, "two geese");
 *     String body = context.createConsumer(orders).receiveBody(String.class);
 * }
 * }</pre>
 *
 * <p>Every option can be given in the URI or by its setter, under the same name; what is set later counts. The options are
 * those of {@link Option}, listed in {@code docs/guide/connecting.md}. A wrong option is an {@link IllegalArgumentException}
 * that names it, at once and not when connecting.
 *
 * <p>Configure it before use; making connections is thread safe then. Serializable, and referenceable for JNDI.
 */
public final class AnserConnectionFactory
        implements ConnectionFactory,
                QueueConnectionFactory,
                TopicConnectionFactory,
                XAConnectionFactory,
                XAQueueConnectionFactory,
                XATopicConnectionFactory,
                Referenceable,
                Serializable {
    /** The address of a JNDI reference that holds the URI; the options stand under their own names. */
    public static final String BROKER_URL = "brokerURL";

    private static final long serialVersionUID = 1;

    /** Named, not referred to: the JNDI package stands above this one. */
    private static final String OBJECT_FACTORY = "io.ansermq.jms.jndi.AnserObjectFactory";

    private String brokerUrl;
    private final OptionValues values = new OptionValues();

    /** A factory for the broker at {@code anser://127.0.0.1:10911}. */
    public AnserConnectionFactory() {
        this(ConnectionUri.DEFAULT);
    }

    /**
     * A factory for a broker.
     *
     * @param uri {@code anser://host:port} or {@code vm://name}, with options
     * @throws IllegalArgumentException naming what is wrong with the URI
     */
    public AnserConnectionFactory(final String uri) {
        values.setAll(ConnectionUri.parse(uri).options());
        brokerUrl = uri;
    }

    /**
     * A factory for a broker and a user.
     *
     * @param user who connects when {@code createConnection} names nobody
     * @param password the user's password
     * @param uri {@code anser://host:port} or {@code vm://name}, with options
     * @throws IllegalArgumentException naming what is wrong with the URI
     */
    public AnserConnectionFactory(final @Nullable String user, final @Nullable String password, final String uri) {
        this(uri);
        values.setOrClear(Option.USER_NAME, user);
        values.setOrClear(Option.PASSWORD, password);
    }

    // ---- Connections

    @Override
    public Connection createConnection() throws JMSException {
        return connect(Domain.ANY);
    }

    @Override
    public Connection createConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return connect(Domain.ANY, userName, password);
    }

    @Override
    public QueueConnection createQueueConnection() throws JMSException {
        return connect(Domain.QUEUE);
    }

    @Override
    public QueueConnection createQueueConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return connect(Domain.QUEUE, userName, password);
    }

    @Override
    public TopicConnection createTopicConnection() throws JMSException {
        return connect(Domain.TOPIC);
    }

    @Override
    public TopicConnection createTopicConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return connect(Domain.TOPIC, userName, password);
    }

    @Override
    public JMSContext createContext() {
        return createContext(JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(final int sessionMode) {
        return createContext(values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD), sessionMode);
    }

    @Override
    public JMSContext createContext(final @Nullable String userName, final @Nullable String password) {
        return createContext(userName, password, JMSContext.AUTO_ACKNOWLEDGE);
    }

    @Override
    public JMSContext createContext(
            final @Nullable String userName, final @Nullable String password, final int sessionMode) {
        return JmsContext.open(settings(userName, password), sessionMode);
    }

    private JmsConnection connect(final Domain domain) throws JMSException {
        return connect(domain, values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD));
    }

    private JmsConnection connect(final Domain domain, final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return JmsConnection.open(settings(userName, password), domain);
    }

    private ConnectionSettings settings(final @Nullable String userName, final @Nullable String password) {
        return ConnectionSettings.of(ConnectionUri.parse(brokerUrl), values, userName, password);
    }

    // ---- XA

    @Override
    public XAConnection createXAConnection() throws JMSException {
        return connectXa(Domain.ANY, values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD));
    }

    @Override
    public XAConnection createXAConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return connectXa(Domain.ANY, userName, password);
    }

    @Override
    public XAQueueConnection createXAQueueConnection() throws JMSException {
        return connectXa(Domain.QUEUE, values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD));
    }

    @Override
    public XAQueueConnection createXAQueueConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return connectXa(Domain.QUEUE, userName, password);
    }

    @Override
    public XATopicConnection createXATopicConnection() throws JMSException {
        return connectXa(Domain.TOPIC, values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD));
    }

    @Override
    public XATopicConnection createXATopicConnection(final @Nullable String userName, final @Nullable String password)
            throws JMSException {
        return connectXa(Domain.TOPIC, userName, password);
    }

    @Override
    public XAJMSContext createXAContext() {
        return createXAContext(values.textOrNull(Option.USER_NAME), values.textOrNull(Option.PASSWORD));
    }

    @Override
    public XAJMSContext createXAContext(final @Nullable String userName, final @Nullable String password) {
        return JmsXaContext.openXa(settings(userName, password));
    }

    private JmsXaConnection connectXa(
            final Domain domain, final @Nullable String userName, final @Nullable String password) throws JMSException {
        return JmsXaConnection.openXa(settings(userName, password), domain);
    }

    // ---- Options

    /** The URI, as it was set. */
    public String getBrokerURL() {
        return brokerUrl;
    }

    /**
     * Sets where to connect to, and the options that the URI has; others stay as they are.
     *
     * @throws IllegalArgumentException naming what is wrong with the URI
     */
    public void setBrokerURL(final String uri) {
        values.setAll(ConnectionUri.parse(uri).options());
        brokerUrl = uri;
    }

    /**
     * Sets any option by its name or alias, as in a URI.
     *
     * @throws IllegalArgumentException naming the option, when there is none or this is no value for it
     */
    public void setOption(final String name, final String value) {
        values.set(Option.require(name), value);
    }

    /** The user, or null for nobody. */
    public @Nullable String getUserName() {
        return values.textOrNull(Option.USER_NAME);
    }

    /** See {@link Option#USER_NAME}. */
    public void setUserName(final @Nullable String userName) {
        values.setOrClear(Option.USER_NAME, userName);
    }

    /** The same as {@link #getUserName()}. */
    public @Nullable String getUser() {
        return getUserName();
    }

    /** The same as {@link #setUserName}. */
    public void setUser(final @Nullable String user) {
        setUserName(user);
    }

    /** The user's password, or null. */
    public @Nullable String getPassword() {
        return values.textOrNull(Option.PASSWORD);
    }

    /** See {@link Option#PASSWORD}. */
    public void setPassword(final @Nullable String password) {
        values.setOrClear(Option.PASSWORD, password);
    }

    /** The client identifier of each connection, or null. */
    public @Nullable String getClientID() {
        return values.textOrNull(Option.CLIENT_ID);
    }

    /** See {@link Option#CLIENT_ID}. */
    public void setClientID(final @Nullable String clientId) {
        values.setOrClear(Option.CLIENT_ID, clientId);
    }

    /** Milliseconds. */
    public int getConnectTimeout() {
        return values.number(Option.CONNECT_TIMEOUT);
    }

    /** See {@link Option#CONNECT_TIMEOUT}; milliseconds. */
    public void setConnectTimeout(final int timeoutMs) {
        set(Option.CONNECT_TIMEOUT, timeoutMs);
    }

    /** -1 for no limit; what the URI stands for when not set, so 0 or -1. */
    public int getMaxReconnectAttempts() {
        return values.isSet(Option.MAX_RECONNECT_ATTEMPTS)
                ? values.number(Option.MAX_RECONNECT_ATTEMPTS)
                : ConnectionUri.parse(brokerUrl).failover() ? -1 : 0;
    }

    /** See {@link Option#MAX_RECONNECT_ATTEMPTS}. */
    public void setMaxReconnectAttempts(final int attempts) {
        set(Option.MAX_RECONNECT_ATTEMPTS, attempts);
    }

    /** -1 for no limit. */
    public int getStartupMaxReconnectAttempts() {
        return values.number(Option.STARTUP_MAX_RECONNECT_ATTEMPTS);
    }

    /** See {@link Option#STARTUP_MAX_RECONNECT_ATTEMPTS}; -1 for no limit. */
    public void setStartupMaxReconnectAttempts(final int attempts) {
        set(Option.STARTUP_MAX_RECONNECT_ATTEMPTS, attempts);
    }

    /** Milliseconds. */
    public int getInitialReconnectDelay() {
        return values.number(Option.INITIAL_RECONNECT_DELAY);
    }

    /** See {@link Option#INITIAL_RECONNECT_DELAY}; milliseconds. */
    public void setInitialReconnectDelay(final int delayMs) {
        set(Option.INITIAL_RECONNECT_DELAY, delayMs);
    }

    /** Milliseconds. */
    public int getReconnectDelay() {
        return values.number(Option.RECONNECT_DELAY);
    }

    /** See {@link Option#RECONNECT_DELAY}; milliseconds. */
    public void setReconnectDelay(final int delayMs) {
        set(Option.RECONNECT_DELAY, delayMs);
    }

    /** By how much each delay is longer than the one before. */
    public double getReconnectBackOffMultiplier() {
        return values.factor(Option.RECONNECT_BACK_OFF_MULTIPLIER);
    }

    /** See {@link Option#RECONNECT_BACK_OFF_MULTIPLIER}. */
    public void setReconnectBackOffMultiplier(final double multiplier) {
        values.set(Option.RECONNECT_BACK_OFF_MULTIPLIER, String.valueOf(multiplier));
    }

    /** Milliseconds. */
    public int getMaxReconnectDelay() {
        return values.number(Option.MAX_RECONNECT_DELAY);
    }

    /** See {@link Option#MAX_RECONNECT_DELAY}; milliseconds. */
    public void setMaxReconnectDelay(final int delayMs) {
        set(Option.MAX_RECONNECT_DELAY, delayMs);
    }

    /** Whether addresses are tried in any order. */
    public boolean isRandomize() {
        return values.flag(Option.RANDOMIZE);
    }

    /** See {@link Option#RANDOMIZE}. */
    public void setRandomize(final boolean randomize) {
        values.set(Option.RANDOMIZE, String.valueOf(randomize));
    }

    /** Milliseconds; 0 for what the broker says. */
    public int getIdleTimeout() {
        return values.isSet(Option.IDLE_TIMEOUT) ? values.number(Option.IDLE_TIMEOUT) : 0;
    }

    /** See {@link Option#IDLE_TIMEOUT}; milliseconds, at least 1. */
    public void setIdleTimeout(final int timeoutMs) {
        set(Option.IDLE_TIMEOUT, timeoutMs);
    }

    /** Milliseconds. */
    public int getRequestTimeout() {
        return values.number(Option.REQUEST_TIMEOUT);
    }

    /** See {@link Option#REQUEST_TIMEOUT}; milliseconds. */
    public void setRequestTimeout(final int timeoutMs) {
        set(Option.REQUEST_TIMEOUT, timeoutMs);
    }

    /** Milliseconds. */
    public int getSendTimeout() {
        return values.number(Option.SEND_TIMEOUT);
    }

    /** See {@link Option#SEND_TIMEOUT}; milliseconds. */
    public void setSendTimeout(final int timeoutMs) {
        set(Option.SEND_TIMEOUT, timeoutMs);
    }

    /** Messages. */
    public int getPrefetch() {
        return values.number(Option.PREFETCH);
    }

    /** See {@link Option#PREFETCH}. */
    public void setPrefetch(final int messages) {
        set(Option.PREFETCH, messages);
    }

    /** Messages. */
    public int getQueuePrefetch() {
        return settings(null, null).queuePrefetch();
    }

    /** See {@link Option#QUEUE_PREFETCH}. */
    public void setQueuePrefetch(final int messages) {
        set(Option.QUEUE_PREFETCH, messages);
    }

    /** Messages. */
    public int getTopicPrefetch() {
        return settings(null, null).topicPrefetch();
    }

    /** See {@link Option#TOPIC_PREFETCH}. */
    public void setTopicPrefetch(final int messages) {
        set(Option.TOPIC_PREFETCH, messages);
    }

    /** Bytes. */
    public int getPrefetchBytes() {
        return values.number(Option.PREFETCH_BYTES);
    }

    /** See {@link Option#PREFETCH_BYTES}. */
    public void setPrefetchBytes(final int bytes) {
        set(Option.PREFETCH_BYTES, bytes);
    }

    /** Bytes. */
    public int getMinLargeMessageSize() {
        return values.number(Option.MIN_LARGE_MESSAGE_SIZE);
    }

    /** See {@link Option#MIN_LARGE_MESSAGE_SIZE}. */
    public void setMinLargeMessageSize(final int bytes) {
        set(Option.MIN_LARGE_MESSAGE_SIZE, bytes);
    }

    /** Bytes. */
    public int getMaxLargeMessageSize() {
        return values.number(Option.MAX_LARGE_MESSAGE_SIZE);
    }

    /** See {@link Option#MAX_LARGE_MESSAGE_SIZE}. */
    public void setMaxLargeMessageSize(final int bytes) {
        set(Option.MAX_LARGE_MESSAGE_SIZE, bytes);
    }

    /** The name of one of {@link io.ansermq.client.message.Compression}. */
    public String getCompression() {
        return values.text(Option.COMPRESSION);
    }

    /** See {@link Option#COMPRESSION}. */
    public void setCompression(final String name) {
        set(Option.COMPRESSION, name);
    }

    /** Bytes. */
    public int getMinCompressedSize() {
        return values.number(Option.MIN_COMPRESSED_SIZE);
    }

    /** See {@link Option#MIN_COMPRESSED_SIZE}. */
    public void setMinCompressedSize(final int bytes) {
        set(Option.MIN_COMPRESSED_SIZE, bytes);
    }

    /** Whether XA resources of all connections to one broker are the same resource manager. */
    public boolean isShareBranches() {
        return values.flag(Option.SHARE_BRANCHES);
    }

    /** See {@link Option#SHARE_BRANCHES}. */
    public void setShareBranches(final boolean share) {
        set(Option.SHARE_BRANCHES, share);
    }

    /** Whether automatic acknowledgements are waited for. */
    public boolean isStrictAck() {
        return values.flag(Option.STRICT_ACK);
    }

    /** See {@link Option#STRICT_ACK}. */
    public void setStrictAck(final boolean strict) {
        set(Option.STRICT_ACK, strict);
    }

    /** Whether sends of PERSISTENT messages are waited for. */
    public boolean isBlockOnDurableSend() {
        return values.flag(Option.BLOCK_ON_DURABLE_SEND);
    }

    /** See {@link Option#BLOCK_ON_DURABLE_SEND}. */
    public void setBlockOnDurableSend(final boolean block) {
        set(Option.BLOCK_ON_DURABLE_SEND, block);
    }

    /** Whether sends of NON_PERSISTENT messages are waited for. */
    public boolean isBlockOnNonDurableSend() {
        return values.flag(Option.BLOCK_ON_NON_DURABLE_SEND);
    }

    /** See {@link Option#BLOCK_ON_NON_DURABLE_SEND}. */
    public void setBlockOnNonDurableSend(final boolean block) {
        set(Option.BLOCK_ON_NON_DURABLE_SEND, block);
    }

    /** Classes and packages, between commas. */
    public String getDeserializationAllowList() {
        return values.text(Option.DESERIALIZATION_ALLOW_LIST);
    }

    /** See {@link Option#DESERIALIZATION_ALLOW_LIST}. */
    public void setDeserializationAllowList(final @Nullable String entries) {
        values.setOrClear(Option.DESERIALIZATION_ALLOW_LIST, entries);
    }

    /** Classes and packages, between commas. */
    public String getDeserializationDenyList() {
        return values.text(Option.DESERIALIZATION_DENY_LIST);
    }

    /** See {@link Option#DESERIALIZATION_DENY_LIST}. */
    public void setDeserializationDenyList(final @Nullable String entries) {
        values.setOrClear(Option.DESERIALIZATION_DENY_LIST, entries);
    }

    /** Whether property names must be identifiers. */
    public boolean isValidatePropertyNames() {
        return values.flag(Option.VALIDATE_PROPERTY_NAMES);
    }

    /** See {@link Option#VALIDATE_PROPERTY_NAMES}. */
    public void setValidatePropertyNames(final boolean validate) {
        set(Option.VALIDATE_PROPERTY_NAMES, validate);
    }

    /** Whether connections are encrypted. */
    public boolean isTls() {
        return values.flag(Option.TLS);
    }

    /** See {@link Option#TLS}. */
    public void setTls(final boolean value) {
        set(Option.TLS, value);
    }

    /** The file of trusted certificates, or null for those that Java trusts. */
    public @Nullable String getTrustStore() {
        return values.textOrNull(Option.TRUST_STORE);
    }

    /** See {@link Option#TRUST_STORE}. */
    public void setTrustStore(final @Nullable String value) {
        values.setOrClear(Option.TRUST_STORE, value);
    }

    /** What opens it, or null. */
    public @Nullable String getTrustStorePassword() {
        return values.textOrNull(Option.TRUST_STORE_PASSWORD);
    }

    /** See {@link Option#TRUST_STORE_PASSWORD}. */
    public void setTrustStorePassword(final @Nullable String value) {
        values.setOrClear(Option.TRUST_STORE_PASSWORD, value);
    }

    /** The file of this client's private key and certificates, or null. */
    public @Nullable String getKeyStore() {
        return values.textOrNull(Option.KEY_STORE);
    }

    /** See {@link Option#KEY_STORE}. */
    public void setKeyStore(final @Nullable String value) {
        values.setOrClear(Option.KEY_STORE, value);
    }

    /** What opens it, or null. */
    public @Nullable String getKeyStorePassword() {
        return values.textOrNull(Option.KEY_STORE_PASSWORD);
    }

    /** See {@link Option#KEY_STORE_PASSWORD}. */
    public void setKeyStorePassword(final @Nullable String value) {
        values.setOrClear(Option.KEY_STORE_PASSWORD, value);
    }

    /** Whether the broker's certificate must name its host. */
    public boolean isVerifyHost() {
        return values.flag(Option.VERIFY_HOST);
    }

    /** See {@link Option#VERIFY_HOST}. */
    public void setVerifyHost(final boolean value) {
        set(Option.VERIFY_HOST, value);
    }

    /** Whether any certificate will do. */
    public boolean isTrustAll() {
        return values.flag(Option.TRUST_ALL);
    }

    /** See {@link Option#TRUST_ALL}. */
    public void setTrustAll(final boolean value) {
        set(Option.TRUST_ALL, value);
    }

    /** Whether a broker in this JVM is started when it does not run. */
    public boolean isCreate() {
        return values.flag(Option.CREATE);
    }

    /** See {@link Option#CREATE}. */
    public void setCreate(final boolean create) {
        set(Option.CREATE, create);
    }

    /** What kind of factory somebody wanted. */
    public String getType() {
        return values.text(Option.TYPE);
    }

    /** See {@link Option#TYPE}. */
    public void setType(final String type) {
        values.set(Option.TYPE, type);
    }

    private void set(final Option option, final Object value) {
        values.set(option, String.valueOf(value));
    }

    @Override
    public Reference getReference() {
        final Reference reference = new Reference(AnserConnectionFactory.class.getName(), OBJECT_FACTORY, null);
        reference.add(new StringRefAddr(BROKER_URL, brokerUrl));
        for (final Map.Entry<Option, String> entry : values.asMap().entrySet()) {
            reference.add(new StringRefAddr(entry.getKey().optionName(), entry.getValue()));
        }
        return reference;
    }

    /** The address, without options: one of them may be a password. */
    @Override
    public String toString() {
        return "AnserConnectionFactory{" + ConnectionUri.parse(brokerUrl) + "}";
    }
}
