package io.ansermq.remoting.protocol;

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
        for (final LanguageCode each : BY_CODE) {
            if (each.name().equals(name)) {
                return each;
            }
        }
        return OTHER;
    }
}
