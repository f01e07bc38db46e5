package io.ansermq.tools.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.remoting.protocol.ConnectionHeader.DestinationStatus;
import io.ansermq.remoting.protocol.ConnectionHeader.Status;
import io.ansermq.remoting.protocol.ControlHeader.DestinationKind;
import io.ansermq.tools.console.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StatusViewTest {

    @Test
    void shouldShowFiguresInTheirOrderAndDestinationsAsATable() {
        final Status status = new Status(
                figures("broker", "anser", "uptimeMs", "61000", "heapUsedBytes", "1048576", "logWritten", "1234567"),
                List.of(
                        new DestinationStatus(DestinationKind.QUEUE, "orders", 1200, 7, 2, 10_000, 8_800),
                        new DestinationStatus(DestinationKind.TOPIC, "p", 0, 0, 0, 0, 0)));

        assertThat(new StatusView(status).asText().lines())
                .containsExactly(
                        "broker      anser",
                        "uptime      1 min 1 s",
                        "heapUsed    1.0 MiB",
                        "logWritten  1,234,567",
                        "",
                        "KIND    NAME     BACKLOG   IN FLIGHT   CONSUMERS       IN     OUT",
                        "queue   orders     1,200           7           2   10,000   8,800",
                        "topic   p              0           0           0        0       0");
    }

    @Test
    void shouldSayThatThereAreNoDestinations() {
        assertThat(new StatusView(new Status(Map.of(), List.of())).asText()).contains("no destinations");
    }

    @Test
    void shouldWriteEverythingAsJson() {
        final Status status = new Status(
                figures("broker", "42"), List.of(new DestinationStatus(DestinationKind.TOPIC, "a\"b", 1, 2, 3, 4, 5)));

        assertThat(Json.write(new StatusView(status).asJson())).isEqualTo("""
                {
                  "figures": {
                    "broker": "42"
                  },
                  "destinations": [
                    {
                      "kind": "topic",
                      "name": "a\\"b",
                      "backlog": 1,
                      "inFlight": 2,
                      "consumers": 3,
                      "messagesIn": 4,
                      "messagesOut": 5
                    }
                  ]
                }
                """);
    }

    private static Map<String, String> figures(final String... namesAndValues) {
        final Map<String, String> figures = new LinkedHashMap<>();
        for (int index = 0; index < namesAndValues.length; index += 2) {
            figures.put(namesAndValues[index], namesAndValues[index + 1]);
        }
        return figures;
    }
}
