package io.ansermq.tools.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small texts that every command prints: tables, quantities, hints, progress and failures. */
class ConsoleTextTest {

    @Test
    void shouldAlignColumns() {
        final String table = new TextTable("NAME", ">COUNT", "NOTE")
                .row("a", 1, "short")
                .row("longer", 12_345, "")
                .text();

        assertThat(table.lines()).containsExactly("NAME     COUNT   NOTE", "a            1   short", "longer   12345");
    }

    @Test
    void shouldRefuseARowOfAnotherLength() {
        assertThatThrownBy(() -> new TextTable("A").row(1, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0,             0 B
            1023,          1023 B
            1024,          1.0 KiB
            134217728,     128.0 MiB
            1099511627776, 1.0 TiB
            """)
    void shouldWriteSizes(final long sizeBytes, final String expected) {
        assertThat(Quantity.bytes(sizeBytes)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            0,         0.0 s
            59900,     59.9 s
            245000,    4 min 5 s
            11040000,  3 h 4 min
            183600000, 2 d 3 h
            """)
    void shouldWriteDurations(final long milliseconds, final String expected) {
        assertThat(Quantity.duration(milliseconds)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            123     | 0.12 ms
            12345   | 12.3 ms
            1234567 | 1,235 ms
            """)
    void shouldWriteLatencies(final long microseconds, final String expected) {
        assertThat(Quantity.latency(microseconds)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            prot,   port
            prot,   port
            flsh,   flush
            flushh, flush
            zzzzzz, -
            """)
    void shouldFindTheWordThatWasMeant(final String word, final String expected) {
        final String hint = Spelling.hint(word, List.of("port", "flush", "data"));

        assertThat(hint).isEqualTo(expected == null ? "" : ", did you mean '" + expected + "'?");
    }

    @Test
    void shouldCountInsertedDeletedAndReplacedLetters() {
        assertThat(Spelling.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Spelling.distance("", "abc")).isEqualTo(3);
        assertThat(Spelling.distance("same", "same")).isZero();
    }

    @Test
    void shouldRedrawOnATerminalAlone() {
        assertThat(progress(true)).isEqualTo("\r\u001B[K1\r\u001B[K2" + System.lineSeparator());
        assertThat(progress(false).lines()).containsExactly("1", "2");
    }

    private static String progress(final boolean terminal) {
        final StringWriter out = new StringWriter();
        final ProgressLine line = new ProgressLine(new PrintWriter(out), terminal);
        line.show("1");
        line.show("2");
        line.end();
        line.end();
        return out.toString();
    }

    @Test
    void shouldKeepTextsForPeopleAndNameTheClassOfAnythingElse() {
        assertThat(FailureText.of(new IOException("port 1 is in use:\n  stop it")))
                .isEqualTo("port 1 is in use: stop it");
        assertThat(FailureText.of(new IOException())).contains("IOException").contains("anser.trace");
        assertThat(FailureText.of(new NullPointerException("x"))).contains("NullPointerException: x");
    }
}
