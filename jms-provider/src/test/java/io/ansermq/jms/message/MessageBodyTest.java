package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code getBody} and {@code isBodyAssignableTo}, as the Javadoc of {@code Message} has them; and text messages. */
class MessageBodyTest {

    static Stream<Arguments> bodies() throws JMSException {
        final JmsTextMessage text = FACTORY.text("words");
        final JmsMapMessage map = FACTORY.map();
        map.setInt("x", 1);
        final JmsBytesMessage bytes = FACTORY.bytes();
        bytes.writeByte((byte) 1);
        final JmsObjectMessage object = FACTORY.object(new ArrayList<>(List.of(1, 2)));
        return Stream.of(
                Arguments.of(
                        text,
                        List.of(String.class, CharSequence.class, Serializable.class, Object.class),
                        List.of(StringBuilder.class, Map.class, byte[].class)),
                Arguments.of(map, List.of(Map.class, Object.class), List.of(HashMap.class, String.class)),
                Arguments.of(bytes, List.of(byte[].class, Object.class), List.of(String.class, int[].class)),
                Arguments.of(
                        object,
                        List.of(Serializable.class, List.class, ArrayList.class, Object.class),
                        List.of(String.class, Map.class)));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void shouldGiveTheBodyAsWhatItIs(
            final JmsMessage message, final List<Class<?>> assignable, final List<Class<?>> others)
            throws JMSException {
        for (final JmsMessage each : new JmsMessage[] {message, received(message)}) {
            for (final Class<?> type : assignable) {
                assertThat(each.isBodyAssignableTo(type))
                        .as("%s as %s", each, type)
                        .isTrue();
                assertThat((Object) each.getBody(type)).isInstanceOf(type);
            }
            for (final Class<?> type : others) {
                assertThat(each.isBodyAssignableTo(type))
                        .as("%s as %s", each, type)
                        .isFalse();
                assertThatThrownBy(() -> each.getBody(type)).isInstanceOf(MessageFormatException.class);
            }
            assertThat(each.hasBody()).isTrue();
        }
    }

    @Test
    void shouldTellAnEmptyTextFromNone() throws JMSException {
        assertThat(received(FACTORY.text("")).getText()).isEmpty();
        assertThat(received(FACTORY.text("")).hasBody()).isTrue();
        assertThat(received(FACTORY.text(null)).getText()).isNull();
    }

    @Test
    void shouldKeepAnyText() throws JMSException {
        final String text = "Gänse \uD83E\uDEBF \u0000\u0001\u0002\u0003 " + "x".repeat(100_000);

        assertThat(received(FACTORY.text(text)).getText()).isEqualTo(text);
    }

    @Test
    void shouldNotLetReceivedTextBeChanged() throws JMSException {
        final JmsTextMessage received = received(FACTORY.text("old"));

        assertThatThrownBy(() -> received.setText("new")).isInstanceOf(MessageNotWriteableException.class);
        assertThat(received.getText()).isEqualTo("old");
        received.clearBody();
        assertThat(received.getText()).isNull();
        received.setText("new");
        assertThat(received.getText()).isEqualTo("new");
    }

    @Test
    void shouldSendReceivedTextOnUnread() throws JMSException {
        assertThat(received(received(FACTORY.text("far"))).getText()).isEqualTo("far");
    }
}
