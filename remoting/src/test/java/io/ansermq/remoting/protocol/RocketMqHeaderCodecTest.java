package io.ansermq.remoting.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RocketMqHeaderCodecTest {

    @ParameterizedTest
    @EnumSource(
            value = SerializeType.class,
            names = {"JSON", "ROCKETMQ"})
    void shouldBringEveryFieldBack(final SerializeType type) {
        final Map<String, String> fields = new LinkedHashMap<>();
        fields.put("topic", "Bestellungen \u00e4\u20ac");
        fields.put("properties", "KEYS\u0001a \"b\"\\\u0002TAGS\u0001t\n\u0002");
        fields.put("z", "/");
        final RemotingCommand request = RemotingCommand.request(310, fields, body("hello"))
                .withOpaque(Integer.MIN_VALUE)
                .withSerializeType(type)
                .oneWay();

        final RemotingCommand back = roundTrip(request);

        assertThat(back.serializeType()).isEqualTo(type);
        assertThat(back.code()).isEqualTo(310);
        assertThat(back.opaque()).isEqualTo(Integer.MIN_VALUE);
        assertThat(back.language()).isEqualTo(LanguageCode.JAVA);
        assertThat(back.version()).isEqualTo(RemotingCommand.ROCKETMQ_VERSION);
        assertThat(back.flag()).isEqualTo(RemotingCommand.FLAG_ONEWAY);
        assertThat(back.remark()).isNull();
        assertThat(back.extFields()).containsExactlyEntriesOf(fields);
        assertThat(back.control()).isNull();
        assertThat(back.body().toString(StandardCharsets.UTF_8)).isEqualTo("hello");
    }

    @ParameterizedTest
    @EnumSource(
            value = SerializeType.class,
            names = {"JSON", "ROCKETMQ"})
    void shouldAnswerInTheFormOfTheRequest(final SerializeType type) {
        final RemotingCommand request = RemotingCommand.request(105, Map.of(), Unpooled.EMPTY_BUFFER)
                .withOpaque(99)
                .withSerializeType(type);

        final RemotingCommand back =
                roundTrip(RemotingCommand.response(request, 17, "no such topic", Map.of(), Unpooled.EMPTY_BUFFER));

        assertThat(back.serializeType()).isEqualTo(type);
        assertThat(back.isResponse()).isTrue();
        assertThat(back.opaque()).isEqualTo(99);
        assertThat(back.remark()).isEqualTo("no such topic");
        assertThat(back.extFields()).isEmpty();
        assertThat(back.body().isReadable()).isFalse();
    }

    @Test
    void shouldWriteJsonAsRocketMqDoes() {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(
                RemotingCommand.request(10, Map.of("a", "b\u0001"), Unpooled.EMPTY_BUFFER)
                        .withOpaque(7),
                out);

        assertThat(out.toString(8, out.readableBytes() - 8, StandardCharsets.UTF_8))
                .isEqualTo(
                        "{\"code\":10,\"extFields\":{\"a\":\"b\\u0001\"},\"flag\":0,\"language\":\"JAVA\",\"opaque\":7,"
                                + "\"serializeTypeCurrentRPC\":\"JSON\",\"version\":513}");
    }

    @Test
    void shouldWriteTheBinaryHeaderAsRocketMqDoes() {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(
                RemotingCommand.request(10, Map.of("a", "bc"), Unpooled.EMPTY_BUFFER)
                        .withOpaque(7)
                        .withSerializeType(SerializeType.ROCKETMQ),
                out);

        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo("00000022" + "0100001e" + "000a" + "00" + "0201" + "00000007" + "00000000" + "00000000"
                        + "00000009" + "0001" + "61" + "00000002" + "6263");
    }

    @Test
    void shouldCutALargeCodeInTheBinaryHeaderAsRocketMqDoes() {
        final RemotingCommand request = RemotingCommand.request(200_050, Map.of(), Unpooled.EMPTY_BUFFER);

        assertThat(roundTrip(request.withSerializeType(SerializeType.ROCKETMQ)).code())
                .isEqualTo(3442);
        assertThat(roundTrip(request).code()).isEqualTo(200_050);
    }

    @Test
    void shouldReadWhatOtherClientsWrite() {
        final RemotingCommand command = json("""
                 { "language" : "CPP", "code":34 , "unknown" : [ {"a":[1,2.5e3,true,null]} , "x" ], "opaque":-1,
                   "extFields": { "n":1, "b":true, "t":"\\u00e4\\ud83e\\udd86\\/\\t", "none":null }, "version":317,
                   "remark":null, "other":{} }
                """);

        assertThat(command.code()).isEqualTo(34);
        assertThat(command.language()).isEqualTo(LanguageCode.CPP);
        assertThat(command.opaque()).isEqualTo(-1);
        assertThat(command.version()).isEqualTo(317);
        assertThat(command.extFields())
                .isEqualTo(Map.of("n", "1", "b", "true", "t", "\u00e4" + Character.toString(0x1F986) + "/\t"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                   | 0 | OTHER?",
                "{\"language\":\"COBOL\",\"code\":1}      | 1 | OTHER",
                "{\"language\":null,\"code\":2}           | 2 | OTHER",
                "{\"code\":3,\"extFields\":null}          | 3 | JAVA",
            })
    void shouldTakeWhatIsMissingAsDefault(final String json, final int code, final String language) {
        final RemotingCommand command = json(json);

        assertThat(command.code()).isEqualTo(code);
        assertThat(command.extFields()).isEmpty();
        if (!language.endsWith("?")) {
            assertThat(command.language()).hasToString(language);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "[]",
                "null",
                "{",
                "{\"code\"}",
                "{\"code\":}",
                "{\"code\":1,}",
                "{\"code\":1 \"flag\":2}",
                "{\"code\":1}x",
                "{\"code\":1.5}",
                "{\"code\":99999999999}",
                "{\"code\":{}}",
                "{\"code\":--1}",
                "{\"code\":tru}",
                "{code:1}",
                "{\"remark\":\"no end",
                "{\"remark\":\"\\x\"}",
                "{\"remark\":\"\\u12\"}",
                "{\"remark\":\"\\u12G4\"}",
                "{\"remark\":\"\\",
                "{\"extFields\":[]}",
                "{\"extFields\":{\"a\":{}}}",
            })
    void shouldRefuseWhatIsNoHeader(final String json) {
        assertThatExceptionOfType(MalformedFrameException.class).isThrownBy(() -> json(json));
    }

    @Test
    void shouldRefuseDeepNestingWithoutFollowingIt() {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> json("{\"x\":" + "[".repeat(100_000)))
                .withMessageContaining("too deep");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "000a00020100000007000000",
                "000a00020100000007000000007fffffff00000000",
                "000a0002010000000700000000ffffffff00000000",
                "000a0002010000000700000000000000007fffffff",
                "000a000201000000070000000000000000000000030001",
                "000a0002010000000700000000000000000000000800056100000002",
                "000a00020100000007000000000000000000000007ffff6100000002",
            })
    void shouldRefuseABinaryHeaderWhoseLengthsDoNotFit(final String hex) {
        final byte[] header = ByteBufUtil.decodeHexDump(hex);

        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> RemotingCodec.decode(Unpooled.buffer()
                        .writeInt(SerializeType.ROCKETMQ.code() << 24 | header.length)
                        .writeBytes(header)))
                .withMessageContaining("binary header");
    }

    @Test
    void shouldRefuseAHeaderOverTheLimit() {
        final RemotingCommand request = RemotingCommand.request(
                10, Map.of("a", "x".repeat(RemotingCodec.MAX_HEADER_BYTES)), Unpooled.EMPTY_BUFFER);
        final ByteBuf out = Unpooled.buffer();

        assertThatIllegalArgumentException().isThrownBy(() -> RemotingCodec.encode(request, out));
        assertThat(out.writerIndex()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00000005", "00ffffff00", "0300000000", "ff00000000"})
    void shouldRefuseAFrameWithoutAHeaderThatFits(final String hex) {
        assertThatExceptionOfType(MalformedFrameException.class)
                .isThrownBy(() -> RemotingCodec.decode(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex))));
    }

    private static RemotingCommand json(final String json) {
        final byte[] header = json.getBytes(StandardCharsets.UTF_8);
        return RemotingCodec.decode(Unpooled.buffer().writeInt(header.length).writeBytes(header));
    }

    private static ByteBuf body(final String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
    }

    private static RemotingCommand roundTrip(final RemotingCommand command) {
        final ByteBuf out = Unpooled.buffer();
        RemotingCodec.encode(command, out);
        assertThat(out.readInt()).isEqualTo(out.readableBytes());
        return RemotingCodec.decode(out);
    }
}
