package io.ansermq.tck.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.broker.Broker;
import io.ansermq.broker.BrokerOptions;
import io.ansermq.jms.AnserConnectionFactory;
import jakarta.jms.CompletionListener;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TemporaryQueue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators see by HTTP and JMX what the broker does.
 *
 * <p>{@code make t M=tck T=MetricsTest ARGS=-Danser.test.jvm=-Danser.generate=true} writes the reference of metrics anew.
 */
class MetricsTest {

    private static final Path GUIDE = Path.of("../docs/guide/operations.md");
    private static final String BEGIN = "<!-- metrics: begin -->\n";
    private static final String END = "<!-- metrics: end -->";
    private static final Pattern HELP = Pattern.compile("(?m)^# HELP (anser_\\w+) (.*)$");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (anser_\\w+) (.*)$");

    private final HttpClient http = HttpClient.newHttpClient();

    @TempDir
    Path directory;

    @Test
    void shouldShowWhatADestinationDoes() throws Exception {
        try (Broker broker = start("1GiB");
                JMSContext context = connect(broker)) {
            final Queue queue = context.createQueue("orders");
            for (int i = 0; i < 5; i++) {
                context.createProducer().send(queue, "goose " + i);
            }
            try (JMSContext other = context.createContext(JMSContext.CLIENT_ACKNOWLEDGE);
                    JMSConsumer consumer = other.createConsumer(queue)) {
                final Message first = consumer.receive(5_000);
                assertThat(first).isNotNull();
                other.recover();
                assertThat(consumer.receive(5_000).getJMSRedelivered()).isTrue();
                other.acknowledge();

                awaitLine(broker, "anser_destination_depth{destination=\"orders\",kind=\"queue\"} 4.0");
                final String page = get(broker, "/metrics").body();
                assertThat(page)
                        .contains("anser_destination_received_total{destination=\"orders\",kind=\"queue\"} 5.0")
                        .contains("anser_destination_consumers{destination=\"orders\",kind=\"queue\"} 1.0")
                        .contains("anser_connections 1.0")
                        .contains("anser_producers_blocked 0.0")
                        .containsPattern("anser_destination_redelivered_total\\{[^}]*} [1-9]")
                        .containsPattern("anser_destination_oldest_age_seconds\\{[^}]*} \\d")
                        .containsPattern("anser_log_force_seconds_count \\d")
                        .contains("jvm_memory_used_bytes");
            }
        }
    }

    @Test
    void shouldSayThatItLivesAndIsReadyButNotWhenProducersAreBlocked() throws Exception {
        try (Broker broker = start("16MiB");
                JMSContext context = connect(broker)) {
            assertThat(get(broker, "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(broker, "/health/ready").statusCode()).isEqualTo(200);
            assertThat(get(broker, "/else").statusCode()).isEqualTo(404);

            final Queue queue = context.createQueue("crowded");
            final byte[] body = new byte[100_000];
            for (int i = 0; i < 170; i++) {
                context.createProducer().setAsync(new Unheard()).send(queue, body);
            }

            awaitLine(broker, "anser_producers_blocked 1.0");
            final HttpResponse<String> ready = get(broker, "/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(ready.body()).contains("the disk is full").contains("crowded");
            assertThat(get(broker, "/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void shouldCountTemporaryDestinationsButGiveThemNoLines() throws Exception {
        try (Broker broker = start("1GiB");
                JMSContext context = connect(broker)) {
            final TemporaryQueue temporary = context.createTemporaryQueue();
            context.createProducer().send(temporary, "here");

            awaitLine(broker, "anser_destinations_temporary 1.0");
            assertThat(get(broker, "/metrics").body()).doesNotContain(temporary.getQueueName());
            temporary.delete();
            awaitLine(broker, "anser_destinations_temporary 0.0");
        }
    }

    @Test
    void shouldShowTheSameByJmx() throws Exception {
        try (Broker broker = start("1GiB");
                JMSContext context = connect(broker)) {
            context.createProducer().send(context.createQueue("orders"), "goose");
            final ObjectName name = new ObjectName("io.ansermq:type=Broker,name=\"anser\"");
            final var beans = ManagementFactory.getPlatformMBeanServer();
            assertThat(beans.getAttribute(name, "Connections")).isEqualTo(1.0);
            final TabularData table = (TabularData) beans.getAttribute(name, "DestinationTable");
            assertThat(table.get(new Object[] {"QUEUE", "orders"}).get("Depth")).isEqualTo(1.0);
            assertThat(beans.getMBeanInfo(name).getAttributes())
                    .hasSize(beans.getAttributes(
                                    name,
                                    Arrays.stream(beans.getMBeanInfo(name).getAttributes())
                                            .map(each -> each.getName())
                                            .toArray(String[]::new))
                            .size());
        }
    }

    @Test
    void guideShouldListEveryMetric() throws Exception {
        try (Broker broker = start("1GiB");
                JMSContext context = connect(broker)) {
            context.createProducer().send(context.createQueue("orders"), "goose");
            final String table = tableOf(get(broker, "/metrics").body());
            final String guide = Files.readString(GUIDE);
            final int begin = guide.indexOf(BEGIN) + BEGIN.length();
            final String expected = guide.substring(0, begin) + table + guide.substring(guide.indexOf(END));
            if (Boolean.getBoolean("anser.generate")) {
                Files.writeString(GUIDE, expected);
            }
            assertThat(guide)
                    .as("%s is out of date: the comment of this test says how to write it anew", GUIDE)
                    .isEqualTo(expected);
        }
    }

    private static String tableOf(final String page) {
        final TreeMap<String, String> types = new TreeMap<>();
        for (final Matcher type = TYPE.matcher(page); type.find(); ) {
            types.put(type.group(1), type.group(2));
        }
        final TreeSet<String> rows = new TreeSet<>();
        for (final Matcher help = HELP.matcher(page); help.find(); ) {
            final String labels = page.contains(help.group(1) + "{destination=") ? "`destination`, `kind`" : "";
            rows.add("| `" + help.group(1) + "` | " + types.get(help.group(1)) + " | " + labels + " | " + help.group(2)
                    + " |\n");
        }
        return rows.stream()
                .collect(Collectors.joining("", "| metric | type | labels | meaning |\n|---|---|---|---|\n", ""));
    }

    private void awaitLine(final Broker broker, final String line) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(get(broker, "/metrics").body()).contains(line));
    }

    private HttpResponse<String> get(final Broker broker, final String path) throws IOException, InterruptedException {
        final InetSocketAddress address = broker.httpAddress();
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Broker start(final String maxDisk) throws IOException {
        return Broker.start(BrokerOptions.builder()
                .set("port", "0")
                .set("http", "0")
                .set("jmx", "true")
                .set("data", directory.resolve("data").toString())
                .set("max-message-size", "256KiB")
                .set("staging-size", "1MiB")
                .set("segment-size", "1MiB")
                .set("max-disk", maxDisk)
                .set("disk-wait", "100ms")
                .set("min-free-disk", "32MiB")
                .build());
    }

    private static JMSContext connect(final Broker broker) {
        return new AnserConnectionFactory("anser://127.0.0.1:" + broker.port()).createContext();
    }

    /** For sends of which some are refused. */
    private static final class Unheard implements CompletionListener {
        @Override
        public void onCompletion(final Message message) {}

        @Override
        public void onException(final Message message, final Exception exception) {}
    }
}
