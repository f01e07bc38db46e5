package io.ansermq.jms.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import jakarta.jms.MessageFormatException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueCodecTest {
    private static final List<Object> ALL =
            Arrays.asList(1, "é", 1f, true, (byte) 1, 'c', (short) 1, 1L, 1d, new byte[] {5}, null);

    /** Other programs and later releases read this: it must not change. */
    @Test
    void shouldWriteTheDocumentedBytes() {
        assertThat(HexFormat.of().formatHex(ValueCodec.writeStream(ALL)))
                .isEqualTo("010b" + "0202" + "0302c3a9" + "040000803f" + "0501" + "0601" + "076300" + "080100" + "0902"
                        + "0a000000000000f03f" + "0c0105" + "00");
        assertThat(HexFormat.of().formatHex(ValueCodec.writeMap(Map.of("a", "b"))))
                .isEqualTo("0101" + "0161" + "030162");
    }

    @Test
    void shouldReadWhatItWrote() throws MessageFormatException {
        final byte[] bytes = ValueCodec.writeStream(ALL);

        assertThat(ValueCodec.readStream(bytes, 0, bytes.length))
                .usingRecursiveComparison()
                .isEqualTo(ALL);
    }

    @Test
    void shouldRefuseAnotherVersion() {
        assertThatThrownBy(() -> ValueCodec.readStream(new byte[] {2, 0}, 0, 2))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("version 2");
    }

    /** A text, an array and a count of 2^31 - 1. */
    @ParameterizedTest
    @ValueSource(strings = {"010103ffffffff07", "01010cffffffff07", "01ffffffff07"})
    void shouldRefuseLengthsBeyondTheEndBeforeMakingRoom(final String hostile) {
        assertRefused(hostile);
    }

    /** Void, an id that nothing has, and class names instead of ids. */
    @ParameterizedTest
    @ValueSource(strings = {"01010b00", "01010d00", "0101ff0100", "0101010084"})
    void shouldRefuseClassesThatAreNotItsOwn(final String hostile) {
        assertRefused(hostile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "01", "0102", "01000000"})
    void shouldRefuseBodiesThatAreTooShortOrTooLong(final String hostile) {
        assertRefused(hostile);
    }

    private static void assertRefused(final String hostile) {
        final byte[] bytes = HexFormat.of().parseHex(hostile);
        assertThatThrownBy(() -> ValueCodec.readStream(bytes, 0, bytes.length))
                .isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> ValueCodec.readMap(bytes, 0, bytes.length)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void shouldSurviveDamagedBytes() {
        final byte[] good = ValueCodec.writeStream(ALL);
        final long seed = 20_261_121;
        final Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            final byte[] bad = good.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            final int length = random.nextInt(bad.length + 1);
            try {
                ValueCodec.readStream(bad, 0, length);
                ValueCodec.readMap(bad, 0, length);
            } catch (MessageFormatException expected) {
                // The only way to fail.
            } catch (RuntimeException e) {
                fail(
                        "round " + round + " of seed " + seed + ": "
                                + HexFormat.of().formatHex(bad),
                        e);
            }
        }
    }
}
