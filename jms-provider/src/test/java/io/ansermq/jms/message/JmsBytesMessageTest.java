package io.ansermq.jms.message;

import static io.ansermq.jms.message.MessageFixture.FACTORY;
import static io.ansermq.jms.message.MessageFixture.received;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.JMSException;
import jakarta.jms.MessageEOFException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.MessageNotReadableException;
import jakarta.jms.MessageNotWriteableException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JmsBytesMessageTest {

    private interface Read {
        Object from(JmsBytesMessage message) throws JMSException;
    }

    static Stream<Read> reads() {
        return Stream.of(
                JmsBytesMessage::readBoolean,
                JmsBytesMessage::readByte,
                JmsBytesMessage::readUnsignedByte,
                JmsBytesMessage::readShort,
                JmsBytesMessage::readUnsignedShort,
                JmsBytesMessage::readChar,
                JmsBytesMessage::readInt,
                JmsBytesMessage::readLong,
                JmsBytesMessage::readFloat,
                JmsBytesMessage::readDouble,
                JmsBytesMessage::readUTF);
    }

    @Test
    void shouldReadEverythingThatWasWritten() throws JMSException {
        final JmsBytesMessage message = received(everything());

        assertThat(message.getBodyLength()).isEqualTo(1 + 1 + 1 + 2 + 2 + 2 + 4 + 8 + 4 + 8 + 2 + 6 + 3 + 2);
        assertThat(message.readBoolean()).isTrue();
        assertThat(message.readByte()).isEqualTo((byte) -1);
        assertThat(message.readUnsignedByte()).isEqualTo(255);
        assertThat(message.readShort()).isEqualTo((short) -2);
        assertThat(message.readUnsignedShort()).isEqualTo(65_534);
        assertThat(message.readChar()).isEqualTo('ü');
        assertThat(message.readInt()).isEqualTo(Integer.MIN_VALUE);
        assertThat(message.readLong()).isEqualTo(Long.MAX_VALUE);
        assertThat(message.readFloat()).isEqualTo(1.5f);
        assertThat(message.readDouble()).isEqualTo(-2.5);
        assertThat(message.readUTF()).isEqualTo("Gänse");
        final byte[] rest = new byte[10];
        assertThat(message.readBytes(rest)).isEqualTo(5);
        assertThat(rest).startsWith(1, 2, 3, 8, 9);
        assertThat(message.readBytes(rest)).isEqualTo(-1);
    }

    private static JmsBytesMessage everything() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeBoolean(true);
        message.writeByte((byte) -1);
        message.writeByte((byte) -1);
        message.writeShort((short) -2);
        message.writeShort((short) -2);
        message.writeChar('ü');
        message.writeInt(Integer.MIN_VALUE);
        message.writeLong(Long.MAX_VALUE);
        message.writeFloat(1.5f);
        message.writeDouble(-2.5);
        message.writeUTF("Gänse");
        message.writeBytes(new byte[] {1, 2, 3});
        message.writeBytes(new byte[] {7, 8, 9, 10}, 1, 2);
        return message;
    }

    @Test
    void shouldWriteObjectsAsTheirPrimitives() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        for (final Object value : new Object[] {true, (byte) 1, (short) 2, '3', 4, 5L, 6f, 7d, "8", new byte[] {9}}) {
            message.writeObject(value);
        }
        message.reset();

        assertThat(message.readBoolean()).isTrue();
        assertThat(message.readByte()).isEqualTo((byte) 1);
        assertThat(message.readShort()).isEqualTo((short) 2);
        assertThat(message.readChar()).isEqualTo('3');
        assertThat(message.readInt()).isEqualTo(4);
        assertThat(message.readLong()).isEqualTo(5);
        assertThat(message.readFloat()).isEqualTo(6);
        assertThat(message.readDouble()).isEqualTo(7);
        assertThat(message.readUTF()).isEqualTo("8");
        assertThat(message.readByte()).isEqualTo((byte) 9);
    }

    @Test
    void shouldRefuseObjectsThatAreNoValues() {
        final JmsBytesMessage message = FACTORY.bytes();

        assertThatThrownBy(() -> message.writeObject(new Object())).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(() -> message.writeObject(null)).isInstanceOf(NullPointerException.class);
    }

    @ParameterizedTest
    @MethodSource("reads")
    void shouldNotReadWhatIsBeingWritten(final Read read) {
        final JmsBytesMessage message = FACTORY.bytes();

        assertThatThrownBy(() -> read.from(message)).isInstanceOf(MessageNotReadableException.class);
        assertThatThrownBy(message::getBodyLength).isInstanceOf(MessageNotReadableException.class);
        assertThatThrownBy(() -> message.readBytes(new byte[1])).isInstanceOf(MessageNotReadableException.class);
    }

    @ParameterizedTest
    @MethodSource("reads")
    void shouldSayWhenTheEndIsReached(final Read read) throws JMSException {
        final JmsBytesMessage message = received(FACTORY.bytes());

        assertThatThrownBy(() -> read.from(message)).isInstanceOf(MessageEOFException.class);
        assertThat(message.readBytes(new byte[1])).isEqualTo(-1);
    }

    @Test
    void shouldStayWhereItIsWhenAReadFails() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeShort((short) 77);
        message.reset();

        assertThatThrownBy(message::readInt).isInstanceOf(MessageEOFException.class);
        assertThatThrownBy(message::readUTF).isInstanceOf(MessageEOFException.class);

        assertThat(message.readShort()).isEqualTo((short) 77);
    }

    @Test
    void shouldSayWhenThereIsNoTextHere() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeShort((short) 1);
        message.writeByte((byte) 0xFF);
        message.reset();

        assertThatThrownBy(message::readUTF).isInstanceOf(MessageFormatException.class);
        assertThat(message.readShort()).isEqualTo((short) 1);
    }

    @Test
    void shouldRefuseTextThatWriteUtfCannotHold() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();

        assertThatThrownBy(() -> message.writeUTF("x".repeat(65_536))).isInstanceOf(MessageFormatException.class);

        message.reset();
        assertThat(message.getBodyLength()).isZero();
    }

    @Test
    void shouldReadPiecesUntilNothingIsLeft() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeBytes(new byte[] {1, 2, 3, 4, 5});
        message.reset();
        final byte[] piece = new byte[2];

        assertThat(message.readBytes(piece)).isEqualTo(2);
        assertThat(message.readBytes(piece, 1)).isEqualTo(1);
        assertThat(piece).containsExactly(3, 2);
        assertThat(message.readBytes(piece, 0)).isZero();
        assertThat(message.readBytes(piece)).isEqualTo(2);
        assertThat(message.readBytes(piece)).isEqualTo(-1);
    }

    @Test
    void shouldReadNothingForALengthThatIsImpossible() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeByte((byte) 1);
        message.reset();

        assertThatThrownBy(() -> message.readBytes(new byte[2], 3)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> message.readBytes(new byte[2], -1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(message.readByte()).isEqualTo((byte) 1);
    }

    @Test
    void shouldReadAgainAfterReset() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeInt(1);
        message.reset();

        assertThat(message.readInt()).isEqualTo(1);
        message.reset();
        assertThat(message.readInt()).isEqualTo(1);
        assertThatThrownBy(() -> message.writeInt(2)).isInstanceOf(MessageNotWriteableException.class);
    }

    @Test
    void shouldBeWrittenAnewAfterClearBody() throws JMSException {
        final JmsBytesMessage message = received(everything());

        assertThatThrownBy(() -> message.writeInt(3)).isInstanceOf(MessageNotWriteableException.class);
        message.clearBody();
        message.writeInt(3);

        assertThatThrownBy(message::readInt).isInstanceOf(MessageNotReadableException.class);
        message.reset();
        assertThat(message.getBodyLength()).isEqualTo(4);
        assertThat(message.readInt()).isEqualTo(3);
    }

    /** Records of one frame share an array. */
    @Test
    void shouldNotWriteIntoTheRecordItCameIn() throws JMSException {
        final JmsBytesMessage sent = FACTORY.bytes();
        sent.writeInt(1);
        final JmsBytesMessage received = received(sent);
        final byte[] before = received.getBody(byte[].class);

        received.clearBody();
        received.writeLong(-1);
        received.reset();

        assertThat(before).containsExactly(0, 0, 0, 1);
        assertThat(received.readLong()).isEqualTo(-1);
    }

    @Test
    void shouldGiveTheWholeBodyAndStartAgain() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeBytes(new byte[] {1, 2});
        message.reset();
        message.readByte();

        final byte[] body = message.getBody(byte[].class);
        body[0] = 99;

        assertThat(message.readByte()).isEqualTo((byte) 1);
        assertThat(message.getBody(Object.class)).isEqualTo(new byte[] {1, 2});
    }

    @Test
    void shouldGrow() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        for (int i = 0; i < 10_000; i++) {
            message.writeInt(i);
        }
        final JmsBytesMessage received = received(message);

        for (int i = 0; i < 10_000; i++) {
            assertThat(received.readInt()).isEqualTo(i);
        }
    }

    @Test
    void shouldBeSentAsItIsAndWrittenOn() throws JMSException {
        final JmsBytesMessage message = FACTORY.bytes();
        message.writeByte((byte) 1);
        final JmsBytesMessage first = received(message);
        message.writeByte((byte) 2);
        final JmsBytesMessage second = received(message);

        assertThat(first.getBody(byte[].class)).containsExactly(1);
        assertThat(second.getBody(byte[].class)).containsExactly(1, 2);
    }
}
