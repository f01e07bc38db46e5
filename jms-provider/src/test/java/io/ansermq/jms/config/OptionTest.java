package io.ansermq.jms.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.ansermq.jms.AnserConnectionFactory;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class OptionTest {

    @ParameterizedTest
    @EnumSource
    void shouldHaveABeanSetterAndGetter(final Option option) {
        final String bean = Character.toUpperCase(option.optionName().charAt(0))
                + option.optionName().substring(1);
        final List<String> methods = Arrays.stream(AnserConnectionFactory.class.getMethods())
                .map(Method::getName)
                .toList();

        assertThat(methods).contains("set" + bean).containsAnyOf("get" + bean, "is" + bean);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStandInTheGuide(final Option option) throws IOException {
        final String guide = Files.readString(Path.of("..", "docs", "guide", "connecting.md"), UTF_8);

        final String row = guide.lines()
                .filter(line -> line.startsWith("| `" + option.optionName() + "`"))
                .findFirst()
                .orElse("");
        assertThat(row)
                .as("the row of %s in connecting.md", option.optionName())
                .contains(option.description());
        assertThat(option.aliases()).allMatch(alias -> row.contains("`" + alias + "`"));
        assertThat(row).contains(option.defaultText());
    }

    @ParameterizedTest
    @EnumSource
    void shouldHaveADefaultThatIsAValue(final Option option) {
        if (!option.defaultText().isEmpty()) {
            assertThat(option.checked(option.defaultText())).isEqualTo(option.defaultText());
        }
    }

    @Test
    void shouldHaveEachNameOnce() {
        final Set<String> names = new HashSet<>();
        for (final Option option : Option.values()) {
            assertThat(names.add(option.optionName())).as(option.optionName()).isTrue();
            option.aliases()
                    .forEach(alias -> assertThat(names.add(alias)).as(alias).isTrue());
            assertThat(Option.named(option.optionName())).isEqualTo(option);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "SEND_TIMEOUT, 500ms, 500",
        "SEND_TIMEOUT, 10s, 10000",
        "SEND_TIMEOUT, 2m, 120000",
        "SEND_TIMEOUT, 1h, 3600000",
        "SEND_TIMEOUT, 7, 7",
        "PREFETCH_BYTES, 64KiB, 65536",
        "PREFETCH_BYTES, 1MiB, 1048576",
        "PREFETCH_BYTES, 2M, 2097152",
        "PREFETCH_BYTES, 10B, 10",
        "PREFETCH_BYTES, 7, 7",
        "PREFETCH, 3, 3",
    })
    void shouldReadTimesAndSizes(final Option option, final String text, final int expected) {
        final OptionValues values = new OptionValues();
        values.set(option, text);

        assertThat(values.number(option)).isEqualTo(expected);
    }
}
