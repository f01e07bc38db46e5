package io.ansermq.remoting.protocol;

/** How the header of a frame is written: the high byte of the frame's second word. Each frame names its own. */
public enum SerializeType {
    /** A flat JSON object; what RocketMQ clients use by default. */
    JSON(0),
    /** RocketMQ's binary header ({@code rocketmq.serialize.type=ROCKETMQ}). */
    ROCKETMQ(1),
    /** A {@link ControlHeader} of AnserMQ's own client protocol. RocketMQ clients never send it. */
    KRYO(2);

    private final int code;

    SerializeType(final int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /**
     * The type with this number.
     *
     * @throws MalformedFrameException when there is none
     */
    static SerializeType of(final int code) {
        return switch (code) {
            case 0 -> JSON;
            case 1 -> ROCKETMQ;
            case 2 -> KRYO;
            default -> throw new MalformedFrameException("header serialisation " + code + " is not known");
        };
    }
}
