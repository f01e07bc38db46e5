package io.ansermq.jms.config;

import io.ansermq.client.ReconnectOptions;
import io.ansermq.client.message.Compression;
import io.ansermq.jms.message.ClassPolicy;
import io.ansermq.jms.message.MessageRules;
import org.jspecify.annotations.Nullable;

/**
 * What one connection is made with: the factory's options as they were when it was created, read. Immutable.
 *
 * @param uri where to connect to
 * @param user the user, or null for nobody
 * @param password the user's password
 * @param clientId the client identifier that the administrator chose, or null
 * @param connectTimeoutMs the longest wait for one address
 * @param requestTimeoutMs the longest wait for an answer
 * @param sendTimeoutMs the longest wait of a send
 * @param reconnect how lost connections are restored
 * @param idleTimeoutMs how long the broker may be silent, or 0 for what it says
 * @param queuePrefetch messages that a consumer of a queue may hold
 * @param topicPrefetch messages that a consumer of a topic may hold
 * @param prefetchBytes bytes that a consumer may hold
 * @param minLargeMessageBytes bodies longer than this go in parts
 * @param maxLargeMessageBytes the longest body that is received in parts
 * @param compression how bodies are compressed
 * @param minCompressedBytes which: those longer than this
 * @param shareBranches whether XA sessions of several connections to one broker can work in one branch
 * @param strictAck whether automatic acknowledgements are waited for
 * @param blockOnDurableSend whether sends of PERSISTENT messages are waited for
 * @param blockOnNonDurableSend whether sends of NON_PERSISTENT messages are waited for
 * @param createBroker whether to start a broker in this JVM that does not run
 * @param tls how connections are encrypted
 * @param messageRules what holds for messages
 */
public record ConnectionSettings(
        ConnectionUri uri,
        @Nullable String user,
        @Nullable String password,
        @Nullable String clientId,
        int connectTimeoutMs,
        int requestTimeoutMs,
        int sendTimeoutMs,
        ReconnectOptions reconnect,
        int idleTimeoutMs,
        int queuePrefetch,
        int topicPrefetch,
        int prefetchBytes,
        int minLargeMessageBytes,
        int maxLargeMessageBytes,
        Compression compression,
        int minCompressedBytes,
        boolean shareBranches,
        boolean strictAck,
        boolean blockOnDurableSend,
        boolean blockOnNonDurableSend,
        boolean createBroker,
        TlsSettings tls,
        MessageRules messageRules) {

    /** The settings of these options for a user; options of the URI itself play no part, the caller has taken them over. */
    public static ConnectionSettings of(
            final ConnectionUri uri,
            final OptionValues values,
            final @Nullable String user,
            final @Nullable String password) {
        return new ConnectionSettings(
                uri,
                user,
                password,
                values.textOrNull(Option.CLIENT_ID),
                values.number(Option.CONNECT_TIMEOUT),
                values.number(Option.REQUEST_TIMEOUT),
                values.number(Option.SEND_TIMEOUT),
                reconnect(uri, values),
                values.isSet(Option.IDLE_TIMEOUT) ? values.number(Option.IDLE_TIMEOUT) : 0,
                prefetch(values, Option.QUEUE_PREFETCH),
                prefetch(values, Option.TOPIC_PREFETCH),
                values.number(Option.PREFETCH_BYTES),
                values.number(Option.MIN_LARGE_MESSAGE_SIZE),
                values.number(Option.MAX_LARGE_MESSAGE_SIZE),
                values.compression(),
                values.number(Option.MIN_COMPRESSED_SIZE),
                values.flag(Option.SHARE_BRANCHES),
                values.flag(Option.STRICT_ACK),
                values.flag(Option.BLOCK_ON_DURABLE_SEND),
                values.flag(Option.BLOCK_ON_NON_DURABLE_SEND),
                values.flag(Option.CREATE),
                TlsSettings.of(uri, values),
                new MessageRules(
                        values.flag(Option.VALIDATE_PROPERTY_NAMES),
                        ClassPolicy.parse(
                                values.text(Option.DESERIALIZATION_ALLOW_LIST),
                                values.text(Option.DESERIALIZATION_DENY_LIST))));
    }

    private static ReconnectOptions reconnect(final ConnectionUri uri, final OptionValues values) {
        final int attempts = values.isSet(Option.MAX_RECONNECT_ATTEMPTS)
                ? values.number(Option.MAX_RECONNECT_ATTEMPTS)
                : uri.failover() ? -1 : 0;
        return new ReconnectOptions(
                attempts,
                attempts == 0 ? 0 : values.number(Option.STARTUP_MAX_RECONNECT_ATTEMPTS),
                values.number(Option.INITIAL_RECONNECT_DELAY),
                values.number(Option.RECONNECT_DELAY),
                values.factor(Option.RECONNECT_BACK_OFF_MULTIPLIER),
                values.number(Option.MAX_RECONNECT_DELAY),
                values.flag(Option.RANDOMIZE));
    }

    private static int prefetch(final OptionValues values, final Option ofKind) {
        return values.number(values.isSet(ofKind) ? ofKind : Option.PREFETCH);
    }

    /** Address and user; no password. */
    @Override
    public String toString() {
        return uri + (user == null ? "" : " as " + user);
    }
}
