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
import org.junit.jupiter.api.Test;

class JmsStreamMessageTest {

    @Test
    void shouldReadEverythingThatWasWritten() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeBoolean(true);
        message.writeByte((byte) 1);
        message.writeShort((short) 2);
        message.writeChar('3');
        message.writeInt(4);
        message.writeLong(5);
        message.writeFloat(6);
        message.writeDouble(7);
        message.writeString("acht");
        message.writeString(null);
        message.writeBytes(new byte[] {9});
        message.writeBytes(new byte[] {9, 10, 11}, 1, 1);
        message.writeObject(null);

        final JmsStreamMessage received = received(message);

        assertThat(received.readBoolean()).isTrue();
        assertThat(received.readByte()).isEqualTo((byte) 1);
        assertThat(received.readShort()).isEqualTo((short) 2);
        assertThat(received.readChar()).isEqualTo('3');
        assertThat(received.readInt()).isEqualTo(4);
        assertThat(received.readLong()).isEqualTo(5);
        assertThat(received.readFloat()).isEqualTo(6);
        assertThat(received.readDouble()).isEqualTo(7);
        assertThat(received.readString()).isEqualTo("acht");
        assertThat(received.readObject()).isNull();
        assertThat(received.readObject()).isEqualTo(new byte[] {9});
        assertThat(received.readObject()).isEqualTo(new byte[] {10});
        assertThat(received.readString()).isNull();
        assertThatThrownBy(received::readObject).isInstanceOf(MessageEOFException.class);
    }

    @Test
    void shouldReadAFieldOfBytesInPieces() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeBytes(new byte[] {1, 2, 3, 4, 5});
        message.writeInt(6);
        message.reset();
        final byte[] piece = new byte[2];

        assertThat(message.readBytes(piece)).isEqualTo(2);
        assertThatThrownBy(message::readInt).isInstanceOf(MessageFormatException.class);
        assertThatThrownBy(message::readObject).isInstanceOf(MessageFormatException.class);
        assertThat(message.readBytes(piece)).isEqualTo(2);
        assertThat(message.readBytes(piece)).isEqualTo(1);
        assertThat(message.readInt()).isEqualTo(6);
    }

    @Test
    void shouldSayMinusOneAfterAFieldThatFillsTheBuffer() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeBytes(new byte[] {1, 2});
        message.writeBytes(new byte[] {3});
        message.reset();
        final byte[] piece = new byte[2];

        assertThat(message.readBytes(piece)).isEqualTo(2);
        assertThatThrownBy(message::readObject).isInstanceOf(MessageFormatException.class);
        assertThat(message.readBytes(piece)).isEqualTo(-1);
        assertThat(message.readBytes(piece)).as("the next field").isEqualTo(1);
    }

    @Test
    void shouldTellAnEmptyFieldFromANullOne() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeBytes(new byte[0]);
        message.writeBytes(null);
        message.writeInt(1);
        final JmsStreamMessage received = received(message);

        assertThat(received.readBytes(new byte[2])).isZero();
        assertThat(received.readBytes(new byte[2])).isEqualTo(-1);
        assertThat(received.readInt()).isEqualTo(1);
        assertThatThrownBy(() -> received.readBytes(new byte[2])).isInstanceOf(MessageEOFException.class);
    }

    @Test
    void shouldNotReadOtherFieldsAsBytes() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeString("text");
        message.reset();

        assertThatThrownBy(() -> message.readBytes(new byte[2])).isInstanceOf(MessageFormatException.class);
        assertThat(message.readString()).isEqualTo("text");
    }

    @Test
    void shouldCopyBytesInAndOut() throws JMSException {
        final byte[] mine = {1};
        final JmsStreamMessage message = FACTORY.stream();
        message.writeBytes(mine);
        message.writeObject(mine);
        mine[0] = 99;
        message.reset();

        ((byte[]) message.readObject())[0] = 98;
        assertThat(message.readObject()).isEqualTo(new byte[] {1});
        message.reset();
        assertThat(message.readObject()).isEqualTo(new byte[] {1});
    }

    @Test
    void shouldKeepReadingAndWritingApart() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeInt(1);

        assertThatThrownBy(message::readInt).isInstanceOf(MessageNotReadableException.class);
        assertThatThrownBy(() -> message.readBytes(new byte[1])).isInstanceOf(MessageNotReadableException.class);
        message.reset();
        assertThatThrownBy(() -> message.writeInt(2)).isInstanceOf(MessageNotWriteableException.class);
        assertThat(message.readInt()).isEqualTo(1);

        message.clearBody();
        message.writeInt(3);
        message.reset();
        assertThat(message.readInt()).isEqualTo(3);
        assertThatThrownBy(message::readInt).isInstanceOf(MessageEOFException.class);
    }

    @Test
    void shouldStartAgainInTheMiddleOfAField() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeBytes(new byte[] {1, 2, 3});
        message.reset();
        message.readBytes(new byte[1]);

        message.reset();

        assertThat(message.readObject()).isEqualTo(new byte[] {1, 2, 3});
    }

    @Test
    void shouldRefuseObjectsThatAreNoValues() {
        assertThatThrownBy(() -> FACTORY.stream().writeObject(new StringBuilder()))
                .isInstanceOf(MessageFormatException.class)
                .hasMessageContaining("java.lang.StringBuilder");
    }

    @Test
    void shouldHaveNoBodyInOnePiece() throws JMSException {
        final JmsStreamMessage message = received(FACTORY.stream());

        assertThat(message.isBodyAssignableTo(Object.class)).isFalse();
        assertThatThrownBy(() -> message.getBody(Object.class)).isInstanceOf(MessageFormatException.class);
    }

    @Test
    void shouldBeSentOnUnread() throws JMSException {
        final JmsStreamMessage message = FACTORY.stream();
        message.writeString("once");
        message.writeString("twice");

        final JmsStreamMessage again = received(received(message));

        assertThat(again.readString()).isEqualTo("once");
        assertThat(again.readString()).isEqualTo("twice");
    }
}
