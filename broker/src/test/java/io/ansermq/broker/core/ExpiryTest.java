package io.ansermq.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpiryTest {

    @ParameterizedTest
    @CsvSource({
        "JMSExpiration:1000, 1",
        "JMSExpiration:1001, 2",
        "JMSExpiration:1700000000123, 1700000001",
        "JMSExpiration:0, 0",
        "JMSExpiration:x, 0",
        "JMSExpiration:99999999999999999999, 0",
        "Other:1000, 0",
    })
    void shouldRoundUpToTheSecondAndTakeNonsenseForNever(final String property, final int second) {
        final byte[] text = (property.replace(':', '\u0001') + '\u0002').getBytes(StandardCharsets.UTF_8);
        assertThat(Expiry.lastSecond(ByteBuffer.wrap(text), 0, text.length)).isEqualTo(second);
    }
}
