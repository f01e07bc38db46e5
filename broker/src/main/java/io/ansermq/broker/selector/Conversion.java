package io.ansermq.broker.selector;

/** What RocketMQ's dialect makes of text where another type is asked for. The JMS dialect converts nothing. */
final class Conversion {
    private Conversion() {}

    /** The value itself, or the number that it is the text of, in {@code room}. */
    static Value number(final Value value, final Dialect dialect, final Value room) {
        if (dialect == Dialect.ROCKETMQ
                && value.isText()
                && (Numbers.readExact(value.bytes(), value.offset(), value.length(), room)
                        || Numbers.readApproximate(value.bytes(), value.offset(), value.length(), room))) {
            return room;
        }
        return value;
    }

    /** The value itself, or the boolean that it is the text of, in {@code room}. */
    static Value bool(final Value value, final Dialect dialect, final Value room) {
        if (dialect == Dialect.ROCKETMQ && value.isText()) {
            if (isText(value, "true")) {
                room.set(true);
                return room;
            } else if (isText(value, "false")) {
                room.set(false);
                return room;
            }
        }
        return value;
    }

    private static boolean isText(final Value value, final String lowerCase) {
        if (value.length() != lowerCase.length()) {
            return false;
        }
        for (int i = 0; i < lowerCase.length(); i++) {
            if ((value.bytes()[value.offset() + i] | 0x20) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
