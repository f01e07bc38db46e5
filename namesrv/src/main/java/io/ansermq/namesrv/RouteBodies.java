package io.ansermq.namesrv;

import io.ansermq.remoting.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON bodies of RocketMQ's name server protocol: RegisterBrokerBody comes in, TopicRouteData goes out. */
final class RouteBodies {

    private static final long DEFAULT_QUEUES = 16;
    private static final long DEFAULT_PERMISSION = 6;

    private RouteBodies() {}

    /**
     * The topics of a RegisterBrokerBody: what its {@code topicConfigSerializeWrapper.topicConfigTable} says.
     *
     * @throws IllegalArgumentException when the body is something else
     */
    static Map<String, TopicQueues> topics(final byte[] body) {
        if (body.length == 0) {
            return Map.of();
        }
        final Map<String, @Nullable Object> wrapper =
                Json.asObject(Json.object(body).get("topicConfigSerializeWrapper"), "topicConfigSerializeWrapper");
        final Map<String, TopicQueues> topics = new LinkedHashMap<>();
        Json.asObject(wrapper.get("topicConfigTable"), "topicConfigTable").forEach((topic, value) -> {
            final Map<String, @Nullable Object> config = Json.asObject(value, "topicConfigTable." + topic);
            topics.put(
                    topic,
                    new TopicQueues(
                            number(config, "readQueueNums", DEFAULT_QUEUES),
                            number(config, "writeQueueNums", DEFAULT_QUEUES),
                            number(config, "perm", DEFAULT_PERMISSION),
                            number(config, "topicSysFlag", 0)));
        });
        return topics;
    }

    /**
     * A TopicRouteData.
     *
     * @param order how many queues each broker has, when administrators say that the topic is ordered
     * @param quotedIds whether broker ids stand in quotes, as JSON wants it; RocketMQ's clients before 4.9.4 expect them
     *     without
     */
    static byte[] topicRoute(
            final List<RouteTable.Route> routes, final @Nullable String order, final boolean quotedIds) {
        final StringBuilder out = new StringBuilder(256);
        out.append("{\"brokerDatas\":[");
        for (final RouteTable.Route route : routes) {
            separate(out);
            appendBroker(out, route, quotedIds);
        }
        out.append("],\"filterServerTable\":{},");
        if (order != null) {
            out.append("\"orderTopicConf\":");
            Json.quote(out, order);
            out.append(',');
        }
        out.append("\"queueDatas\":[");
        for (final RouteTable.Route route : routes) {
            separate(out);
            appendQueues(out, route);
        }
        return out.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }

    /** A RegisterBrokerBody with these topics. */
    static byte[] registration(final Map<String, TopicQueues> topics) {
        final Map<String, @Nullable Object> configs = new LinkedHashMap<>();
        topics.forEach((topic, queues) -> configs.put(
                topic,
                Map.of(
                        "topicName", topic,
                        "readQueueNums", queues.readQueues(),
                        "writeQueueNums", queues.writeQueues(),
                        "perm", queues.permission(),
                        "topicSysFlag", queues.sysFlag(),
                        "topicFilterType", "SINGLE_TAG",
                        "order", false)));
        final Map<String, @Nullable Object> version = Map.of("counter", 0, "timestamp", System.currentTimeMillis());
        return Json.text(Map.of(
                        "filterServerList",
                        List.of(),
                        "topicConfigSerializeWrapper",
                        Map.of("dataVersion", version, "topicConfigTable", configs)))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** RocketMQ's BrokerMemberGroup, below its member's name. */
    static byte[] memberGroup(final String cluster, final String name, final Map<Long, String> addresses) {
        return Json.text(Map.of(
                        "brokerMemberGroup", Map.of("brokerAddrs", addresses, "brokerName", name, "cluster", cluster)))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static void appendBroker(final StringBuilder out, final RouteTable.Route route, final boolean quotedIds) {
        out.append("{\"brokerAddrs\":{");
        route.addresses().forEach((id, address) -> {
            separate(out);
            out.append(quotedIds ? "\"" + id + "\"" : id.toString()).append(':');
            Json.quote(out, address);
        });
        out.append("},\"brokerName\":");
        Json.quote(out, route.name());
        out.append(",\"cluster\":");
        Json.quote(out, route.cluster());
        out.append(",\"enableActingMaster\":false}");
    }

    private static void appendQueues(final StringBuilder out, final RouteTable.Route route) {
        final TopicQueues queues = route.queues();
        out.append("{\"brokerName\":");
        Json.quote(out, route.name());
        out.append(",\"perm\":").append(queues.permission());
        out.append(",\"readQueueNums\":").append(queues.readQueues());
        out.append(",\"topicSysFlag\":").append(queues.sysFlag());
        out.append(",\"writeQueueNums\":").append(queues.writeQueues()).append('}');
    }

    /** Puts a comma, unless the list has just begun. */
    private static void separate(final StringBuilder out) {
        final char last = out.charAt(out.length() - 1);
        if (last != '[' && last != '{') {
            out.append(',');
        }
    }

    private static int number(final Map<String, @Nullable Object> config, final String name, final long whenAbsent) {
        final Object value = config.getOrDefault(name, whenAbsent);
        if (value instanceof Long number && number >= 0 && number <= Integer.MAX_VALUE) {
            return number.intValue();
        }
        throw new IllegalArgumentException(name + " is not a number from 0: " + value);
    }
}
