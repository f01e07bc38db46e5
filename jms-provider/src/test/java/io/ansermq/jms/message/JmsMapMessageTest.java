package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotWriteableException;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;

class JmsMapMessageTest {

    @Test
    void shouldKeepEverythingThatWasSet() throws JMSException {
        final JmsMapMessage message = FACTORY.map();
        message.setBoolean("boolean", true);
        message.setByte("byte", (byte) 1);
        message.setShort("short", (short) 2);
        message.setChar("char", '3');
        message.setInt("int", 4);
        message.setLong("long", 5);
        message.setFloat("float", 6);
        message.setDouble("double", 7);
        message.setString("string", "Gänse");
        message.setBytes("bytes", new byte[] {9});
        message.setBytes("some bytes", new byte[] {9, 10, 11}, 1, 1);
        message.setObject("object", 12);
        message.setString("null", null);

        final JmsMapMessage received = received(message);

        assertThat(received.getBoolean("boolean")).isTrue();
        assertThat(received.getByte("byte")).isEqualTo((byte) 1);
        assertThat(received.getShort("short")).isEqualTo((short) 2);
        assertThat(received.getChar("char")).isEqualTo('3');
        assertThat(received.getInt("int")).isEqualTo(4);
        assertThat(received.getLong("long")).isEqualTo(5);
        assertThat(received.getFloat("float")).isEqualTo(6);
        assertThat(received.getDouble("double")).isEqualTo(7);
        assertThat(received.getString("string")).isEqualTo("Gänse");
        assertThat(received.getBytes("bytes")).containsExactly(9);
        assertThat(received.getObject("some bytes")).isEqualTo(new byte[] {10});
        assertThat(received.getObject("object")).isEqualTo(12);
        assertThat(received.itemExists("null")).isTrue();
        assertThat(received.getObject("null")).isNull();
        assertThat(received.itemExists("nothing")).isFalse();
        assertThat(received.getObject("nothing")).isNull();
        assertThat(received.getBytes("nothing")).isNull();
        assertThat(Collections.list(received.getMapNames()))
                .containsExactlyElementsOf(Collections.list(message.getMapNames()))
                .hasSize(13);
    }

    @ParameterizedTest
    @NullAndEmptySource
    void shouldRefuseNamesThatAreNone(final String name) {
        final JmsMapMessage message = FACTORY.map();

        assertThatThrownBy(() -> message.setInt(name, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> message.setObject(name, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> message.setBytes(name, new byte[1])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRefuseObjectsThatAreNoValues() {
        assertThatThrownBy(() -> FACTORY.map().setObject("x", new int[1]))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("[I");
    }

    @Test
    void shouldCopyBytesInAndOut() throws JMSException {
        final byte[] mine = {1};
        final JmsMapMessage message = FACTORY.map();
        message.setBytes("x", mine);
        message.setObject("y", mine);
        mine[0] = 99;

        message.getBytes("x")[0] = 98;
        ((byte[]) message.getObject("y"))[0] = 97;
        ((byte[]) message.getBody(Map.class).get("x"))[0] = 96;

        assertThat(message.getBytes("x")).containsExactly(1);
        assertThat(message.getBytes("y")).containsExactly(1);
    }

    @Test
    void shouldBeReadOnlyWhenReceivedUntilCleared() throws JMSException {
        final JmsMapMessage message = FACTORY.map();
        message.setInt("x", 1);
        message.setStringProperty("p", "v");
        final JmsMapMessage received = received(message);

        assertThatThrownBy(() -> received.setInt("x", 2)).isInstanceOf(MessageNotWriteableException.class);
        received.clearBody();
        assertThat(received.itemExists("x")).isFalse();
        received.setInt("y", 3);

        assertThat(received.getInt("y")).isEqualTo(3);
        assertThat(received.getStringProperty("p")).isEqualTo("v");
    }

    @Test
    void shouldGiveItsBodyAsACopy() throws JMSException {
        final JmsMapMessage message = FACTORY.map();
        message.setInt("x", 1);

        message.getBody(Map.class).clear();

        assertThat((Object) message.getBody(Map.class)).isEqualTo(Map.of("x", 1));
    }

    @Test
    void shouldBeSentOnUnread() throws JMSException {
        final JmsMapMessage message = FACTORY.map();
        message.setString("x", "1");

        assertThat(received(received(message)).getString("x")).isEqualTo("1");
    }
}
