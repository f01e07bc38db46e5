package io.ansermq.broker.rocketmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class PropertyTextTest {

    private static final String TEXT = "a\u00011\u0002TAGS\u0001red\u0002b\u00012";

    @Test
    void shouldFindAValueAlsoWhenTheLastSeparatorIsMissing() {
        assertThat(PropertyText.find(TEXT, "a")).isEqualTo("1");
        assertThat(PropertyText.find(TEXT, "b")).isEqualTo("2");
        assertThat(PropertyText.find(TEXT, "TAG")).isNull();
        assertThat(PropertyText.find("", "a")).isNull();
    }

    @Test
    void shouldReadWhatItWrites() {
        final Map<String, String> properties = PropertyText.parse(TEXT);

        assertThat(properties).containsExactly(Map.entry("a", "1"), Map.entry("TAGS", "red"), Map.entry("b", "2"));
        assertThat(PropertyText.parse(PropertyText.of(properties))).isEqualTo(properties);
    }

    @Test
    void shouldCloseTheLastPropertyBeforeItAddsOne() {
        assertThat(PropertyText.with(TEXT, "c", "3")).isEqualTo(TEXT + "\u0002c\u00013\u0002");
        assertThat(PropertyText.with("", "c", "3")).isEqualTo("c\u00013\u0002");
    }
}
