package io.ansermq.tools.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {

    @Test
    void shouldNestAndKeepTheOrder() {
        final Map<String, Object> document = new LinkedHashMap<>();
        document.put("z", 1L);
        document.put("a", List.of(Map.of("b", "c"), 2.5, true));
        document.put("none", new ArrayList<>());
        document.put("empty", Map.of());

        assertThat(Json.write(document)).isEqualTo("""
                {
                  "z": 1,
                  "a": [
                    {
                      "b": "c"
                    },
                    2.5,
                    true
                  ],
                  "none": [],
                  "empty": {}
                }
                """);
    }

    @Test
    void shouldEscapeWhatATextMustNotHold() {
        assertThat(Json.write("\"\\\n\r\t\u0001\u007f / 雁 \uD83E\uDEBF \uD83E"))
                .isEqualTo("\"\\\"\\\\\\n\\r\\t\\u0001\\u007f / 雁 \\ud83e\\udebf \\ud83e\"\n");
    }

    @Test
    void shouldWriteNullForWhatIsNoNumber() {
        assertThat(Json.write(Arrays.asList(Double.NaN, Double.POSITIVE_INFINITY, null)))
                .isEqualTo("[\n  null,\n  null,\n  null\n]\n");
    }
}
