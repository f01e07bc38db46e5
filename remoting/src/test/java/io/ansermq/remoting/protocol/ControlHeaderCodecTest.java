package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.ansermq.remoting.fixtures.RandomHeaders;
import io.ansermq.remoting.protocol.ConnectionHeader.Connect;
import io.ansermq.remoting.protocol.ConnectionHeader.Done;
import io.ansermq.remoting.protocol.ConnectionHeader.Failure;
import io.ansermq.remoting.protocol.ConnectionHeader.Ping;
import io.ansermq.remoting.protocol.ConnectionHeader.Routes;
import io.ansermq.remoting.protocol.ConsumingHeader.Ack;
import io.ansermq.remoting.protocol.ConsumingHeader.ConsumerAck;
import io.ansermq.remoting.protocol.ConsumingHeader.Deliver;
import io.ansermq.remoting.protocol.ConsumingHeader.Flow;
import io.ansermq.remoting.protocol.ConsumingHeader.OffsetRange;
import io.ansermq.remoting.protocol.SendingHeader.Send;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ControlHeaderCodecTest {

    private static final long SEED = 0x5EED_0001L;

    static List<Class<? extends ControlHeader>> types() {
        return RandomHeaders.types();
    }

    @ParameterizedTest
    @MethodSource("types")
    void shouldBringEveryHeaderBack(final Class<? extends ControlHeader> type) {
        final RandomHeaders headers = new RandomHeaders(SEED);
        for (int i = 0; i < 500; i++) {
            final ControlHeader header = headers.next(type);

            final RemotingCommand back = roundTrip(RemotingCommand.control(header, i));

            assertThat(back.control()).as("seed %d, case %d", SEED, i).isEqualTo(header);
            assertThat(back.opaque()).isEqualTo(i);
            assertThat(back.code()).isEqualTo(header.code());
            assertThat(back.serializeType()).isEqualTo(SerializeType.KRYO);
        }
    }

    @Test
    void shouldGiveEveryHeaderACodeOfItsOwn() {
        final RandomHeaders headers = new RandomHeaders(SEED);

        assertThat(types())
                .extracting(type -> headers.next(type).code())
                .doesNotHaveDuplicates()
                .allMatch(code -> code > 0x5000 && code < 0x6000);
    }

    /** The bytes of protocol version 1: when one of these changes, old peers no longer understand us. */
    @Test
    void shouldKeepTheBytesOfHeaders() {
        assertThat(hexOfHeader(new Send(300, 2, 7), 0)).isEqualTo("00" + "87a001" + "ac02" + "02" + "07");
        assertThat(hexOfHeader(new Deliver(3, 1, 128), 0)).isEqualTo("00" + "8ca001" + "03" + "01" + "8001");
        assertThat(hexOfHeader(new Flow(1, 500, 65_536, 9), 0))
                .isEqualTo("00" + "8da001" + "01" + "f403" + "808004" + "09");
        assertThat(hexOfHeader(
                        new Ack(true, List.of(new ConsumerAck(1, 2, 3, 4, List.of(new OffsetRange(5, 6, 16))))), 129))
                .isEqualTo("8101" + "8ea001" + "01" + "01" + "01020304" + "01" + "05060a");
        assertThat(hexOfHeader(new Connect(1, "c", null, "", "pw"), 1))
                .isEqualTo("01" + "83a001" + "01" + "0263" + "00" + "01" + "037077" + "00");
        assertThat(hexOfHeader(new Ping(), 0)).isEqualTo("00" + "94a001");
    }

    @Test
    void shouldPutRecordsBehindAHeaderWithoutACopy() {
        final ByteBuf out = PooledByteBufAllocator.DEFAULT.directBuffer();
        out.writeLong(42); // something that was there before

        final int mark = RemotingCodec.beginControl(new Send(1, 2, 3), 0, out);
        out.writeBytes(new byte[] {10, 11, 12});
        RemotingCodec.endFrame(out, mark);

        out.skipBytes(8);
        assertThat(out.readInt()).isEqualTo(out.readableBytes());
        final RemotingCommand back = RemotingCodec.decode(out);
        assertThat(back.control()).isEqualTo(new Send(1, 2, 3));
        assertThat(ByteBufUtil.getBytes(back.body())).containsExactly(10, 11, 12);
        assertThat(back.body().memoryAddress()).isEqualTo(out.memoryAddress() + out.writerIndex() - 3);
        assertThat(out.refCnt()).isEqualTo(2);
        back.release();
        assertThat(out.release()).isTrue();
    }

    @Test
    void shouldReadAFrameOutOfTheMiddleOfABuffer() {
        for (final boolean direct : new boolean[] {true, false}) {
            final ByteBuf out = direct ? Unpooled.directBuffer() : Unpooled.buffer();
            out.writeLong(42);
            RemotingCodec.encode(RemotingCommand.control(new Deliver(1, 2, 3), 0, Unpooled.copyInt(77)), out);
            final int end = out.writerIndex();
            out.writeLong(43);

            final RemotingCommand back = RemotingCodec.decode(out, 12, end - 12);

            assertThat(back.control()).isEqualTo(new Deliver(1, 2, 3));
            assertThat(back.body().readInt()).isEqualTo(77);
            assertThat(back.body().isReadable()).isFalse();
            back.release();
            out.release();
        }
    }

    @Test
    void shouldTellAnswersFromRequests() {
        assertThat(RemotingCommand.control(new Done(), 5).isResponse()).isTrue();
        assertThat(RemotingCommand.control(new Failure(1, "no"), 5).isResponse())
                .isTrue();
        assertThat(RemotingCommand.control(new Ping(), 5).isResponse()).isFalse();
        assertThat(RemotingCommand.control(new Ping(), 0).isOneWay()).isTrue();
    }

    @Test
    void shouldNotShowAPasswordInAText() {
        assertThat(RemotingCommand.control(new Connect(1, "c", null, "user", "secret"), 1))
                .asString()
                .contains("Connect")
                .doesNotContain("secret");
    }

    @Test
    void shouldRefuseToWriteWhatAReaderWouldRefuse() {
        final ByteBuf out = Unpooled.buffer();

        assertThatIllegalArgumentException().isThrownBy(() -> RemotingCodec.beginControl(new Send(-1, 1, 1), 0, out));
        assertThatIllegalArgumentException().isThrownBy(() -> RemotingCodec.beginControl(new Send(1, -1, 1), 0, out));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemotingCodec.beginControl(new Failure(1, "x".repeat(70_000)), 0, out))
                .withMessageContaining("70000");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemotingCodec.beginControl(new Routes(Collections.nCopies(70_000, "b")), 0, out))
                .withMessageContaining("70000");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        RemotingCodec.beginControl(new Routes(Collections.nCopies(60, "x".repeat(60_000))), 0, out))
                .withMessageContaining("Routes");

        assertThat(out.writerIndex()).as("nothing is written").isZero();
        assertThat(roundTrip(RemotingCommand.control(new Ping(), 1)).control()).isEqualTo(new Ping());
    }

    @Test
    void shouldReadTheConnectOfALaterVersion() {
        final String header = hexOfHeader(new Connect(2, "c", null, null, null), 1);

        assertThat(decodeHeader(header + "017f").control()).isEqualTo(new Connect(2, "c", null, null, null));
    }

    @ParameterizedTest
    @CsvSource({
        "an empty header,                   '',                          opaque number",
        "an endless opaque number,          ffffffff,                    opaque number",
        "no header,                         0100,                        unknown kind",
        "a class name,                      010187696f2e666f6f,          unknown kind",
        "a primitive that Kryo knows,       010204,                      unknown kind",
        "an id that nobody has,             01ffff7f,                    unknown kind",
        "a header that is cut off,          0087a001ac,                  0x5005 is cut off",
        "an opaque number alone,            01,                          no kind",
        "bytes behind a header,             0094a00100,                  Ping is followed by 1",
        "a negative count,                  0087a00101ffffffff0f01,      negative",
        "a text that is missing,            0083a0010100,                missing",
        "a text longer than the header,     0083a00101ffffff7f63,        text of",
        "a truth value that is none,        008ea0010500,                truth value",
        "a kind that is none,               0085a00109026301,            unknown kind 9",
        "a list longer than the header,     0099a001ffff03,              list of 65535",
        "a list over the limit,             0099a00181800401,            list of 65537",
        "a range without end,               008ea0010101010203040105ffffffffffffffff7f02, without end",
    })
    void shouldRefuse(final String what, final String hex, final String reason) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .as(what)
                .isThrownBy(() -> decodeHeader(hex))
                .withMessageContaining(reason);
    }

    @Test
    void shouldRefuseABodyWhereNoneBelongs() {
        final ByteBuf frame = Unpooled.buffer();
        RemotingCodec.encode(RemotingCommand.control(new Done(), 1, Unpooled.copyInt(1)), frame);
        frame.skipBytes(4);

        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> RemotingCodec.decode(frame))
                .withMessage("Done came with a body of 4 bytes");
        assertThat(frame.refCnt()).isEqualTo(1);
    }

    private static RemotingCommand decodeHeader(final String hex) {
        final byte[] header = ByteBufUtil.decodeHexDump(hex);
        return RemotingCodec.decode(Unpooled.buffer()
                .writeInt(SerializeType.KRYO.code() << 24 | header.length)
                .writeBytes(header));
    }

    private static String hexOfHeader(final ControlHeader header, final int opaque) {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(RemotingCommand.control(header, opaque), out);
        return ByteBufUtil.hexDump(out, 8, out.writerIndex() - 8);
    }

    private static RemotingCommand roundTrip(final RemotingCommand command) {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(command, out);
        assertThat(out.readInt()).isEqualTo(out.readableBytes());
        return RemotingCodec.decode(out);
    }
}
