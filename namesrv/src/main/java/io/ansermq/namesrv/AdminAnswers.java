package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.Json;
import io.ansermq.remoting.protocol.RemotingCommand;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What administrators and their tools ask a name server. Owned by the name server's loop. */
final class AdminAnswers {

    private static final int PUT_KV_CONFIG = 100;
    private static final int GET_KV_CONFIG = 101;
    private static final int DELETE_KV_CONFIG = 102;
    private static final int GET_BROKER_CLUSTER_INFO = 106;
    private static final int WIPE_WRITE_PERM_OF_BROKER = 205;
    private static final int GET_ALL_TOPIC_LIST = 206;
    private static final int DELETE_TOPIC = 216;
    private static final int GET_KVLIST_BY_NAMESPACE = 219;
    private static final int GET_TOPICS_BY_CLUSTER = 224;
    private static final int GET_SYSTEM_TOPIC_LIST = 304;
    private static final int GET_NAMESRV_CONFIG = 319;
    private static final int ADD_WRITE_PERM_OF_BROKER = 327;

    /** The namespace of the order of topics. */
    private static final String ORDER_TOPICS = "ORDER_TOPIC_CONFIG";

    private static final int QUERY_NOT_FOUND = 22;

    private final RouteTable table;
    private final KeyValues values = new KeyValues();

    AdminAnswers(final RouteTable table) {
        this.table = table;
    }

    static boolean isChange(final int code) {
        return switch (code) {
            case PUT_KV_CONFIG, DELETE_KV_CONFIG, WIPE_WRITE_PERM_OF_BROKER, ADD_WRITE_PERM_OF_BROKER, DELETE_TOPIC ->
                true;
            default -> false;
        };
    }

    /** The answer; null when the request is none of these. */
    @Nullable
    RemotingCommand answer(final RemotingCommand request) {
        final Map<String, String> fields = request.extFields();
        return switch (request.code()) {
            case GET_BROKER_CLUSTER_INFO -> json(request, clusterInfo());
            case GET_ALL_TOPIC_LIST -> json(request, list(table.topics(null)));
            case GET_TOPICS_BY_CLUSTER -> json(request, list(table.topics(field(fields, "cluster"))));
            case GET_SYSTEM_TOPIC_LIST -> json(request, list(systemTopics()));
            case DELETE_TOPIC -> {
                table.removeTopic(fields.get("clusterName"), field(fields, "topic"));
                yield ok(request, Map.of());
            }
            case WIPE_WRITE_PERM_OF_BROKER ->
                ok(request, Map.of("wipeTopicCount", permit(field(fields, "brokerName"), false)));
            case ADD_WRITE_PERM_OF_BROKER ->
                ok(request, Map.of("addTopicCount", permit(field(fields, "brokerName"), true)));
            case PUT_KV_CONFIG -> {
                values.put(field(fields, "namespace"), field(fields, "key"), field(fields, "value"));
                yield ok(request, Map.of());
            }
            case GET_KV_CONFIG -> keyValue(request, values.get(field(fields, "namespace"), field(fields, "key")));
            case DELETE_KV_CONFIG -> {
                values.remove(field(fields, "namespace"), field(fields, "key"));
                yield ok(request, Map.of());
            }
            case GET_KVLIST_BY_NAMESPACE -> json(request, Map.of("table", values.all(field(fields, "namespace"))));
            case GET_NAMESRV_CONFIG -> body(request, "productEnvName=center\n");
            default -> null;
        };
    }

    /** How many queues each broker has of an ordered topic, as an administrator said; null when none did. */
    @Nullable
    String order(final String topic) {
        return values.get(ORDER_TOPICS, topic);
    }

    private String permit(final String broker, final boolean permitted) {
        return Integer.toString(table.permitWriting(broker, permitted));
    }

    /** RocketMQ's ClusterInfo. */
    private Map<String, Object> clusterInfo() {
        final Map<String, Object> brokers = new TreeMap<>();
        final Map<String, TreeSet<String>> clusters = new TreeMap<>();
        for (final RouteTable.Route route : table.brokers()) {
            final Map<String, Object> broker = new LinkedHashMap<>();
            broker.put("brokerAddrs", route.addresses());
            broker.put("brokerName", route.name());
            broker.put("cluster", route.cluster());
            broker.put("enableActingMaster", false);
            brokers.put(route.name(), broker);
            clusters.computeIfAbsent(route.cluster(), any -> new TreeSet<>()).add(route.name());
        }
        final Map<String, Object> info = new LinkedHashMap<>();
        info.put("brokerAddrTable", brokers);
        info.put("clusterAddrTable", clusters);
        return info;
    }

    private Collection<String> systemTopics() {
        final Collection<String> topics = new TreeSet<>();
        for (final RouteTable.Route route : table.brokers()) {
            topics.add(route.cluster());
            topics.add(route.name());
        }
        return topics;
    }

    private static Map<String, Object> list(final Collection<String> topics) {
        return Map.of("topicList", topics);
    }

    private static RemotingCommand keyValue(final RemotingCommand request, final @Nullable String value) {
        return value == null
                ? RemotingCommand.response(
                        request, QUERY_NOT_FOUND, "there is no such key", Map.of(), Unpooled.EMPTY_BUFFER)
                : ok(request, Map.of("value", value));
    }

    private static RemotingCommand json(final RemotingCommand request, final Map<String, ?> value) {
        return body(request, Json.text(value));
    }

    private static RemotingCommand body(final RemotingCommand request, final String text) {
        final ByteBuf body = Unpooled.wrappedBuffer(text.getBytes(StandardCharsets.UTF_8));
        return RemotingCommand.response(request, RouteRequests.SUCCESS, null, Map.of(), body);
    }

    private static RemotingCommand ok(final RemotingCommand request, final Map<String, String> fields) {
        return RemotingCommand.response(request, RouteRequests.SUCCESS, null, fields, Unpooled.EMPTY_BUFFER);
    }

    private static String field(final Map<String, String> fields, final String name) {
        final String value = fields.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the field " + name + " is missing");
        }
        return value;
    }
}
