package io.ansermq.remoting.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessagePropertiesTest {

    @Test
    void shouldBringPropertiesBack() {
        final long seed = 0x5EED_0004L;
        final SplittableRandom random = new SplittableRandom(seed);
        final MessageProperties.Builder builder = new MessageProperties.Builder();
        for (int i = 0; i < 2_000; i++) {
            final Map<String, String> expected = new LinkedHashMap<>();
            builder.clear();
            for (int n = random.nextInt(6); n > 0; n--) {
                expected.put("n" + "\u00e4".repeat(random.nextInt(2)) + n, text(random));
            }
            expected.forEach(builder::put);

            final byte[] bytes = builder.toBytes();

            assertThat(builder.length()).isEqualTo(bytes.length);
            assertThat(MessageProperties.toMap(bytes, 0, bytes.length))
                    .as("seed %d, case %d", seed, i)
                    .containsExactlyEntriesOf(expected);
            expected.forEach((name, value) -> assertThat(find(bytes, name)).isEqualTo(value));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a,    1",
        "aa,   22",
        "b,    ''",
        "last, 4",
    })
    void shouldFindAValueByItsName(final String name, final String value) {
        final byte[] bytes = "aa\u000122\u0002a\u00011\u0002b\u0001\u0002last\u00014".getBytes(UTF_8);

        assertThat(find(bytes, name)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"c", "aaa", "22", "", "las", "lastt", "4"})
    void shouldNotFindWhatIsNoName(final String name) {
        final byte[] bytes = "aa\u000122\u0002a\u00011\u0002last\u00014".getBytes(UTF_8);

        assertThat(find(bytes, name)).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "", "Rot \u00e4\u20ac", "a much longer tag that overflows the hash 0123456789"})
    void shouldHashATagAsRocketMqDoes(final String tag) {
        final byte[] bytes = new MessageProperties.Builder()
                .put(MessageProperties.KEYS, "TAGS")
                .put(MessageProperties.TAGS, tag)
                .toBytes();

        assertThat(MessageProperties.tagsCode(bytes, 0, bytes.length)).isEqualTo(tag.hashCode());
        assertThat(MessageProperties.tagsCode(ByteBuffer.wrap(bytes), 0, bytes.length))
                .isEqualTo(tag.hashCode());
    }

    @Test
    void shouldHaveNoTagsCodeWithoutATag() {
        final byte[] bytes =
                new MessageProperties.Builder().put("OTHER", "TAGS").toBytes();

        assertThat(MessageProperties.tagsCode(bytes, 0, bytes.length)).isZero();
        assertThat(MessageProperties.tagsCode(ByteBuffer.wrap(bytes), 0, bytes.length))
                .isZero();
    }

    @Test
    void shouldRefuseTextsThatWouldBreakTheForm() {
        final MessageProperties.Builder builder = new MessageProperties.Builder();

        assertThatIllegalArgumentException().isThrownBy(() -> builder.put("", "v"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.put("a\u0001", "v"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.put("a", "v\u0002"));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.put("a", "\u00e4\u0002"));
        assertThat(builder.length()).as("nothing is left of them").isZero();
    }

    @Test
    void shouldReserveTheNamesOfBothWorlds() {
        assertThat(MessageProperties.isReserved("KEYS")).isTrue();
        assertThat(MessageProperties.isReserved("DELAY")).isTrue();
        assertThat(MessageProperties.isReserved(MessageProperties.JMS_TYPES)).isTrue();
        assertThat(MessageProperties.isReserved(MessageProperties.JMS_USER_PREFIX + "KEYS"))
                .isTrue();
        assertThat(MessageProperties.isReserved("keys")).isFalse();
        assertThat(MessageProperties.isReserved("colour")).isFalse();
    }

    private static String text(final SplittableRandom random) {
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 2_000 : 20); i > 0; i--) {
            text.append(random.nextInt(10) == 0 ? "\u20ac" : (char) (' ' + random.nextInt(90)));
        }
        return text.toString();
    }

    /** Looks in both kinds of memory, with something around it. */
    private static String find(final byte[] bytes, final String name) {
        final byte[] array = new byte[bytes.length + 5];
        System.arraycopy(bytes, 0, array, 2, bytes.length);
        final ByteBuffer direct = ByteBuffer.allocateDirect(array.length).put(0, array);
        final long place = MessageProperties.find(array, 2, bytes.length, name.getBytes(UTF_8));
        assertThat(MessageProperties.find(direct, 2, bytes.length, name.getBytes(UTF_8)))
                .isEqualTo(place);
        return place == MessageProperties.NONE
                ? null
                : new String(array, MessageProperties.offset(place), MessageProperties.length(place), UTF_8);
    }
}
