package io.ansermq.namesrv;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ansermq.remoting.protocol.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteBodiesTest {

    @Test
    void shouldReadTheTopicsOfARegistration() {
        final String body = """
                {"filterServerList":[],
                 "topicConfigSerializeWrapper":{
                   "dataVersion":{"counter":1,"stateVersion":0,"timestamp":1763719000000},
                   "topicConfigTable":{
                     "orders":{"attributes":{},"order":false,"perm":6,"readQueueNums":10,"topicFilterType":"SINGLE_TAG",
                               "topicName":"orders","topicSysFlag":0,"writeQueueNums":1},
                     "bare":{}},
                   "topicQueueMappingInfoMap":{"static":{"currIdMap":{0:0,1:1},"dirty":true,"epoch":-1.5e3}},
                   "topicQueueMappingDetailMap":null}}
                """;
        assertThat(RouteBodies.topics(body.getBytes(UTF_8)))
                .containsOnly(
                        Map.entry("orders", new TopicQueues(10, 1, 6, 0)),
                        Map.entry("bare", new TopicQueues(16, 16, 6, 0)));
    }

    @Test
    void shouldFindNoTopicsWhereNoneAre() {
        assertThat(RouteBodies.topics(new byte[0])).isEmpty();
        assertThat(RouteBodies.topics("{}".getBytes(UTF_8))).isEmpty();
        assertThat(RouteBodies.topics("{\"topicConfigSerializeWrapper\":{}}".getBytes(UTF_8)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"a":1                    | no end at character 6
            {"a" 1}                   | no :
            {"a":}                    | no value
            {"a":1,}                  | no value
            {"a":x}                   | no value
            {"a":9999999999999999999} | no value
            {"a":"x}                  | a text without end
            {"a":"\\q"}               | an unknown escape
            {"a":"\\u00g0"}           | an escape that is no number
            {"a":[1,2}                | no ,
            {}{}                      | something behind the object
            []                        | body is not a JSON object
            1                         | body is not a JSON object
            {"topicConfigSerializeWrapper":1}                                                   | is not a JSON object
            {"topicConfigSerializeWrapper":{"topicConfigTable":{"t":{"perm":"6"}}}}             | perm is not a number
            {"topicConfigSerializeWrapper":{"topicConfigTable":{"t":{"readQueueNums":-1}}}}     | readQueueNums
            {"topicConfigSerializeWrapper":{"topicConfigTable":{"t":{"writeQueueNums":1e9}}}}   | writeQueueNums
            """)
    void shouldSayWhatIsWrongWithABody(final String body, final String text) {
        assertThatThrownBy(() -> RouteBodies.topics(body.getBytes(UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text);
    }

    @Test
    void shouldRefuseABodyThatIsNestedTooDeep() {
        final String body = "{\"a\":" + "[".repeat(100_000);
        assertThatThrownBy(() -> RouteBodies.topics(body.getBytes(UTF_8))).hasMessageContaining("nested too deep");
    }

    @Test
    void shouldReadBackEveryText() {
        final String text = "a\"b\\c\n\t\u0001/ü🦆";
        final StringBuilder json = new StringBuilder("{");
        Json.quote(json, text);
        json.append(":");
        Json.quote(json, text);
        assertThat(Json.object(json.append(" , \"\\u00fc\\/\\b\\f\\r\" : true }")
                        .toString()
                        .getBytes(UTF_8)))
                .containsExactly(Map.entry(text, text), Map.entry("ü/\b\f\r", true));
    }

    @Test
    void shouldWriteARouteAsRocketMqDoes() {
        final var routes = List.of(
                new RouteTable.Route(
                        "c", "a", new TreeMap<>(Map.of(0L, "h:1", 1L, "h:2")), new TopicQueues(10, 1, 6, 0)),
                new RouteTable.Route("c", "b", new TreeMap<>(Map.of(0L, "h:3")), new TopicQueues(8, 8, 4, 1)));
        assertThat(new String(RouteBodies.topicRoute(routes, null, true), UTF_8))
                .isEqualTo(
                        "{\"brokerDatas\":["
                                + "{\"brokerAddrs\":{\"0\":\"h:1\",\"1\":\"h:2\"},\"brokerName\":\"a\",\"cluster\":\"c\",\"enableActingMaster\":false},"
                                + "{\"brokerAddrs\":{\"0\":\"h:3\"},\"brokerName\":\"b\",\"cluster\":\"c\",\"enableActingMaster\":false}],"
                                + "\"filterServerTable\":{},\"queueDatas\":["
                                + "{\"brokerName\":\"a\",\"perm\":6,\"readQueueNums\":10,\"topicSysFlag\":0,\"writeQueueNums\":1},"
                                + "{\"brokerName\":\"b\",\"perm\":4,\"readQueueNums\":8,\"topicSysFlag\":1,\"writeQueueNums\":8}]}");
        assertThat(new String(RouteBodies.topicRoute(routes, null, false), UTF_8))
                .contains("\"brokerAddrs\":{0:\"h:1\",1:\"h:2\"}");
    }
}
