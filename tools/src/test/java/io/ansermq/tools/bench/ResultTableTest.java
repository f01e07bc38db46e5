package io.ansermq.tools.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultTableTest {

    private final ResultTable table =
            new ResultTable("name", "rate").row("plain", 12345.678).row("odd | \"one\", two", Double.NaN);

    @Test
    void shouldRoundForPeople() {
        assertThat(table.markdown()).isEqualTo("""
                        | name | rate |
                        |---|---:|
                        | plain | 12,346 |
                        | odd \\| "one", two | - |
                        """);
    }

    @Test
    void shouldKeepAllDigitsForPrograms() {
        assertThat(table.csv()).isEqualTo("""
                name,rate
                plain,12345.678
                "odd | ""one"", two",
                """);
        assertThat(table.json()).isEqualTo("""
                        [
                          {"name": "plain", "rate": 12345.678},
                          {"name": "odd | \\"one\\", two", "rate": null}
                        ]
                        """);
    }

    @Test
    void shouldMakeTheDirectory(@TempDir final Path directory) throws IOException {
        table.write(directory.resolve("new"), "figures");

        assertThat(directory.resolve("new/figures.csv")).hasContent(table.csv());
        assertThat(Files.readString(directory.resolve("new/figures.json"))).isEqualTo(table.json());
    }

    @Test
    void shouldRefuseARowOfAnotherLength() {
        assertThatThrownBy(() -> table.row("alone"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 cells for 2 columns");
    }
}
