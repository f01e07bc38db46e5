package io.ansermq.client;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class OutgoingMessageTest {
    private static final byte[] EMPTY = {};

    @Test
    void shouldNameALaneThatDoesNotExist() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutgoingMessage(10, 0, 0, EMPTY, 0, 0, EMPTY))
                .withMessageContaining("lane 10");
    }

    @Test
    void shouldRefuseABodyBeyondItsArray() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutgoingMessage(0, 0, 0, EMPTY, 1, 0, EMPTY))
                .withMessageContaining("body length 1");
    }

    @Test
    void shouldNameSizeAndLimitOfTooManyProperties() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OutgoingMessage(0, 0, 0, EMPTY, 0, 0, new byte[32_768]))
                .withMessageContaining("32768 bytes")
                .withMessageContaining("32767");
    }
}
