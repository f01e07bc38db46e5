package io.ansermq.remoting.protocol;

import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The language of a RocketMQ peer, as its commands name it. */
public enum LanguageCode {
    JAVA(0),
    CPP(1),
    DOTNET(2),
    PYTHON(3),
    DELPHI(4),
    ERLANG(5),
    RUBY(6),
    OTHER(7),
    HTTP(8),
    GO(9),
    PHP(10),
    OMS(11),
    RUST(12),
    NODE_JS(13);

    /** The numbers are without gaps. */
    private static final LanguageCode[] BY_CODE = values();

    private static final Map<String, LanguageCode> BY_NAME =
            Stream.of(BY_CODE).collect(Collectors.toUnmodifiableMap(LanguageCode::name, Function.identity()));

    private final int code;

    LanguageCode(final int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** The language with this number; {@link #OTHER} for one that came after us. */
    static LanguageCode of(final int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : OTHER;
    }

    /** The language of this name; {@link #OTHER} for one that came after us. */
    static LanguageCode of(final String name) {
        return BY_NAME.getOrDefault(name, OTHER);
    }
}
