package io.ansermq.jms.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class AnserDestinationTest {

    @Test
    void shouldEqualWhatHasTheSameKindAndName() {
        assertThat(new AnserQueue("a")).isEqualTo(new AnserQueue("a")).hasSameHashCodeAs(new AnserQueue("a"));
        assertThat(new AnserQueue("a")).isNotEqualTo(new AnserTopic("a")).isNotEqualTo(new AnserQueue("b"));
        assertThat(new AnserTopic("a")).isEqualTo(new AnserTopic("a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue://orders", "topic://a/b?c", "queue://queue://x"})
    void shouldBeReadBackFromItsUri(final String uri) {
        assertThat(AnserDestination.parse(uri)).hasToString(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders", "queue://", "topic://", "temp-queue://x"})
    void shouldNotReadOtherTexts(final String text) {
        assertThat(AnserDestination.parse(text)).isNull();
    }

    @ParameterizedTest
    @NullAndEmptySource
    void shouldNeedAName(final String name) {
        assertThatThrownBy(() -> new AnserQueue(name)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AnserTopic(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldBeSerializable() throws Exception {
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new AnserTopic("prices"));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            assertThat(in.readObject()).isEqualTo(new AnserTopic("prices"));
        }
    }

    @Test
    void shouldGiveItsName() {
        assertThat(new AnserQueue("a").getQueueName()).isEqualTo("a");
        assertThat(new AnserTopic("b").getTopicName()).isEqualTo("b");
    }
}
